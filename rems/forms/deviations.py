"""What is asked about a deviation: which to list, what is to be done, and how it ended."""

from typing import Any

from django import forms

from rems.forms.administration import Filters, choice, instant, words
from rems.forms.base import ActForm, Choices, choice_field, day_field, text_field, validate_visible
from rems.forms.signing import Signing
from rems.models.choices import DeviationEnd, DeviationKind

STATES = [
    ("", "Open"),
    ("unplanned", "No action planned"),
    ("planned", "Action planned"),
    ("late", "Action overdue"),
    ("signed", "Signed off"),
    ("all", "All"),
]


class DeviationFilters(Filters):
    """Which deviations. ``site`` and ``prescriber`` come with a link to what was repeated."""

    state = choice("State", STATES)
    kind = choice("What", [("", "Everything"), *DeviationKind.choices])
    program = forms.CharField(label="Program", required=False, max_length=40, widget=forms.Select)
    patient = words("Patient")
    since = instant("From")
    until = instant("To")
    site = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    prescriber = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


def _told(label: str, *, help_text: str, required: str, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=2000,
        validators=[validate_visible],
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required},
    )


class CorrectionForm(ActForm):
    """What is to be done, by whom, until when; and for which others of the same kind as well."""

    what = _told(
        "What is to be done", help_text="So that it does not happen again.", required="Say what is to be done."
    )
    responsible = text_field("By whom", help_text="A name; the prescriber, the site or somebody of the program.")
    due_on = day_field("Due by")

    def __init__(self, *args: Any, alike: Choices = (), **kwargs: Any) -> None:  # type: ignore[assignment]
        super().__init__(*args, **kwargs)
        if alike:
            self.fields["alike"] = forms.TypedMultipleChoiceField(
                label="The same also for",
                help_text="Others of this kind that are open and lie with the same.",
                coerce=int,
                choices=list(alike),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": "Choose among those that are open."},
            )


class SignOffForm(Signing, ActForm):
    """How it ended, and the signature."""

    conclusion = choice_field("How it ended", list(DeviationEnd.choices))
    findings = _told(
        "Findings",
        help_text="What you looked at, and why it can be closed.",
        required="Write down what you looked at and found.",
    )
