"""What an administrator fills in about accounts and roles."""

from typing import Any

from django import forms

from accounts.roles import Role
from rems.forms.administration import Filters
from rems.forms.base import ActForm, choice_field, offer, reason_field, text_field

GIVEN_BY_HAND = tuple(role for role in Role if role not in {Role.SYSTEM, Role.PATIENT})
"""A job has its role from the system; a patient's account would need its patient."""
ROLES = [(role.value, role.label) for role in GIVEN_BY_HAND]


def password_field(label: str) -> forms.CharField:
    """A password that somebody else will use, and hears in person."""
    return forms.CharField(
        label=label,
        help_text="12 characters or more. Hand it over in person; they change it when they sign in.",
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "w-md", "autocomplete": "new-password"}),
        error_messages={"required": "Give a password."},
    )


class PersonFilters(Filters):
    """Which people."""

    q = forms.CharField(
        label="Name or e-mail", required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    role = forms.ChoiceField(label="Role", required=False, choices=[("", "All roles"), *ROLES])
    state = forms.ChoiceField(
        label="Account", required=False, choices=[("", "All"), ("active", "Active"), ("ended", "Deactivated")]
    )


class NewPersonForm(ActForm):
    """A new account, in one role."""

    email = forms.EmailField(
        label="E-mail",
        help_text="They sign in with it.",
        widget=forms.EmailInput(attrs={"class": "w-md", "autocomplete": "off"}),
        error_messages={
            "required": "Give the e-mail address.",
            "invalid": "Write a whole address, such as a.b@site.org.",
        },
    )
    name = text_field("Full name", help_text="As it will stand in signatures.")
    role = choice_field("Role", ROLES, help_text="More roles can be granted afterwards.")
    password = password_field("First password")


class GrantForm(ActForm):
    """One more role."""

    role = choice_field("Role", [])

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "role", [(role.value, role.label) for role in roles])


class WithdrawForm(ActForm):
    """Nothing to fill in: the button says it."""


class PasswordForm(ActForm):
    """A new password for somebody who lost theirs."""

    password = password_field("New password")


class ResetFactorForm(ActForm):
    """Why somebody sets up a new second factor."""

    reason = reason_field("Why, and how you know that it is them", help_text="Kept in the trail.")


class EndSessionsForm(ActForm):
    """Nothing to fill in: the button says it."""


class EndAccountForm(ActForm):
    """Why an account ends."""

    reason = reason_field("Why it ends", help_text="Kept in the trail.")
