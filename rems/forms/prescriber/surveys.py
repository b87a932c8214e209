"""The two surveys. Each category is asked its own questions; no answer is chosen beforehand.

The sources name the surveys and not their wording: the questions are this project's (D), after the
points of the agreement. An answer that means danger is recorded as a report by the view as well.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest

from eligibility.vocabulary import Category
from patients.choices import ReportKind, Subject
from patients.models import PatientSurvey
from rems.forms.base import ActForm, choice_field, day_field, text_field, time_field
from rems.forms.prescriber.events import PARTNER
from rems.forms.prescriber.facts import FactForm
from rems.forms.signing import SIGNING_FIELDS, Signing

YES_NO = [("yes", "Yes"), ("no", "No")]
MENARCHE = "menarche"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of the patient's survey; ``report`` is what a yes has to be recorded as."""

    code: str
    words: str
    report: str = ""


PERIOD = Question(code="missed_period", words="Have you missed a period?", report=ReportKind.MISSED_PERIOD.value)
BLEEDING = Question(
    code="abnormal_bleeding",
    words="Have you had bleeding that is unusual for you?",
    report=ReportKind.ABNORMAL_BLEEDING.value,
)
PREGNANT = Question(
    code="pregnant", words="Are you pregnant, or do you think that you may be?", report=ReportKind.PREGNANCY.value
)
FIRST_PERIOD = Question(code="first_period", words="Have you had a first period?", report=MENARCHE)
PARTNER_PREGNANT = Question(code="partner_pregnant", words="Is a partner of yours pregnant, or may be?", report=PARTNER)
METHODS = Question(
    code="methods_each_time",
    words="Have you used two methods of contraception at once, each time, or had no contact with men at all?",
)
CONDOM = Question(code="condom_each_time", words="Have you used a condom each time with a female who can get pregnant?")
SPERM = Question(code="sperm_donation", words="Have you donated sperm?")
SHARED = Question(code="shared", words="Has anyone else taken your capsules?")
BLOOD = Question(code="blood_donation", words="Have you donated blood?")
KNOWS = Question(code="knows_birth_defects", words="Do you know that the medicine can cause severe birth defects?")

COMMON = (KNOWS, SHARED, BLOOD)


def questions_for(category: Category) -> tuple[Question, ...]:
    """What the patient's survey asks in a category."""
    if category.can_get_pregnant:
        return (PREGNANT, PERIOD, BLEEDING, METHODS, *COMMON)
    if category is Category.FEMALE_CHILD_NRP:
        return (FIRST_PERIOD, *COMMON)
    return (CONDOM, PARTNER_PREGNANT, SPERM, *COMMON) if category.male else COMMON


class PatientSurveyForm(FactForm):
    """The patient's survey, answered together or read over the telephone."""

    moment = "completed_at"
    now_by_default = True

    day = day_field("Answered on")
    clock = time_field("at")
    answered_by = text_field("Answered by", help_text="The patient, or the guardian of a minor.", most=160)

    def __init__(self, *args: Any, category: Category, **kwargs: Any) -> None:
        self.questions = questions_for(category)
        super().__init__(*args, **kwargs)
        asked = {f"q_{q.code}": choice_field(q.words, YES_NO) for q in self.questions}
        self.fields = {"key": self.fields.pop("key")} | asked | self.fields

    def typed_from(self, fact: Any) -> dict[str, Any]:
        """The answers as the form asks them."""
        answers = {f"q_{code}": answer for code, answer in fact.answers.items()}
        return super().typed_from(fact) | answers

    def values(self) -> dict[str, Any]:
        """The answers by the code of their question."""
        values = super().values()
        answers = {q.code: values.pop(f"q_{q.code}") for q in self.questions}
        return values | {"answers": answers}

    def worries(self) -> list[str]:
        """What a yes has to be recorded as: kinds of reports, or the first period. Corrected: a new yes."""
        said = self.correcting.answers if isinstance(self.correcting, PatientSurvey) else {}
        new = [q for q in self.questions if self.cleaned_data[f"q_{q.code}"] == "yes" and said.get(q.code) != "yes"]
        return [q.report for q in new if q.report]


def report_of(worry: str) -> dict[str, str]:
    """Kind and subject of the report that a worrying answer is."""
    if worry == PARTNER:
        return {"kind": ReportKind.PREGNANCY.value, "subject": Subject.PARTNER.value}
    return {"kind": worry, "subject": Subject.PATIENT.value}


def _attest(label: str) -> forms.BooleanField:
    return forms.BooleanField(
        label=label,
        widget=forms.CheckboxInput(attrs={"data-digit": True}),
        error_messages={"required": "The survey is not complete without it."},
    )


class PrescriberSurveyForm(Signing, ActForm):
    """The prescriber's survey of one prescription: what the prescriber attests, tick by tick.

    ``results``: the tests that it lists, by their rows; the page sends back those that were read.
    """

    def __init__(
        self,
        *args: Any,
        category: Category,
        results: list[int] | None = None,
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.category = category
        self.results = results or []
        self.fields["category_unchanged"] = _attest(f"The category is right: {category.words.lower()}")
        if category.can_get_pregnant:
            self.fields["results_verified"] = _attest(
                "I verified the pregnancy tests listed here, also those that a delegate entered"
            )
            self.fields["not_pregnant"] = _attest("To my knowledge she is not pregnant")
            self.fields["contraception_discussed"] = _attest(
                "Contraception was discussed, and what is attested still holds"
            )
        if category is Category.FEMALE_CHILD_NRP:
            self.fields["no_first_period"] = _attest("She has had no first period")
        if category.male:
            self.fields["condoms_discussed"] = _attest("Condoms, and no donation of sperm, were discussed")
        self.fields["risks_discussed"] = _attest("The risk of birth defects was discussed")
        if request is not None:
            self.ask_signature(request)

    def answers(self) -> dict[str, bool]:
        """Each tick by its code."""
        leave = {"key", *SIGNING_FIELDS}
        return {name: bool(value) for name, value in self.cleaned_data.items() if name not in leave}

    @property
    def listed(self) -> str:
        """The tests that the page lists now, as it sends them back."""
        return ",".join(str(row) for row in self.results)

    def clean(self) -> dict[str, Any]:
        """What is attested is what was read: nothing was recorded or corrected since the page was shown."""
        if self.data.get("results", "") != self.listed:
            self.add_error(None, "A result was recorded or corrected meanwhile. Look at the list again, then sign.")
        return super().clean()
