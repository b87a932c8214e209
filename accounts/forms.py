"""What is asked to sign in, and about one's own account."""

import json
import re
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError

from accounts.languages import Language
from accounts.passwords import MOST

WRONG_TWICE = "The two are not the same. Type the new password again."


def password_field(label: str, *, name: str = "current-password", help_text: str = "") -> forms.CharField:
    """A password, as the browser's own store knows it."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=1024 if name == "current-password" else MOST,
        strip=False,
        error_messages={
            "required": "Enter your password." if name == "current-password" else "Enter the new password.",
            "max_length": f"This is longer than {MOST} characters.",
        },
        widget=forms.PasswordInput(attrs={"autocomplete": name, "class": "w-lg"}),
    )


class SignInForm(forms.Form):
    """E-mail address and password."""

    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        error_messages={"required": "Enter the address of your account.", "invalid": "This is no e-mail address."},
        widget=forms.EmailInput(attrs={"autocomplete": "username", "class": "w-lg"}),
    )
    password = password_field("Password")
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_email(self) -> Any:
        """Capitals do not matter."""
        return self.cleaned_data["email"].strip().lower()


class PasskeyForm(forms.Form):
    """What a passkey answered, as the page's script wrote it down."""

    credential = forms.CharField(
        label="Passkey",
        max_length=20_000,
        widget=forms.HiddenInput,
        error_messages={"required": "No passkey answered. Try again, or use your password."},
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_credential(self) -> Any:
        """The answer as an object. Raises ValidationError for a text that is none."""
        try:
            return json.loads(self.cleaned_data["credential"])
        except (ValueError, RecursionError):
            raise ValidationError("No passkey answered. Try again, or use your password.") from None


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        error_messages={"required": "Enter the code."},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "class": "code-input",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(self, *args: Any, recovery: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if recovery:
            self.fields["code"].label = "Recovery code"
            self.fields["code"].widget.attrs["class"] = "code-input code-long"
            self.fields["code"].help_text = "Eight digits from your list. Each serves once."
        else:
            self.fields["code"].help_text = "Authenticator app. The code changes every 30 seconds."


class OwnPasswordForm(forms.Form):
    """The password again, before something about the account changes."""

    current = password_field("Your password", help_text="Asked again, because this changes how you sign in.")


class ChangePasswordForm(OwnPasswordForm):
    """A new password, typed twice."""

    password = password_field(
        "New password",
        name="new-password",
        help_text="12 characters or more. Several words that do not belong together are good.",
    )
    again = password_field("New password again", name="new-password")

    def clean(self) -> dict[str, Any] | None:
        """Raises ValidationError where the two differ."""
        given = super().clean() or self.cleaned_data
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", WRONG_TWICE)
        return given


class NewAppForm(CodeForm):
    """The code that the app shows now."""


class NewPasskeyForm(PasskeyForm):
    """A new passkey and what it is called."""

    name = forms.CharField(
        label="Name of this passkey",
        help_text="To tell it from others, such as: phone, office computer.",
        max_length=60,
        initial="Passkey",
        widget=forms.TextInput(attrs={"class": "w-md", "autocomplete": "off"}),
        error_messages={"required": "Give it a name."},
    )
    field_order = ("name", "credential")


NO_NUMBER = "Write the number with its area code, such as (202) 555-0143; from abroad with + and the country."
BOTH_TIMES = "Give both times, or leave both empty."
NO_SPAN = "They begin and end at the same time. Leave both empty to be told at all hours."
ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]


def _hour(label: str, help_text: str = "") -> forms.TimeField:
    """A time of day as text: the browser's own field shows 12 hours where the country does."""
    return forms.TimeField(
        label=label,
        required=False,
        help_text=help_text,
        input_formats=["%H:%M", "%H.%M", "%H%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "w-xs", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Write the time as hours and minutes, for example 21:00."},
    )


class ContactForm(forms.Form):
    """How one wants to be reached."""

    email = forms.BooleanField(label="By e-mail", required=False)
    text = forms.BooleanField(label="By text message", required=False)
    mobile = forms.CharField(
        label="Number for text messages",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"class": "w-sm", "type": "tel", "autocomplete": "tel"}),
    )
    quiet_from = _hour("Quiet from", "24-hour clock. In quiet hours only what is urgent is sent.")
    quiet_until = _hour("Quiet until", "What came meanwhile is sent then.")
    zone = forms.ChoiceField(
        label="Time zone",
        help_text="Quiet hours go by the clocks there.",
        choices=ZONES,
        widget=forms.Select(attrs={"class": "form-select w-md"}),
    )
    language = forms.ChoiceField(label="Language of messages", choices=Language.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, texts: bool, **kwargs: Any) -> None:
        """``texts``: whether this installation sends text messages; without, none is asked about."""
        super().__init__(*args, **kwargs)
        if not texts:
            del self.fields["text"], self.fields["mobile"]

    def clean_mobile(self) -> str:
        """The number as +, country and number; one without a country is of the United States."""
        given = re.sub(r"[\s().\-\u2010-\u2015]", "", self.cleaned_data["mobile"])
        if re.fullmatch(r"1?[2-9][0-9]{9}", given):
            given = f"+1{given[-10:]}"
        if given and not re.fullmatch(r"\+[1-9][0-9]{7,14}", given):
            raise ValidationError(NO_NUMBER)
        return given

    def clean(self) -> dict[str, Any]:
        """Text messages need a number; quiet hours have a beginning and an end."""
        given = super().clean() or self.cleaned_data
        if given.get("text") and "mobile" in given and not given["mobile"]:
            self.add_error("mobile", "Give the number that text messages go to.")
        if "quiet_from" in given and "quiet_until" in given:
            begins, ends = given["quiet_from"], given["quiet_until"]
            if (begins is None) is not (ends is None):
                self.add_error("quiet_until" if ends is None else "quiet_from", BOTH_TIMES)
            elif begins is not None and begins == ends:
                self.add_error("quiet_until", NO_SPAN)
        return given
