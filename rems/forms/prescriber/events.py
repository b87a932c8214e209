"""What happens to a patient: reports and how they end, and the days of the therapy."""

from typing import Any

from django import forms

from patients.choices import DateKind, ReportKind, ReportOutcome, Subject
from rems.forms.base import choice_field, day_field, time_field, validate_visible
from rems.forms.prescriber.facts import FactForm
from rems.queries.in_force import weeks_words
from rems.surveys import PARTNER

EVALUATED = [(ReportOutcome.EVALUATED.value, ReportOutcome.EVALUATED.label)]
WHAT = [
    (ReportKind.MISSED_PERIOD.value, "A missed period"),
    (ReportKind.ABNORMAL_BLEEDING.value, "Abnormal bleeding"),
    (ReportKind.PREGNANCY.value, "A pregnancy or possible exposure, also suspected"),
    (PARTNER, "A pregnancy of the patient's partner"),
]


class ReportForm(FactForm):
    """A missed period, bleeding or pregnancy. It holds everything at once."""

    moment = "opened_at"
    now_by_default = True

    what = choice_field("What was reported", WHAT, help_text="A report about the patient holds everything.")
    day = day_field("Reported on")
    clock = time_field("at")
    note = forms.CharField(
        label="Note",
        help_text="What the program needs for its follow-up.",
        required=False,
        max_length=2000,
        validators=[validate_visible],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def renamed(self) -> dict[str, str]:  # type: ignore[override]
        """The record's names for what this form asks otherwise."""
        return {"opened_at": "day", "kind": "what", "subject": "what"}

    def typed_from(self, fact: Any) -> dict[str, Any]:
        """Kind and subject as one question."""
        return super().typed_from(fact) | {"what": PARTNER if fact.subject == Subject.PARTNER else fact.kind}

    def values(self) -> dict[str, Any]:
        """Kind and whom it is about."""
        values = super().values()
        what = values.pop("what")
        partner = what == PARTNER
        values["kind"] = ReportKind.PREGNANCY.value if partner else what
        values["subject"] = Subject.PARTNER.value if partner else Subject.PATIENT.value
        return values


class ClosingForm(FactForm):
    """The end of an evaluation. Pregnancy reports are closed by the program."""

    moment = "closed_at"
    now_by_default = True

    day = day_field("Evaluated and counseled on")
    clock = time_field("at")
    outcome = choice_field("Outcome", EVALUATED)


class FirstDoseForm(FactForm):
    """The first day of use: day 0 of the test calendar."""

    starts_on = day_field("First dose taken on", help_text="Day 0 of the test calendar.")


class InterruptionForm(FactForm):
    """A pause of the therapy. The test calendar goes on."""

    starts_on = day_field("First day without the medicine", help_text="The calendar of tests goes on.")
    ends_on = day_field("Last day without it", required=False, help_text="Leave it empty while the end is not known.")


class TherapyEndForm(FactForm):
    """The end of the therapy in one program."""

    starts_on = day_field("Therapy ended on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        protected = weeks_words(self.in_force.protected_days)
        self.fields[
            "starts_on"
        ].help_text = f"Before a new start two tests and {protected} of contraception are asked anew."


DATE_FORMS: dict[str, type[FactForm]] = {
    DateKind.FIRST_DOSE.value: FirstDoseForm,
    DateKind.INTERRUPTION.value: InterruptionForm,
    DateKind.END.value: TherapyEndForm,
}
