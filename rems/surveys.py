"""What the patient's survey asks in each category, and which answers are worrying.

The sources name the survey and not its wording: the questions are this project's (D), after the points
of the agreement. What an answer has to be recorded as follows the rule book: a missed period, bleeding and
a pregnancy are reports, which hold the gate; a first period is a fact of its own. The rest is told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from eligibility.vocabulary import Category
from patients.choices import ReportKind, Subject
from patients.models import PatientSurvey
from rems.models import Enrollment, PatientAnswer
from rems.models.choices import PlainAnswer

MENARCHE = "menarche"
PARTNER = "partner_pregnancy"
KEPT = timedelta(hours=24)
"""So long an answer of a survey that is not sent waits for the others: a convention of this project (mark D)."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of the patient's survey.

    ``report``: what a yes has to be recorded as; ``wrong``: the answer that is worrying, beside "not sure".
    """

    code: str
    words: str
    report: str = ""
    wrong: str = PlainAnswer.YES.value

    def worries(self, answer: str) -> bool:
        """Whether somebody has to be told of this answer at once."""
        return answer in {self.wrong, PlainAnswer.UNSURE.value}

    def recorded_as(self, answer: str) -> str:
        """What the answer is a report of; '' for none. A first period is recorded where it is sure."""
        sure = self.report != MENARCHE or answer == self.wrong
        return self.report if self.worries(answer) and sure else ""


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
    wrong=PlainAnswer.NO.value,
)
CONDOM = Question(
    code="condom_each_time",
    words="Have you used a condom each time with a female who can get pregnant?",
    wrong=PlainAnswer.NO.value,
)
SPERM = Question(code="sperm_donation", words="Have you donated sperm?")
SHARED = Question(code="shared", words="Has anyone else taken your capsules?")
BLOOD = Question(code="blood_donation", words="Have you donated blood?")
KNOWS = Question(
    code="knows_birth_defects",
    words="Do you know that the medicine can cause severe birth defects?",
    wrong=PlainAnswer.NO.value,
)

COMMON = (KNOWS, SHARED, BLOOD)


def questions_for(category: Category) -> tuple[Question, ...]:
    """What the patient's survey asks in a category."""
    if category.can_get_pregnant:
        return (PREGNANT, PERIOD, BLEEDING, METHODS, *COMMON)
    if category is Category.FEMALE_CHILD_NRP:
        return (FIRST_PERIOD, *COMMON)
    return (CONDOM, PARTNER_PREGNANT, SPERM, *COMMON) if category.male else COMMON


def reports_for(category: Category) -> tuple[Question, ...]:
    """What a patient of the category may report at any time, beside the survey."""
    if category.male:
        return (PARTNER_PREGNANT, SHARED)
    if category is Category.FEMALE_CHILD_NRP:
        return (FIRST_PERIOD, BLEEDING, PREGNANT, SHARED)
    return (PERIOD, BLEEDING, PREGNANT, SHARED) if category.can_get_pregnant else (BLEEDING, PREGNANT, SHARED)


def report_of(worry: str) -> dict[str, str]:
    """Kind and subject of the report that a worrying answer is."""
    if worry == PARTNER:
        return {"kind": ReportKind.PREGNANCY.value, "subject": Subject.PARTNER.value}
    return {"kind": worry, "subject": Subject.PATIENT.value}


def draft_of(enrollment: Enrollment, *, at: datetime) -> dict[str, str]:
    """The newest answer to each question of the survey that is being answered; the one before it is sent."""
    sent = PatientSurvey.objects.filter(patient=enrollment.patient_id, program=enrollment.program)
    last = sent.order_by("-recorded_at").values_list("recorded_at", flat=True).first()
    since = max(filter(None, (last, at - KEPT)))
    rows = PatientAnswer.objects.filter(enrollment=enrollment, recorded_at__gt=since).order_by("recorded_at", "pk")
    return {row.question: row.answer for row in rows}
