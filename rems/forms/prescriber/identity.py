"""Who somebody is: the patient as registered, the prescriber as certified."""

import re
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.urls import reverse

from accounts.identifiers import validate_dea, validate_npi
from accounts.zip_codes import state_of
from eligibility.categories import is_minor
from rems.forms.base import ActForm, Choices, choice_field, day_field, offer, reason_field, text_field
from rems.forms.prescriber.license import TICK, Licensed
from rems.forms.signing import SIGNING_FIELDS, Signing
from rems.forms.suggesting import CHOSEN, CREDENTIALS, SPECIALTIES, suggest

PHONE = RegexValidator(r"^[0-9+()./ x-]{7,30}$", "Write the number with its area code, for example 555-555-0142.")
LAST = 4
FAX = RegexValidator(r"^([0-9]{4}|[0-9+()./ x-]{7,30})$", "Write it with its area code, or its last four digits.")
WHOLE = re.compile(r"[0-9+()./ -]{6,}[0-9]{4}")
"""A telephone number that ends with its own four digits, and with no extension."""
ZIP = RegexValidator(r"^[0-9]{5}(-[0-9]{4})?$", "A ZIP code has five digits, or nine.")
STATE = RegexValidator(r"^[A-Za-z]{2}$", "Write the state with two letters, for example OR.")
PURPOSES = {
    "first_name": "given-name",
    "last_name": "family-name",
    "credential": "honorific-suffix",
    "address_line_1": "address-line1",
    "address_line_2": "address-line2",
    "city": "address-level2",
    "state": "address-level1",
    "zip_code": "postal-code",
    "phone": "tel",
    "fax": "fax tel",
    "email": "email",
}
"""What the browser may fill in of one's own data (WCAG 1.3.5); never of a patient's."""
GUARDIAN = ("guardian_name", "guardian_relationship", "guardian_phone")


def _phone(label: str, *, required: bool = True) -> forms.CharField:
    field = text_field(label, required=required, most=30, wide="w-md", inputmode="tel")
    field.validators.append(PHONE)
    return field


