"""Rule book: "Pregnancy tests", "Contraception", and reports."""

from datetime import date, datetime, timedelta

from eligibility.facts import Facts, PregnancyTest, Report
from eligibility.reasons import Reason
from eligibility.vocabulary import Cycle, ReportKind, Stage, Subject
from tests.oracle.days import by, day, later
from tests.oracle.record import (
    CAN_GET_PREGNANT,
    FEMALE,
    MALE,
    accepted_place,
    badness,
    dispensings,
    heard,
    initiating,
    issue,
    moment,
    negatives,
    new_starts,
    qualifies,
    results,
    sensitive,
    still_open,
    taken,
)


def pregnancy_tests(facts: Facts, stage: Stage) -> set[Reason]:
    """ "Pregnancy tests (can get pregnant)": two before the first prescription, then the calendar."""
    if facts.patient.category not in CAN_GET_PREGNANT:
        return set()
    sequence = two_tests if initiating(facts) else on_treatment
    return sequence(facts, stage) | newest_result(facts)


def newest_result(facts: Facts) -> set[Reason]:
    """ "Never a negative; the newest result counts (`test_indeterminate`)"; "one that does not qualify counts for
    nothing".
    """
    counting = [test for test in results(facts) if badness(test) > 0 or qualifies(test, facts)]
    return {Reason.TEST_INDETERMINATE} if counting and badness(counting[-1]) == 1 else set()


def two_tests(facts: Facts, stage: Stage) -> set[Reason]:
    """ "The first 10 to 14 days before prescribing (calendar days, both ends included), the second within 24 hours
    before prescribing (elapsed, 24:00:00 included). Prescribing is the issue of the authorization".
    """
    prescribed = issue(facts) if stage is not Stage.AUTHORIZE else None
    at = prescribed or facts.at
    first = [test for test in results(facts) if 10 <= (day(at) - day(taken(test))).days <= 14]
    second = [test for test in results(facts) if timedelta(0) <= at - taken(test) <= timedelta(hours=24)]
    return required(facts, first, Reason.FIRST_TEST_MISSING) | required(facts, second, Reason.SECOND_TEST_MISSING)


def required(facts: Facts, in_window: list[PregnancyTest], missing: Reason) -> set[Reason]:
    """ "Its reason is given, beside that of the missing test, only where it would have been that test";
    "`home_test_accepted` is given where a required test is met by home tests only".
    """
    good = [test for test in in_window if qualifies(test, facts)]
    if not good:
        return {missing} | why_not(facts, in_window)
    return {Reason.HOME_TEST_ACCEPTED} if all(test.home for test in good) else set()


def why_not(facts: Facts, would_have_been: list[PregnancyTest]) -> set[Reason]:
    """ "A 100 test does not (`test_not_sensitive_enough`)"; "home test: not accepted (`home_test_not_accepted`)"."""
    found = set()
    for test in would_have_been:
        if badness(test) == 0 and not sensitive(test):
            found.add(Reason.TEST_NOT_SENSITIVE_ENOUGH)
        if badness(test) == 0 and not accepted_place(test, facts):
            found.add(Reason.HOME_TEST_NOT_ACCEPTED)
    return found


def first_day(facts: Facts) -> date | None:
    """ "The first dose is day 0; if unknown, the first dispensing"; after a new start "the first dose counts as
    unknown".
    """
    anew = new_starts(facts)[-1] if new_starts(facts) else None
    first = facts.first_dose
    if first is not None and by(first, facts.at) and (anew is None or first >= day(anew)):
        return first
    known = [when for when in dispensings(facts) if anew is None or later(when, anew)]
    return day(known[0]) if known else None


def next_due(facts: Facts, test: PregnancyTest) -> date | None:
    """ "A test taken before it counts as taken on day 0. While the newest negative was collected before day 28, the
    next is due 7 days after it; from day 28 on, 28 or 14 days after it"; "an unknown cycle is judged as irregular".
    """
    zero = first_day(facts)
    if zero is None:
        return None
    counted = max(day(taken(test)), zero)
    if (counted - zero).days < 28:
        return counted + timedelta(days=7)
    if facts.patient.cycle in (Cycle.REGULAR, Cycle.NONE):
        return counted + timedelta(days=28)
    return counted + timedelta(days=14)


def in_time(facts: Facts, test: PregnancyTest) -> bool:
    """ "A test is overdue (`test_overdue`) from 00:00 of the day after the due date"."""
    due = next_due(facts, test)
    return due is not None and day(facts.at) <= due


def young_at(issued: datetime, test: PregnancyTest) -> bool:
    """ "The newest qualifying negative is at most 7 days old when an authorization is issued"."""
    return taken(test) <= issued and (day(issued) - day(taken(test))).days <= 7


