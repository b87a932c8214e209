"""What an administrator fills in to open a record by break-glass, and to review what another opened."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Person
from accounts.proof import Proof, prove
from audit.facts import InvalidFact
from rems.forms.base import ActForm, choice_field, reason_field
from rems.models.choices import Conclusion


class OpenRecordForm(ActForm):
    """Why the whole record has to be seen, and the password again."""

    proof: Proof
    reason = reason_field("Why you have to see the whole record", help_text="Others read this and review it.")
    password = forms.CharField(
        label="Your password",
        help_text="Asked again for each record.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "w-md"}),
        error_messages={"required": "Type your password."},
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        """The person's own password, checked again; it is kept nowhere."""
        try:
            self.proof = prove(self.person, password=self.cleaned_data["password"], purpose="open a record")
        except InvalidFact as wrong:
            raise ValidationError(wrong.message) from wrong
        return ""


class CloseRecordForm(ActForm):
    """Nothing to fill in: the button says it."""


class ReviewForm(ActForm):
    """What a look at the opening found."""

    conclusion = choice_field("Was it justified?", [(each.value, each.label) for each in Conclusion])
    findings = reason_field("What you found", help_text="The reason, what was looked at, what follows.")
