"""What a pharmacy's authorized representative fills in."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from accounts.models import Person
from accounts.people import person_with
from rems.forms.base import ActForm, choice_field, day_field, reason_field, text_field
from rems.forms.signing import Signing

US_ZONES = (
    ("America/New_York", "Eastern: America/New_York"),
    ("America/Chicago", "Central: America/Chicago"),
    ("America/Denver", "Mountain: America/Denver"),
    ("America/Phoenix", "Mountain without daylight saving: America/Phoenix"),
    ("America/Los_Angeles", "Pacific: America/Los_Angeles"),
    ("America/Anchorage", "Alaska: America/Anchorage"),
    ("Pacific/Honolulu", "Hawaii: Pacific/Honolulu"),
    ("America/Puerto_Rico", "Atlantic: America/Puerto_Rico"),
    ("Pacific/Guam", "Chamorro: Pacific/Guam"),
)
DETAILS = (
    "name",
    "ncpdp_id",
    "npi",
    "chain",
    "address_line_1",
    "address_line_2",
    "city",
    "state",
    "zip_code",
    "phone",
    "fax",
    "email",
    "zone",
)


class SiteForm(ActForm):
    """A site: what it is, where it is reached, in which zone its days begin."""

    beside = frozenset({"chain", "npi", "address_line_2", "state", "zip_code", "fax", "email"})

    name = text_field("Name of the site", most=120)
    chain = text_field("Chain", help_text="Each site of a chain is certified on its own.", required=False, most=120)
    ncpdp_id = text_field("NCPDP Provider ID", help_text="Seven digits, the last one checks the others.", wide="w-sm")
    npi = text_field("NPI", help_text="Ten digits.", wide="w-sm")
    address_line_1 = text_field("Address", most=120)
    address_line_2 = text_field("Address, second line", required=False, most=120)
    city = text_field("City", most=80)
    state = text_field("State", help_text="Two letters.", most=2, wide="w-xs")
    zip_code = text_field("ZIP code", most=10, wide="w-xs")
    phone = text_field("Telephone", help_text="The program calls it.", most=30, wide="w-sm")
    fax = text_field("Fax", required=False, most=30, wide="w-sm")
    email = forms.EmailField(label="E-mail", required=False, widget=forms.EmailInput(attrs={"class": "w-md"}))
    zone = forms.ChoiceField(
        label="Time zone",
        help_text="A parcel that must leave on the same day leaves on this zone’s day.",
        choices=[("", "Choose the zone"), *US_ZONES],
        error_messages={"required": "Choose the zone."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = (kwargs.get("initial") or {}).get("zone")
        field = self.fields["zone"]
        if isinstance(field, forms.ChoiceField) and known in available_timezones() - {zone for zone, _ in US_ZONES}:
            field.choices = [("", "Choose the zone"), *US_ZONES, (known, known)]

    def details(self) -> dict[str, str]:
        """The site's data as filled in."""
        return {name: self.cleaned_data[name] for name in DETAILS}

    def clean_state(self) -> str:
        """Two letters, in capitals."""
        state = str(self.cleaned_data["state"]).upper()
        if len(state) != 2 or not state.isalpha():
            raise ValidationError("Write the state in two letters, such as ME.")
        return state


class CorrectSiteForm(SiteForm):
    """The same, and why it changes."""

    reason = reason_field("Why this changes", help_text="Kept in the trail beside what stood before.")


class SiteApplicationForm(Signing, ActForm):
    """The representative's application for one program, signed by the representative."""

    education_completed_on = day_field(
        "Education completed on", help_text="The program’s education for representatives."
    )
    field_order = ("education_completed_on", "trains", "password", "passkey", "key")
    trains = forms.BooleanField(
        label="I train every pharmacist of this site, and nobody dispenses here without a confirmation number.",
        error_messages={"required": "The site is certified only with this."},
    )


class TakeOnForm(ActForm):
    """A pharmacist for the site: somebody who has an account, or a new person."""

    renamed: ClassVar[dict[str, str]] = {"person": "email"}

    email = forms.EmailField(
        label="E-mail",
        help_text="Of the account they sign in with, or will sign in with.",
        widget=forms.EmailInput(attrs={"class": "w-md", "autocomplete": "off"}),
        error_messages={
            "required": "Give the e-mail address.",
            "invalid": "Write a whole address, such as a.b@site.org.",
        },
    )
    name = text_field("Full name", help_text="Needed for a new account only.", required=False)
    password = forms.CharField(
        label="First password",
        help_text="For a new account only, 12 characters or more. Hand it over in person.",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "w-md", "autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """A new account needs a name, and a password that is strong enough."""
        given = super().clean() or self.cleaned_data
        if given.get("email") and person_with(email=given["email"]) is None:
            if not (given.get("name") or "").strip():
                self.add_error("name", "Nobody has an account with this address. Give the name to make one.")
            if password := given.get("password"):
                self._judge(password, given)
        return given

    def _judge(self, password: str, given: dict[str, Any]) -> None:
        try:
            password_validation.validate_password(password, Person(email=given["email"], name=given.get("name") or ""))
        except ValidationError as error:
            self.add_error("password", error)


class TrainingForm(ActForm):
    """That a pharmacist completed a program's training."""

    completed_on = day_field("Training completed on", help_text="Without it the pharmacist confirms nothing.")


class CorrectTrainingForm(Signing, ActForm):
    """What is right about a training that was recorded, and why it was recorded otherwise."""

    renamed: ClassVar[dict[str, str]] = {"correction_reason": "reason", "supersedes": "what"}

    what = choice_field("What is right", [("day", "It was completed on another day"), ("none", "It was not completed")])
    completed_on = day_field("Training completed on", help_text="Where it was another day.", required=False)
    reason = reason_field("Why it is corrected", help_text="Kept beside both entries.")

    def clean(self) -> dict[str, Any]:
        """Another day needs the day."""
        given = super().clean() or self.cleaned_data
        if given.get("what") == "day" and not given.get("completed_on") and "completed_on" not in self.errors:
            self.add_error("completed_on", "Give the day.")
        return given


class EndForm(ActForm):
    """Nothing to fill in: the button says it."""
