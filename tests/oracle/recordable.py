"""A history as the records can hold it: everything has its instant, nothing is half known.

The database refuses the rest at the door; what it refuses is told by its own tests.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from eligibility.facts import (
    Certification,
    Contraception,
    Dispensed,
    Facts,
    IssuedNumber,
    Patient,
    PregnancyTest,
    Report,
    Site,
    When,
)
from eligibility.vocabulary import ReportKind, Result, Stage, Subject
from patients.choices import Contraceptive, ReportOutcome
from rems.models.choices import Basis
from tests.oracle.answer import Program
from tests.oracle.days import by, day, instant
from tests.oracle.histories import History

Holder = TypeVar("Holder", Certification, Site)
SINCE = datetime(2020, 6, 1, tzinfo=UTC)


def recordable(history: History) -> History | None:
    """The history with its facts as rows would give them back; None for one that no row can hold."""
    if not _can_be_held(history):
        return None
    facts = history.facts
    authorization = None if history.stage is Stage.AUTHORIZE else _authorization(facts)
    kept = replace(
        facts,
        patient=_patient(facts),
        agreement=replace(facts.agreement, signed_on=_instant(facts.agreement.signed_on)) if facts.agreement else None,
        prescriber=_standing(facts.prescriber),
        pharmacy=_standing(facts.pharmacy),
        contraception=_contraception(facts),
        tests=_tests(facts),
        interruption=None,
        dispensings=tuple(instant(when) for when in facts.dispensings),
        last_dispense=_last(facts.last_dispense),
        surveys=tuple(instant(when) for when in facts.surveys),
        reports=_reports(facts),
        authorization=authorization,
        confirmation=_confirmation(facts, authorization) if authorization else None,
        days_on_hand=int(facts.days_on_hand) if facts.days_on_hand is not None and authorization else None,
        prescription=replace(facts.prescription, days_supply=_days(facts.prescription.days_supply)),
    )
    return replace(history, facts=kept)


def _can_be_held(history: History) -> bool:
    """A program in force, a category, a date of birth, a last dispensing with its instant and days."""
    at, patient, last = history.facts.at, history.facts.patient, history.facts.last_dispense
    if history.program is not Program.IN_FORCE or patient.category is None:
        return False
    if patient.born is None or patient.born.year <= 1900 or patient.born > day(at):
        return False
    return last is None or (last.days_supply is not None and by(last.date, at))


def _standing(who: Holder) -> Holder:
    return replace(who, certified=_instant(who.certified), deactivated=_instant(who.deactivated))


def _instant(when: When | None) -> datetime | None:
    return instant(when) if when is not None else None


def _days(days: float | None) -> float | None:
    return days if days is not None and days in range(1, 400) else None


def _patient(facts: Facts) -> Patient:
    patient = facts.patient
    basis = patient.category_basis if patient.category_basis in Basis.values else None
    since = _instant(patient.able_since) if by(patient.able_since, facts.at) else None
    return replace(patient, category_basis=basis, able_since=since, enrolled=patient.enrolled is True)


def _contraception(facts: Facts) -> Contraception | None:
    attested = facts.contraception
    if attested is None or (attested.since is not None and not by(attested.since, facts.at)):
        return None
    return replace(attested, methods=tuple(name for name in attested.methods if name in Contraceptive.values))


def _tests(facts: Facts) -> tuple[PregnancyTest, ...]:
    return tuple(
        replace(
            test,
            collected=instant(test.collected),
            result=test.result or Result.INDETERMINATE,
            sensitivity_miu_ml=int(test.sensitivity_miu_ml + 0.5) or None if test.sensitivity_miu_ml else None,
        )
        for test in facts.tests
        if test.collected is not None
    )


def _last(last: Dispensed | None) -> Dispensed | None:
    return replace(last, date=instant(last.date)) if last is not None and last.date is not None else None


def _reports(facts: Facts) -> tuple[Report, ...]:
    """About a partner only a pregnancy is reported; a report is closed after it was opened."""
    kept = []
    for report in facts.reports:
        subject = report.subject if report.kind is ReportKind.PREGNANCY and report.subject else Subject.PATIENT
        opened = instant(report.opened) if report.opened is not None else SINCE
        closed = _instant(report.closed)
        outcome = report.outcome if report.outcome in ReportOutcome.values else "unknown"
        if report.kind is not ReportKind.PREGNANCY or report.outcome == "evaluated":
            outcome = "evaluated" if report.kind is not ReportKind.PREGNANCY else "live_birth"
        if closed is None or closed >= opened:
            kept.append(replace(report, subject=subject, opened=opened, closed=closed, outcome=outcome))
    return tuple(kept)


def _state(state: bool | When, since: datetime) -> bool | datetime:
    """A number is used or cancelled at some instant, not before it was issued."""
    if state is False:
        return False
    return since if state is True else max(since, instant(state))


def _number(number: IssuedNumber | None, *, at: datetime, since: datetime) -> IssuedNumber | None:
    if number is None or number.issued is None or not by(number.issued, at):
        return None
    issued = max(instant(number.issued), since)
    used = _state(number.used, issued)
    return replace(
        number, issued=issued, used=used, cancelled=_state(number.cancelled, issued) if used is False else False
    )


def _authorization(facts: Facts) -> IssuedNumber | None:
    number = _number(facts.authorization, at=facts.at, since=SINCE)
    if number is None or number.closes is None or number.issued is None:
        return number
    return replace(number, closes=max(number.closes, instant(number.issued)))


def _confirmation(facts: Facts, authorization: IssuedNumber) -> IssuedNumber | None:
    """A confirmation is of its authorization's program, and never before it."""
    since = instant(authorization.issued) if authorization.issued is not None else SINCE
    number = _number(facts.confirmation, at=facts.at, since=since)
    return replace(number, program=authorization.program) if number is not None else None
