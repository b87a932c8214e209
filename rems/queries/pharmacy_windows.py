"""When each window of a number opens and closes, with the mark of the rule that says so.

Read out of a decision's findings and the edition's values. Nothing is decided here. Where a decision
says that everything is held, nothing counts down: a moment to hurry for would be wrong.
"""

from datetime import datetime

from eligibility import windows
from eligibility.calendar import zone_named
from eligibility.edition import Edition
from eligibility.findings import Decision
from eligibility.reasons import Reason
from eligibility.requirements import Requirement
from eligibility.requirements.authorization import AuthorizationWindow
from eligibility.requirements.confirmation import ConfirmationHours, ShippedSameDay
from eligibility.requirements.supply import NearlyUsedUp
from eligibility.requirements.testing import TestCurrent
from eligibility.vocabulary import Category, Stage
from eligibility.windows import RequirementT, confirmation_lapses, finding_of
from rems.display.verdicts import HELD
from rems.display.windows import LAST_HOURS, Window
from rems.models import Authorization, Confirmation

WAITING = HELD | {Reason.EVALUATION_OPEN}
"""While one of these stands, no window leads anywhere."""


def rule(edition: Edition | None, kind: type[RequirementT]) -> RequirementT | None:
    """The edition's requirement of a kind; None without an edition."""
    return windows.requirement(edition, kind) if edition else None


def is_held(decision: Decision) -> bool:
    """Whether nothing may be prescribed, confirmed or dispensed, however long one waits."""
    return bool(decision.reasons & WAITING)


def before_confirming(
    authorization: Authorization, decision: Decision, edition: Edition | None, *, category: Category
) -> list[Window]:
    """The authorization's window, the hours of a hand-over, the next test, the days on hand."""
    if is_held(decision):
        return []
    rows = [
        _authorization_closes(authorization, edition, category=category),
        _hand_over_hours(decision, edition),
        _test_due(decision, edition),
        _fill_opens(authorization, decision, edition),
    ]
    return [row for row in rows if row is not None]


def after_confirming(
    confirmation: Confirmation, decision: Decision, edition: Edition | None, *, category: Category
) -> list[Window]:
    """Until when to hand over or ship, and what holds if neither is done."""
    if is_held(decision):
        return []
    hours, authorization = rule(edition, ConfirmationHours), confirmation.authorization
    within = f"{hours.hours} hours from the number, to the second." if hours else ""
    within = _extended(confirmation) or within
    rows = [
        Window("Hand over by", until=confirmation.stands_until, note=within, mark=_mark(hours), hours=LAST_HOURS),
        ship_by(confirmation, edition, category=category),
        _authorization_closes(authorization, edition, category=category),
        _test_due(decision, edition),
    ]
    return [row for row in rows if row is not None]


def ship_by(confirmation: Confirmation, edition: Edition | None, *, category: Category) -> Window:
    """The last instant at which a parcel may leave: can get pregnant, the day's end at the site."""
    until = ships_until(confirmation, edition, category=category)
    shipping = rule(edition, ShippedSameDay)
    if not category.can_get_pregnant:
        return Window("Ship by", until=until, note="As for a hand-over.", mark=_mark(shipping), hours=LAST_HOURS)
    note = f"Can get pregnant: the same calendar day at your site ({confirmation.pharmacy.zone})."
    return Window("Ship by", until=until, note=note, mark=_mark(shipping), hours=LAST_HOURS)


def ships_until(confirmation: Confirmation, edition: Edition | None, *, category: Category) -> datetime:
    """See ``ship_by``. Without an edition there is only the number's own end."""
    if edition is None:
        return confirmation.stands_until
    return windows.ships_until(
        edition,
        issued=confirmation.issued_at,
        lapses=confirmation.stands_until,
        site=zone_named(confirmation.pharmacy.zone),
        category=category,
    )


def after_dispensing(
    confirmation: Confirmation, decision: Decision, edition: Edition | None, *, since: Decision
) -> list[Window]:
    """What comes next: the next fill by the hand-over's ``decision``, the test as the patient stands ``since``."""
    if is_held(since):
        return []
    rows = [_fill_opens(confirmation.authorization, decision, edition), _test_due(since, edition)]
    return [row for row in rows if row is not None]


def _extended(number: Authorization | Confirmation) -> str:
    """That an outage is why it stands longer than its own window; '' where it does not."""
    return "Extended after an outage by two administrators." if number.extension else ""


def _mark(requirement: Requirement | None) -> str:
    return requirement.mark if requirement else ""


def _authorization_closes(authorization: Authorization, edition: Edition | None, *, category: Category) -> Window:
    window = rule(edition, AuthorizationWindow)
    note = ""
    if window and category.can_get_pregnant:
        note = f"{window.after_test_days} days after the test; a newer number would not stretch it."
    elif window:
        note = f"{window.after_issue_days} days after it was issued."
    note = _extended(authorization) or note
    return Window("Authorization closes", until=authorization.stands_until, note=note, mark=_mark(window))


def _hand_over_hours(decision: Decision, edition: Edition | None) -> Window | None:
    hours = rule(edition, ConfirmationHours)
    if edition is None or hours is None or not decision.allowed:
        return None
    return Window(
        "Hand over, if confirmed now",
        until=confirmation_lapses(edition, decision.at),
        note=f"{hours.hours} hours from the confirmation, to the second.",
        mark=hours.mark,
        hours=LAST_HOURS,
    )


def _test_due(decision: Decision, edition: Edition | None) -> Window | None:
    calendar = rule(edition, TestCurrent)
    found = finding_of(decision, calendar)
    if found is None or found.until is None:
        return None
    return Window("Next pregnancy test due", until=found.until, mark=found.mark)


def _fill_opens(authorization: Authorization, decision: Decision, edition: Edition | None) -> Window | None:
    nearly = rule(edition, NearlyUsedUp)
    found = finding_of(decision, nearly)
    days = authorization.prescription.days_supply
    if nearly is None or edition is None or found is None:
        return None
    note = f"With {nearly.max_days} days or fewer on hand, or by a count."
    if found.opens is not None:
        return Window("This fill opens", opens=found.opens, note=note, mark=nearly.mark)
    if not decision.allowed or days is None:
        return None
    opens = windows.next_fill_opens(edition, dispensed=decision.at, days_supply=days)
    if decision.stage is Stage.CONFIRM:
        note = "If dispensed today."
    return Window("Next fill opens", opens=opens, note=note, mark=nearly.mark)
