"""Corrections: a new row that supersedes the old one and says why."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from accounts.models import Person
from accounts.roles import Permission
from accounts.signatures import Given, sign_record
from accounts.standing import must
from audit import facts
from audit.acts import Act, act
from audit.facts import Fact, InvalidFact
from patients.actions.reports import check_outcome, report_positive
from patients.actions.storing import store
from patients.choices import ReportKind
from patients.lock import lock
from patients.models import Patient, PregnancyTest, Report, ReportClosing
from patients.validity import MOMENTS

FactT = TypeVar("FactT", bound=Fact)
CORRECTED = "I corrected this entry for the reason stated with it."
WITHDRAWN = "I withdrew this entry for the reason stated with it."
WHOSE = frozenset({"patient", "report"})


def correct(
    *,
    fact: FactT,
    changes: Mapping[str, Any],
    reason: str,
    by: Person,
    void: bool = False,
    given: Given | None = None,
    key: str | None = None,
) -> FactT:
    """Supersede a fact about a patient by one with ``changes``; ``void`` withdraws it altogether.

    A test that becomes positive opens a pregnancy report, as when it is recorded. A fact is not
    moved to another patient: withdraw it here and record it there. ``by`` signs the correction, as ``given``.
    Raises InvalidFact for a missing reason, a fact that was corrected already, or a wrong field;
    Forbidden to whoever may not attest; for a pregnancy report, to whoever may not close it.
    """
    newer = _correct(fact=fact, changes=changes, reason=reason, by=by, void=void, given=given, key=key)
    return cast(FactT, newer)


@act("patients.correct")
def _correct(
    frame: Act,
    *,
    fact: Fact,
    changes: Mapping[str, Any],
    reason: str,
    by: Person,
    void: bool = False,
    given: Given | None = None,
    key: str | None = None,
) -> Fact:
    if type(fact) not in MOMENTS:
        raise TypeError(f"{type(fact).__name__} is no fact of a patient.")
    patient = lock(fact.patient_id)  # type: ignore[attr-defined]
    must(by, _correctors(fact))
    for name in changes.keys() & WHOSE:
        raise InvalidFact(field=name, message="Withdraw this entry and record it with the right patient.")
    if isinstance(fact, ReportClosing) and "outcome" in changes:
        check_outcome(fact.report, changes["outcome"])
    newer = facts.corrected(fact, changes=dict(changes), reason=reason, void=void)
    store(frame, newer, patient=patient)
    sign_record(newer, meaning=WITHDRAWN if void else CORRECTED, given=given, patient=patient, by=by)
    if isinstance(newer, PregnancyTest):
        report_positive(newer, by=by)
    if isinstance(newer, Report) and not void:
        _carry_closing(frame, newer, patient=patient)
    return newer


def _correctors(fact: Fact) -> Permission:
    """A prescriber corrects; a pregnancy report holds dispensing until the program itself takes it back."""
    report = fact.report if isinstance(fact, ReportClosing) else fact
    of_program = isinstance(report, Report) and report.kind == ReportKind.PREGNANCY
    return Permission.CLOSE_REPORTS if of_program else Permission.ATTEST


def _carry_closing(frame: Act, report: Report, *, patient: Patient) -> None:
    """A corrected report stays as closed as the one before it was, unless it is about something else now.

    Who closes a report, and with what outcome, depends on its kind and on whom it is about.
    """
    old = report.supersedes
    if not isinstance(old, Report) or (old.kind, old.subject) != (report.kind, report.subject):
        return
    for closing in ReportClosing.objects.current().filter(report=old):
        reason = report.correction_reason
        store(frame, facts.corrected(closing, changes={"report": report}, reason=reason), patient=patient)
