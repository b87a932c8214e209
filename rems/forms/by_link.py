"""What a patient or guardian is asked who opens a one-time link on a phone."""

from datetime import date
from typing import Any

from django import forms

from rems.forms.base import ActForm, day_field, text_field


class BirthDateForm(ActForm):
    """Whether it is the right person, before anything is shown."""

    born = day_field("The patient’s date of birth", help_text="So that only the right person reads it.")


class SignByLinkForm(ActForm):
    """Name and word of the patient, and of the guardian of a child. The birth date comes along, and is asked again."""

    born = forms.DateField(widget=forms.HiddenInput)
    patient_name = text_field("Patient: type your full name", most=160, wide="")
    patient_agrees = forms.BooleanField(
        label="I have read this, or it was read to me, and I agree to it",
        error_messages={"required": "Tick it if you agree. Without it nothing is signed."},
    )
    guardian_name = text_field("Parent or guardian: type your full name", most=160, wide="")
    guardian_agrees = forms.BooleanField(
        label="I am the parent or guardian, have read this, and agree to it for the patient",
        error_messages={"required": "Tick it if you agree. A child's agreement needs the guardian."},
    )

    def __init__(self, *args: Any, child: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if child:
            self.fields["patient_name"].label = "The patient’s full name, typed by the patient or the guardian"
            self.fields["patient_agrees"].label = "The patient has read this, or it was read to them"
            return
        for name in ("guardian_name", "guardian_agrees"):
            del self.fields[name]

    @property
    def born_typed(self) -> date:
        """The birth date that came along, once the form was judged."""
        day: date = self.cleaned_data["born"]
        return day
