"""Mishaps of tests and reports: missing, late, poor, positive, evaluated, resolved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from eligibility.facts import PregnancyTest, Report
from eligibility.vocabulary import ReportKind, Result, Subject
from tests.oracle.draws import Draws
from tests.oracle.histories import Known, negative

Mishap = Callable[[Draws, Known], None]


def tests_missing(draw: Draws, known: Known) -> None:
    """Some tests were never taken, or the newest ones, or nobody knows when or what."""
    rows = list(known["tests"])
    kept = draw.some(rows, len(rows))
    if draw.chance(0.2):
        kept.append(PregnancyTest(result=draw.one(None, Result.NEGATIVE, Result.POSITIVE), sensitivity_miu_ml=25))
    if draw.chance(0.2) and rows:
        kept.append(replace(draw.one(*rows), result=None))
    known["tests"] = tuple(kept)


def tests_moved(draw: Draws, known: Known) -> None:
    """Every test a little earlier or later: a second, hours, or days."""
    known["tests"] = tuple(
        replace(test, collected=test.collected + draw.one(*MOVES)) if isinstance(test.collected, datetime) else test
        for test in known["tests"]
    )


MOVES = (
    timedelta(seconds=-1), timedelta(0), timedelta(0), timedelta(seconds=1), timedelta(hours=-5), timedelta(hours=5),
    timedelta(days=-1), timedelta(days=1), timedelta(days=2), timedelta(days=-3),
)  # fmt: skip


def tests_poor(draw: Draws, known: Known) -> None:
    """Tests made at home, or with a kit that is not sensitive enough, or of which that is unknown."""
    share = draw.one(0.3, 1.0)
    known["tests"] = tuple(
        replace(test, sensitivity_miu_ml=draw.one(0, 0.5, 25, 50, 50.5, 51, 100, None), home=draw.chance(0.5))
        if draw.chance(share)
        else test
        for test in known["tests"]
    )


def another_result(draw: Draws, known: Known) -> None:
    """A positive, or a result that is none: of some day, or of the same instant as another one."""
    result = draw.one(Result.POSITIVE, Result.POSITIVE, Result.INDETERMINATE, Result.INVALID, Result.HEMOLYSED)
    same = [test.collected for test in known["tests"]]
    when = draw.one(*same) if same and draw.chance(0.4) else draw.when(draw.whole(-1, 40))
    new = PregnancyTest(collected=when, result=result, sensitivity_miu_ml=draw.one(25, None), home=draw.chance(0.2))
    more = [negative(draw.instant(draw.whole(0, 5)), home=draw.chance(0.3))] if draw.chance(0.5) else []
    known["tests"] = (new, *more, *known["tests"])


def false_positive(draw: Draws, known: Known) -> None:
    """A positive that was worked up: a report closed around its day, and a negative around it."""
    back = draw.whole(1, 12)
    positive = PregnancyTest(collected=draw.when(back), result=Result.POSITIVE, sensitivity_miu_ml=25)
    after = negative(draw.when(max(0, back - draw.one(0, 0, 1, 2))), sensitivity=draw.one(25, 25, 25, 100))
    closed = draw.when(max(0, back + draw.one(-2, -1, 0, 0, 1)))
    subject = draw.one(Subject.PATIENT, Subject.PATIENT, Subject.PATIENT, Subject.PARTNER, None)
    outcome = draw.one("false_positive", "false_positive", "false_positive", "live_birth", "ongoing")
    report = Report(kind=ReportKind.PREGNANCY, subject=subject, opened=draw.when(back), closed=closed, outcome=outcome)
    known["tests"] = (positive, after, *known["tests"])
    known["reports"] = (*known.get("reports", ()), report)


def partner(draw: Draws, known: Known) -> None:
    """The partner of the patient, if he has one, is pregnant, or was."""
    made = Report(
        kind=ReportKind.PREGNANCY,
        subject=Subject.PARTNER,
        opened=draw.when(draw.whole(0, 40)),
        closed=draw.one(None, None, draw.beside(draw.at)),
        outcome=draw.one(None, "ongoing", "live_birth"),
    )
    known["reports"] = (*known.get("reports", ()), made)


def report(draw: Draws, known: Known) -> None:
    """A missed period, bleeding or a pregnancy: open, closed, closed badly, opened after the question."""
    opened = draw.whole(-1, 30)
    closed = draw.one(None, None, draw.when(draw.whole(-1, max(0, opened))), draw.beside(draw.at))
    made = Report(
        kind=draw.one(*ReportKind),
        subject=draw.one(Subject.PATIENT, Subject.PATIENT, Subject.PARTNER, None),
        opened=draw.one(None, draw.beside(draw.at), *[draw.when(opened) for _ in range(6)]),
        closed=closed,
        outcome=draw.one(None, "", "ongoing", "unknown", "live_birth", "miscarriage", "false_positive", "evaluated"),
    )
    known["reports"] = (*known.get("reports", ()), made)


RESULTS: tuple[Mishap, ...] = (
    tests_missing, tests_moved, tests_poor, another_result, false_positive, report, partner,
)  # fmt: skip
