"""Which windows a refused number would have to meet, and when: for the picture at the counter.

Read out of the decision and the edition's rules, with what the reasons beside it say already. Nothing is decided here.
"""

from datetime import date

from eligibility import facts as known
from eligibility.calendar import day_of
from eligibility.edition import Edition
from eligibility.facts import Facts, PregnancyTest
from eligibility.findings import Decision, Finding
from eligibility.moments import day_words
from eligibility.reasons import Reason
from eligibility.requirements.authorization import AuthorizationWindow
from eligibility.requirements.supply import NearlyUsedUp
from eligibility.vocabulary import Category, Result
from eligibility.windows import authorization_closes, requirement
from rems.display.course.entries import short
from rems.display.meeting import Meeting, Reach, meet
from rems.models import Authorization
from rems.queries.pharmacy_windows import is_held

GONE = frozenset({Reason.AUTHORIZATION_EXPIRED, Reason.AUTHORIZATION_CANCELLED, Reason.AUTHORIZATION_USED})
"""With one of these a new number has to be issued: its window is drawn, as if it were today."""


def meeting_of(
    authorization: Authorization, decision: Decision, edition: Edition | None, *, category: Category
) -> Meeting | None:
    """The windows of a number that was refused because one is closed or not open yet; None: days are not the matter."""
    early = _found(decision, Reason.TOO_EARLY)
    gone = bool(decision.reasons & GONE)
    if edition is None or is_held(decision) or not (early or gone):
        return None
    today = day_of(decision.at, edition.zone)
    opens = day_of(early.opens, edition.zone) if early and early.opens else None
    anew = _anew(today, decision, edition, category=category) if gone else None
    rows = [_issued(authorization, edition, category=category, gone=gone), anew, _fill(opens, today, edition)]
    reaches = [row for row in rows if row is not None]
    return meet(reaches, now=decision.at, zone=edition.zone, hint=_hint(opens, category=category))


def _found(decision: Decision, reason: Reason) -> Finding | None:
    return next((finding for finding in decision.unmet if finding.reason is reason), None)


def _issued(authorization: Authorization, edition: Edition, *, category: Category, gone: bool) -> Reach:
    rule = requirement(edition, AuthorizationWindow)
    first, last = (day_of(when, edition.zone) for when in (authorization.issued_at, authorization.closes_at))
    note = ""
    if rule is not None:
        note = f"test + {rule.after_test_days} days" if category.can_get_pregnant else f"{rule.after_issue_days} days"
    words = f"no longer: to {short(last)}" if gone else f"until {short(last)}"
    tone = "refused" if gone else "allowed"
    return Reach("Authorization", note, tone, "soft", first, last, words, counts=not gone)


def _anew(today: date, decision: Decision, edition: Edition, *, category: Category) -> Reach | None:
    """The window of a new number on a test of today, or issued today: the engine says how far it would reach."""
    test = PregnancyTest(collected=decision.at, result=Result.NEGATIVE, sensitivity_miu_ml=edition.max_miu_ml)
    patient = known.Patient(category=category)
    closes = authorization_closes(
        edition, Facts(at=decision.at, program=decision.program, patient=patient, tests=(test,))
    )
    if closes is None:
        return None
    last = day_of(closes, edition.zone)
    name = "If tested today" if category.can_get_pregnant else "If issued today"
    return Reach(name, "a new number", "note", "plan", today, last, f"would reach {short(last)}")


def _fill(opens: date | None, today: date, edition: Edition) -> Reach | None:
    nearly = requirement(edition, NearlyUsedUp)
    if nearly is None:
        return None
    note = f"{nearly.max_days} days or fewer left"
    if opens is None:
        return Reach("Fill may open", note, "allowed", "soft", today, None, "is open")
    return Reach("Fill may open", note, "allowed", "soft", opens, None, f"from {short(opens)}")


def _hint(opens: date | None, *, category: Category) -> str:
    """Where no day is in all of them: what is too early now."""
    what = "A test" if category.can_get_pregnant else "A new number"
    if opens is None:
        return "No day is in all of them."
    return f"{what} of today would not reach the day on which the fill opens. From {day_words(opens)} on it does."
