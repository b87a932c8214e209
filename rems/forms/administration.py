"""What the program's administrator and the auditor fill in."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from accounts.models import Person
from eligibility.editions import programs
from eligibility.findings import Outcome
from eligibility.reasons import Reason
from eligibility.vocabulary import Category, Stage
from patients.choices import STILL_OPEN, ReportOutcome
from prescribers.models import Prescriber
from rems import trail_words
from rems.forms.base import ActForm, choice_field, offer, reason_field
from rems.forms.signing import Signing


class ApproveForm(ActForm):
    """Nothing to fill in: the button says it."""


class RefuseForm(ActForm):
    """Why an application is refused."""

    reason = reason_field("Why it is refused", help_text="The applicant reads this.")


class DeactivateForm(ActForm):
    """Why a certification ends."""

    reason = reason_field("Why it ends", help_text="Kept in the trail and shown with the certification.")


PREGNANCY_OUTCOMES = [(o.value, o.label) for o in ReportOutcome if o not in STILL_OPEN | {ReportOutcome.EVALUATED}]
NO_OUTCOME = ("none", "No outcome is known yet: the report is open again")
LEFT_OPEN = [(o.value, f"{o.label}: the report stays open") for o in ReportOutcome if o in STILL_OPEN]


class CloseReportForm(ActForm):
    """How a report ended. Two outcomes of a pregnancy leave it open (rule book, D)."""

    outcome = choice_field("Outcome", PREGNANCY_OUTCOMES + LEFT_OPEN)


class CorrectOutcomeForm(Signing, ActForm):
    """What a pregnancy report's outcome really is, and why it was recorded otherwise."""

    renamed: ClassVar[dict[str, str]] = {"correction_reason": "reason", "supersedes": "outcome"}

    outcome = choice_field("What is right", [])
    reason = reason_field("Why it is corrected", help_text="Kept beside both entries.")

    def __init__(self, *args: Any, recorded: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        again = [(o.value, f"{o.label}: the report is open again") for o in ReportOutcome if o in STILL_OPEN]
        every = [*PREGNANCY_OUTCOMES, *again, NO_OUTCOME]
        offer(self, "outcome", [choice for choice in every if choice[0] != recorded])


class RepresentativeForm(ActForm):
    """Who represents a site from now on."""

    renamed: ClassVar[dict[str, str]] = {"person": "representative"}

    representative = forms.ModelChoiceField(
        label="Representative",
        help_text="Somebody with the role of an authorized representative; roles are granted under People.",
        queryset=Person.objects.none(),
        empty_label="Choose the person",
        error_messages={"required": "Choose the person.", "invalid_choice": "Choose one of the list."},
    )

    def __init__(self, *args: Any, among: "QuerySet[Person]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["representative"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = among


class PrescriberField(forms.ModelChoiceField):
    """One of the prescribers, told apart by the NPI."""

    def label_from_instance(self, obj: Prescriber) -> str:
        """The name as in a register, and the NPI."""
        return f"{obj.last_name}, {obj.first_name} · NPI {obj.npi}"


class TransferForm(ActForm):
    """Into whose care a patient moves, and why."""

    prescriber = PrescriberField(
        label="New prescriber",
        help_text="Certified for the program.",
        queryset=Prescriber.objects.none(),
        empty_label="Choose the prescriber",
        error_messages={"required": "Choose the prescriber.", "invalid_choice": "Choose one of the list."},
    )
    reason = reason_field("Why the patient moves", help_text="Kept in the trail.")

    def __init__(self, *args: Any, among: "QuerySet[Prescriber]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["prescriber"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = among


def program_choices(every: str = "All programs") -> list[tuple[str, str]]:
    """The programs by name, after the choice that leaves none out."""
    return [("", every), *((code, editions[-1].name) for code, editions in programs().items())]


def action_choices() -> list[tuple[str, str]]:
    """Every action that the trail can name."""
    return [("", "All actions"), *trail_words.known()]


class Filters(forms.Form):
    """What a list is narrowed by. Everything is optional; a wrong day is said and narrows nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("program", program_choices), ("action", action_choices)):
            if name in self.fields:
                self.fields[name].widget.choices = choices()
        for field in self.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs["class"] = kind

    def chosen(self) -> dict[str, Any]:
        """What was filled in, without the empty."""
        self.is_valid()
        found = getattr(self, "cleaned_data", {})
        return {name: value for name, value in found.items() if value not in (None, "")}

    def given(self) -> dict[str, str]:
        """The same as texts, for the trail."""
        return {name: str(value) for name, value in self.chosen().items()}


def _program() -> forms.CharField:
    return forms.CharField(label="Program", required=False, max_length=40, widget=forms.Select)


def words(label: str, **attrs: str) -> forms.CharField:
    """Words to search by."""
    widget = forms.TextInput(attrs={"type": "search", **attrs})
    return forms.CharField(label=label, required=False, max_length=100, strip=True, widget=widget)


def choice(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    """One of a list, the first for all."""
    return forms.ChoiceField(label=label, required=False, choices=choices)


def instant(label: str) -> forms.DateTimeField:
    """A moment, to the minute."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    message = {"invalid": "Give day and time, such as 2026-06-16 08:00."}
    return forms.DateTimeField(label=label, required=False, widget=widget, error_messages=message)


class ApplicationFilters(Filters):
    """Which applications."""

    kind = choice("Who applies", [("", "Prescribers and sites"), ("prescriber", "Prescribers"), ("site", "Sites")])
    state = choice("State", [("", "Waiting"), ("approved", "Approved"), ("refused", "Refused")])
    program = _program()


class RegisterFilters(Filters):
    """Which prescribers or pharmacies."""

    q = words("Name or identifier")
    program = _program()
    state = choice("State", [("", "All"), ("certified", "Certified"), ("not_certified", "Not certified")])


class PatientFilters(Filters):
    """Which patients."""

    q = words("Name or number")
    program = _program()
    category = choice("Category", [("", "All categories"), *((c.value, c.words) for c in Category)])


class ReportFilters(Filters):
    """Which reports."""

    state = choice("State", [("", "Open"), ("closed", "Closed"), ("all", "All")])
    kind = choice(
        "What",
        [
            ("", "Everything"),
            ("pregnancy", "Pregnancy"),
            ("missed_period", "Missed period"),
            ("abnormal_bleeding", "Abnormal bleeding"),
        ],
    )


OUTCOME_WORDS = {Outcome.ALLOWED: "Allowed", Outcome.REFUSED: "Refused", Outcome.NOT_GATED: "Not gated"}
STAGE_WORDS = {Stage.AUTHORIZE: "Authorization", Stage.CONFIRM: "Confirmation", Stage.HAND_OVER: "Hand-over"}


class DecisionFilters(Filters):
    """Which decisions."""

    outcome = choice("Answer", [("", "All answers"), *((o.value, words) for o, words in OUTCOME_WORDS.items())])
    stage = choice("Asked at", [("", "All stages"), *((s.value, words) for s, words in STAGE_WORDS.items())])
    reason = choice(
        "Reason", [("", "All reasons"), *((r.value, r.value.replace("_", " ").capitalize()) for r in Reason)]
    )
    program = _program()
    patient = words("Patient")
    since = instant("From")
    until = instant("To")