def on_treatment(facts: Facts, stage: Stage) -> set[Reason]:
    """ "On treatment the newest qualifying negative is at most 7 days old when an authorization is issued
    (`test_too_old`)", and none is overdue; "if the newest negative came after its own due date, the warning
    `test_was_late`".
    """
    issued = issue(facts) if stage is not Stage.AUTHORIZE else None
    rows = results(facts)
    due = [test for test in rows if in_time(facts, test)]
    young = [test for test in rows if young_at(issued or facts.at, test)]
    return required(facts, due, Reason.TEST_OVERDUE) | required(facts, young, Reason.TEST_TOO_OLD) | lateness(facts)


def lateness(facts: Facts) -> set[Reason]:
    """ "If the newest negative came after its own due date (judged on it and the one before it)"."""
    good = negatives(facts)
    before = [test for test in good if taken(test) < taken(good[-1])]
    due = next_due(facts, before[-1]) if before else None
    return {Reason.TEST_WAS_LATE} if due is not None and day(taken(good[-1])) > due else set()


def positives(facts: Facts) -> set[Reason]:
    """ "A positive blocks every female patient", "until a pregnancy report about the patient was closed on or after
    its day with the outcome `false_positive` and a negative came after the positive"; "positives before [the new
    start] are history"; "`false_positive_resolved` while a positive is on file and every one is resolved so".
    """
    if facts.patient.category not in FEMALE:
        return set()
    rows = [test for test in results(facts) if badness(test) == 2]
    if rows and all(resolved(facts, test) for test in rows):
        return {Reason.FALSE_POSITIVE_RESOLVED}
    starts = new_starts(facts) if facts.patient.category in CAN_GET_PREGNANT else []
    counted = [test for test in rows if not (starts and later(starts[-1], moment(test)))]
    return set() if all(resolved(facts, test) for test in counted) else {Reason.TEST_POSITIVE}


def resolved(facts: Facts, positive: PregnancyTest) -> bool:
    """ "Closed on or after its day with the outcome `false_positive` and a negative came after the positive"."""
    closings = [
        report.closed
        for report in heard(facts)
        if report.kind is ReportKind.PREGNANCY
        and report.subject is Subject.PATIENT
        and report.outcome == "false_positive"
        and report.closed is not None
        and by(report.closed, facts.at)
    ]
    closed = any(day(closing) >= day(moment(positive)) for closing in closings)
    followed = any(later(moment(test), moment(positive)) for test in negatives(facts))
    return closed and followed


def reports(facts: Facts) -> set[Reason]:
    """ "Reports about the patient block in every category"; "an open pregnancy case of a male patient's partner
    warns (`partner_pregnancy_reported`) and does not block"; an unknown subject blocks.
    """
    found = set()
    for report in heard(facts):
        about_partner = report.subject is Subject.PARTNER
        if report.kind is ReportKind.PREGNANCY and still_open(report, facts):
            if not about_partner:
                found.add(Reason.PREGNANCY_CASE_OPEN)
            elif facts.patient.category in MALE:
                found.add(Reason.PARTNER_PREGNANCY_REPORTED)
        if report.kind is not ReportKind.PREGNANCY and not about_partner and not evaluated(facts, report):
            found.add(Reason.EVALUATION_OPEN)
    return found


def evaluated(facts: Facts, report: Report) -> bool:
    """ "An evaluation is closed by a qualifying negative collected on or after the day on which the report was
    opened, and counseling; without them it stays open".
    """
    if not by(report.closed, facts.at) or report.opened is None:
        return False
    opened = day(report.opened)
    tested = any(day(taken(test)) >= opened for test in negatives(facts))
    return tested and facts.counseled is True


def contraception(facts: Facts) -> set[Reason]:
    """ "Continuous abstinence, or two methods at once: at least one highly effective and at least one more; else
    `contraception_not_sufficient`"; "from at least 4 weeks (28 days) before, counted back from the question's day;
    unknown since blocks".
    """
    if facts.patient.category not in CAN_GET_PREGNANT:
        return set()
    found = set()
    attested = facts.contraception
    methods = set(attested.methods) if attested is not None else set()
    effective = methods & {"iud", "hormonal", "tubal_ligation", "partner_vasectomy"}
    more = methods & {"male_condom", "diaphragm", "cervical_cap"}
    if attested is None or not (attested.abstinence or (effective and more)):
        found.add(Reason.CONTRACEPTION_NOT_SUFFICIENT)
    if attested is None or attested.since is None or (day(facts.at) - attested.since).days < 28:
        found.add(Reason.CONTRACEPTION_TOO_SHORT)
    return found


def last_negative_by(facts: Facts, at: datetime) -> PregnancyTest | None:
    """ "The newest qualifying negative collected at or before it"."""
    found = [test for test in negatives(facts) if taken(test) <= at]
    return found[-1] if found else None
