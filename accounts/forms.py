"""What is asked to sign in, and about one's own account."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

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