class Addressed(ActForm):
    """Where somebody is reached."""

    address_line_1 = text_field("Address", most=120, wide="")
    address_line_2 = text_field("Address, second line", required=False, most=120, wide="")
    city = text_field("City", most=80)
    state = text_field(
        "State", required=False, most=2, wide="w-xs", help_text="Two letters. Left empty, it is the ZIP code’s."
    )
    zip_code = text_field("ZIP code", most=10, wide="w-sm")
    phone = _phone("Telephone")
    email = forms.EmailField(
        label="E-mail", required=False, max_length=254, widget=forms.EmailInput(attrs={"class": "w-md"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].validators.append(STATE)
        self.fields["zip_code"].validators.append(ZIP)

    def clean_state(self) -> str:
        """Two capitals."""
        return str(self.cleaned_data["state"]).upper()

    def clean(self) -> dict[str, Any]:
        """The ZIP code says the state, where it can."""
        data = super().clean() or {}
        if not data.get("state") and not {"state", "zip_code"} & self.errors.keys():
            data["state"] = state_of(data.get("zip_code", ""))
            if not data["state"]:
                self.add_error("state", "Give the state: this ZIP code does not say it.")
        return data

    def values(self) -> dict[str, Any]:
        """The fields of the record."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in {"key", *self.not_of_the_record}
        }

    not_of_the_record: frozenset[str] = frozenset()


class PatientForm(Signing, Addressed):
    """Who the patient is. A guardian is asked for where the patient is a minor. A correction is signed."""

    not_of_the_record = frozenset({"another_person", "reason", *SIGNING_FIELDS})

    first_name = text_field("First name", most=80)
    middle_name = text_field("Middle name", required=False, most=80)
    last_name = text_field("Last name", most=80)
    born = day_field("Date of birth", help_text="The pharmacy compares it, and the age decides the form.")
    language = forms.CharField(
        label="Language",
        help_text="In which the patient is counseled.",
        max_length=40,
        initial="English",
        widget=forms.TextInput(attrs={"class": "w-sm"}),
    )
    guardian_name = text_field(
        "Parent or guardian", help_text="Under 18 a guardian signs as well.", required=False, most=160
    )
    guardian_relationship = text_field("Relationship to the patient", required=False, most=60)
    guardian_phone = _phone("Telephone of the parent or guardian", required=False)

    field_order = ("key", "first_name", "middle_name", "last_name", "born", "language", *Addressed.base_fields)

    def __init__(
        self,
        *args: Any,
        today: date,
        adult_from_years: int,
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        self.today = today
        self.adult_from_years = adult_from_years
        super().__init__(*args, **kwargs)
        self.order_fields([*self.field_order, *GUARDIAN])
        for name in GUARDIAN:
            self.fields[name].label = str(self.fields[name].label).removesuffix("")
        if request is not None:
            self.fields["reason"] = reason_field("Why is it corrected?")
            self.ask_signature(request)

    @property
    def minor(self) -> bool:
        """Whether the birth date that stands in the form is a minor's."""
        born = self["born"].value()
        try:
            born = born if isinstance(born, date) else date.fromisoformat(str(born))
        except ValueError:
            return False
        return born <= self.today and self._is_minor(born)

    def _is_minor(self, born: date) -> bool:
        return is_minor(born, today=self.today, adult_from_years=self.adult_from_years)

    def ask_whether_another(self) -> None:
        """Likely duplicates were found: a second record needs an explicit word."""
        self.fields["another_person"] = forms.BooleanField(
            label="This is another person",
            help_text="I compared name, date of birth and telephone. A second record is made.",
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        """A minor has a guardian; nobody is born in the future."""
        data = super().clean() or {}
        born = data.get("born")
        if born is not None and born > self.today:
            self.add_error("born", "The day is in the future.")
        elif born is not None and self._is_minor(born):
            for name in GUARDIAN:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, f"Needed because the patient is under {self.adult_from_years}.")
        return data


ORDER = (
    "key",
    "first_name",
    "last_name",
    "email",
    "credential",
    "specialty",
    "npi",
    "state_license",
    "dea",
    *(name for name in Addressed.base_fields if name not in {"key", "email"}),
    "fax",
)
"""As the page shows them: what the account says of the person anyway comes first."""


class PrescriberForm(Addressed):
    """The prescriber's own part of the enrollment form."""

    not_of_the_record = frozenset({"reason"})

    first_name = text_field("First name", most=80)
    last_name = text_field("Last name", most=80)
    credential = text_field("Credential", most=40, wide="w-sm", help_text="For example MD, DO, NP or PA.")
    specialty = text_field("Specialty", most=80)
    npi = text_field(
        "NPI", most=10, wide="w-sm", help_text="Ten digits; the last one checks the others.", inputmode="numeric"
    )
    dea = text_field("DEA number", required=False, most=9, wide="w-sm", help_text="This, or a state license.")
    state_license = text_field(
        "State license", required=False, most=40, wide="w-sm", help_text="Needed where no DEA number is given."
    )
    fax = text_field("Fax", most=30, inputmode="tel", help_text="Four digits are enough; the rest is the telephone’s.")

    def __init__(self, *args: Any, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["npi"].validators.append(validate_npi)
        self.fields["fax"].validators.append(FAX)
        suggest(self, "credential", CREDENTIALS)
        suggest(self, "specialty", SPECIALTIES)
        for name, purpose in PURPOSES.items():
            self.fields[name].widget.attrs["autocomplete"] = purpose
        self.fields["email"].label = "E-mail"
        self.fields["email"].required = True
        self.order_fields(ORDER)
        if correcting:
            self.fields["reason"] = reason_field("Why is it corrected?")

    def clean_dea(self) -> str:
        """Capitals, with its check digit."""
        given = str(self.cleaned_data["dea"]).upper()
        if given:
            validate_dea(given)
        return given

    def clean(self) -> dict[str, Any]:
        """One of the two licenses is needed; a short fax number is completed."""
        data = super().clean() or {}
        licenses = {"dea", "state_license"} & self.fields.keys()
        if licenses and not any(data.get(name) for name in licenses) and not licenses & self.errors.keys():
            self.add_error("dea", "Give the DEA number or the state license.")
        fax, phone = data.get("fax", ""), data.get("phone", "")
        if len(fax) == LAST and phone:
            if WHOLE.fullmatch(phone):
                data["fax"] = phone[:-LAST] + fax
            else:
                self.add_error("fax", "Write the whole number: the telephone does not say the rest.")
        return data


ATTESTS = "I completed the program's education and will prescribe under its rules"
RULES = "Each time: counsel, verify the tests, answer the survey, obtain a new authorization."


class EnrollingForm(Signing, Licensed, PrescriberForm):
    """The whole enrollment form at once: the data, the programs, and the signature under all of it."""

    not_of_the_record = frozenset({"programs", "license", TICK, *SIGNING_FIELDS})
    renamed: ClassVar[dict[str, str]] = {"program": "programs", "dea": "license", "state_license": "license"}

    programs = forms.MultipleChoiceField(
        label=ATTESTS,
        help_text=f"Tick each program for which you say so, and apply. {RULES}",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick the program to apply for it."},
    )

    def __init__(self, *args: Any, programs: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suggest(self, "address_line_1", takes=CHOSEN, source=reverse("prescriber:practices"))
        self.fields["address_line_1"].widget.attrs["autocomplete"] = PURPOSES["address_line_1"]
        offer(self, "programs", programs)
        for name in ("state_license", "dea"):
            del self.fields[name]
        self.order_fields(
            ["license" if name == "dea" else name for name in (*ORDER, "programs", "password", "passkey")]
        )

    def values(self) -> dict[str, Any]:
        """The license where it belongs."""
        return super().values() | self.license_values()


class ApplicationForm(Signing, ActForm):
    """The application for a further program: what is attested for it, and the signature."""

    program = choice_field(ATTESTS, [], help_text=f"Choose the program for which you say so. {RULES}")

    def __init__(self, *args: Any, programs: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "program", programs)


class DelegateForm(ActForm):
    """Whom the prescriber names."""

    email = forms.EmailField(
        label="E-mail of the delegate",
        help_text="The address of their account. The program makes accounts.",
        widget=forms.EmailInput(attrs={"class": "w-md", "autocomplete": "off"}),
        error_messages={"required": "Give the address.", "invalid": "Write the address as name@example.org."},
    )
