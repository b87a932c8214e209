"""What is asked to sign in."""

from typing import Any

from django import forms


class SignInForm(forms.Form):
    """E-mail address and password."""

    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        error_messages={"required": "Enter the address of your account.", "invalid": "This is no e-mail address."},
        widget=forms.EmailInput(attrs={"autocomplete": "username", "class": "w-lg"}),
    )
    password = forms.CharField(
        label="Password",
        max_length=1024,
        strip=False,
        error_messages={"required": "Enter your password."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "w-lg"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_email(self) -> Any:
        """Capitals do not matter."""
        return self.cleaned_data["email"].strip().lower()
