"""Asking the engine about the records. Here nothing is written; ``rems.actions.gate`` acts on the answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from audit import clock
from eligibility import Category, Decision, Facts, Finding, Outcome, Stage, decide
from eligibility.converters import MOMENT, moment
from eligibility.edition import Edition
from eligibility.editions import edition_in_force
from eligibility.facts import Prescription
from eligibility.findings import Level
from eligibility.reasons import Reason
from eligibility.vocabulary import Method
from pharmacies.models import Pharmacy
from rems import models
from rems.facts import facts_for
from rems.question import Question, question_of
from rems.records import Records


def edition_for(facts: Facts) -> Edition | None:
    """The edition in force at the instant of the question."""
    return edition_in_force(facts.program, facts.at)


def preview(
    *,
    stage: Stage,
    enrollment: models.Enrollment | None = None,
    prescription: models.Prescription | None = None,
    authorization: models.Authorization | None = None,
    confirmation: models.Confirmation | None = None,
    pharmacy: Pharmacy | None = None,
    at: datetime | None = None,
    records: Records | None = None,
) -> Decision:
    """What the gate would say, for a page. It has no authority: the action asks again.

    What the person on the page is about to do is assumed as done: the checklist, the Medication Guide,
    the category read on the prescription, the way of the hand-over; for an enrollment without a
    prescription its days, counseling and the prescriber's survey.
    """
    authorization = confirmation.authorization if confirmation else authorization
    prescription = authorization.prescription if authorization else prescription
    enrollment = prescription.enrollment if prescription else enrollment
    if enrollment is None:
        raise ValueError("a preview needs an enrollment, a prescription or a number")
    question = Question(
        enrollment=enrollment,
        prescription=prescription,
        authorization=authorization,
        confirmation=confirmation,
        pharmacy=pharmacy,
    )
    return preview_of(question, stage=stage, at=at or clock.now(), records=records)[1]


def preview_of(
    question: Question, *, stage: Stage, at: datetime, records: Records | None = None
) -> tuple[Facts, Decision]:
    """See ``preview``; with the facts that the engine heard."""
    facts = facts_for(question, at=at, records=records)
    facts = _as_if_done(facts, stage=stage, prescribed=question.prescription is not None)
    return facts, decide(edition_for(facts), facts, stage)


def _as_if_done(facts: Facts, *, stage: Stage, prescribed: bool) -> Facts:
    if not prescribed:
        assumed = Prescription(days_supply=1, category=facts.patient.category)
        facts = replace(facts, prescription=assumed, counseled=True, prescriber_survey_completed=True)
    if stage is Stage.AUTHORIZE:
        return facts
    facts = replace(facts, checklist_complete=True)
    if stage is Stage.HAND_OVER:
        facts = replace(facts, medication_guide_given=True, method=facts.method or Method.HAND)
    return facts


def ask_again(row: models.Decision) -> Decision:
    """What the rows, as they were known then, and the edition in force then answer to its question."""
    facts = facts_for(question_of(row), at=row.at)
    return decide(edition_for(facts), facts, Stage(row.stage))


def standings(enrollments: Sequence[models.Enrollment], *, at: datetime | None = None) -> dict[int, Decision]:
    """How each enrolled patient stands before an authorization, in a fixed number of queries."""
    now = at or clock.now()
    records = Records(enrollments, at=now)
    return {e.pk: preview(stage=Stage.AUTHORIZE, enrollment=e, at=now, records=records) for e in enrollments}


def findings_on_record(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as they are kept with a decision."""
    return [
        {
            "requirement": f.requirement,
            "level": f.level.value,
            "reason": f.reason.value if f.reason else None,
            "source": f.source,
            "mark": f.mark,
            "until": _written(f.until),
            "opens": _written(f.opens),
            "case": f.case,
            "details": {key: _written(value) for key, value in f.details.items()},
        }
        for f in findings
    ]


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def decision_of(row: models.Decision) -> Decision:
    """A decision on record, as the engine gave it."""
    return Decision(
        outcome=Outcome(row.outcome),
        stage=Stage(row.stage),
        at=row.at,
        program=row.program,
        edition=row.edition or None,
        edition_sha256=row.edition_sha256 or None,
        findings=tuple(finding_kept(item) for item in row.findings),
    )


def finding_kept(item: Mapping[str, Any]) -> Finding:
    """A finding on record, as the engine gave it."""
    return Finding(
        requirement=item["requirement"],
        level=Level(item["level"]),
        reason=Reason(item["reason"]) if item["reason"] else None,
        source=item["source"],
        mark=item["mark"],
        until=_read(item["until"]),
        opens=_read(item["opens"]),
        case=item["case"],
        details={key: _read(value) for key, value in item["details"].items()},
    )


def _read(value: Any) -> Any:
    """Dates and instants come back as such; everything else stays."""
    if not isinstance(value, str) or not (MOMENT.fullmatch(value) or _is_day(value)):
        return value
    return moment(value)


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4:5] == text[7:8] == "-" and text.replace("-", "").isdigit()


def category_named(code: str) -> Category | None:
    """The category of a code; '' is none. ValueError for a code that is none of them."""
    return Category(code) if code else None
