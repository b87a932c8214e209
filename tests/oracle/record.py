"""What is on record at the question: dispensings, results of tests, and when the sequence began anew."""

from dataclasses import replace
from datetime import datetime

from eligibility.facts import Facts, PregnancyTest, Report, When
from eligibility.vocabulary import Category, ReportKind, Result, Subject
from tests.oracle.days import by, instant, later

CAN_GET_PREGNANT = (Category.ADULT_FEMALE_RP, Category.FEMALE_CHILD_RP, None)
""" "Unknown blocks": of whom no category is known, everything is asked."""
FEMALE = (*CAN_GET_PREGNANT, Category.ADULT_FEMALE_NRP, Category.FEMALE_CHILD_NRP)
MALE = (Category.ADULT_MALE, Category.MALE_CHILD)


def dispensings(facts: Facts) -> list[When]:
    """All dispensings that are known, oldest first. What counts for nothing after the question is a list, and
    dispensings are not on it: one that claims to lie there still blocks what comes too early.
    """
    last = facts.last_dispense.date if facts.last_dispense is not None else None
    return sorted([*facts.dispensings, *([last] if last is not None else [])], key=instant)


def dispensed_before(facts: Facts) -> bool:
    """ "The first prescription is the one without an earlier dispensing on record"."""
    unknown_day = facts.last_dispense is not None and facts.last_dispense.date is None
    return bool(dispensings(facts)) or unknown_day


def issue(facts: Facts) -> datetime | None:
    """The instant of the authorization, if there is one at the question."""
    number = facts.authorization
    if number is None or number.issued is None or not by(number.issued, facts.at):
        return None
    return instant(number.issued)


def results(facts: Facts) -> list[PregnancyTest]:
    """ "Two results of one instant: the worse one counts"; oldest first, none after the question. "Unknown blocks":
    what is no negative and has no instant counts as of now, a negative without one counts for nothing.
    """
    dated = [test for test in facts.tests if by(test.collected, facts.at)]
    undated = [test for test in facts.tests if test.collected is None and badness(test) > 0]
    rows = [*dated, *(replace(test, collected=facts.at) for test in undated)]
    counted = []
    for test in rows:
        same = [other for other in rows if taken(other) == taken(test)]
        if badness(test) == max(badness(other) for other in same):
            counted.append(test)
    return sorted(counted, key=taken)


def moment(test: PregnancyTest) -> When:
    """When it was taken, as it was written down: an instant or a day."""
    if test.collected is None:
        raise ValueError("a test without its instant")
    return test.collected


def taken(test: PregnancyTest) -> datetime:
    """The instant of a test; of a day its 00:00."""
    return instant(moment(test))


def badness(test: PregnancyTest) -> int:
    """ "Indeterminate, invalid, hemolysed: never a negative"; an unknown result is none either."""
    if test.result is Result.NEGATIVE:
        return 0
    return 2 if test.result is Result.POSITIVE else 1


def qualifies(test: PregnancyTest, facts: Facts) -> bool:
    """ "A negative qualifies if its sensitivity is known and at most 50 and it is no home test, or the switch
    allows those".
    """
    return test.result is Result.NEGATIVE and sensitive(test) and accepted_place(test, facts)


def sensitive(test: PregnancyTest) -> bool:
    """ "Its sensitivity is known and at most 50": a lowest concentration of nothing is not known."""
    return test.sensitivity_miu_ml is not None and 0 < test.sensitivity_miu_ml <= 50


def accepted_place(test: PregnancyTest, facts: Facts) -> bool:
    """ "Home test: not accepted unless the program's dated switch allows it"."""
    return not test.home or facts.flexibilities.get("home_tests", False)


def negatives(facts: Facts) -> list[PregnancyTest]:
    """The qualifying negatives, oldest first."""
    return [test for test in results(facts) if qualifies(test, facts)]


def heard(facts: Facts) -> list[Report]:
    """ "What lies after the question counts for nothing: reports and their closing"."""
    return [report for report in facts.reports if report.opened is None or by(report.opened, facts.at)]


def still_open(report: Report, facts: Facts) -> bool:
    """ "An outcome `ongoing` or unknown leaves the report open"."""
    return not by(report.closed, facts.at) or report.outcome in (None, "", "unknown", "ongoing")


def new_starts(facts: Facts) -> list[When]:
    """ "Her therapy ended (an interruption is no end), she became able to get pregnant, or a pregnancy report about
    her was closed with another outcome than `false_positive`"; oldest first.
    """
    found: list[When] = [when for when in (facts.therapy_ended, facts.patient.able_since) if when is not None]
    for report in heard(facts):
        about_her = report.kind is ReportKind.PREGNANCY and report.subject is not Subject.PARTNER
        if about_her and report.closed and not still_open(report, facts) and report.outcome != "false_positive":
            found.append(report.closed)
    return sorted((when for when in found if by(when, facts.at)), key=instant)


def initiating(facts: Facts) -> bool:
    """Before the first prescription, or "starts the initiation sequence anew when, since the last dispensing" one of
    the three happened. On the same day without times it may have been since, and unknown blocks.
    """
    if not dispensed_before(facts):
        return True
    newest = dispensings(facts)[-1:]
    return any(not newest or not later(newest[0], start) for start in new_starts(facts))
