"""The windows that a number opens, for whoever issues it or shows it."""

from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from eligibility.calendar import day_of, start_of_day
from eligibility.case import Case
from eligibility.edition import Edition
from eligibility.facts import Facts
from eligibility.findings import Decision, Finding
from eligibility.requirements import Requirement
from eligibility.requirements.authorization import AuthorizationWindow
from eligibility.requirements.confirmation import ConfirmationHours, ShippedSameDay
from eligibility.requirements.supply import NearlyUsedUp
from eligibility.vocabulary import Category, Stage

RequirementT = TypeVar("RequirementT", bound=Requirement)


def requirement(edition: Edition, kind: type[RequirementT]) -> RequirementT | None:
    """The edition's requirement of a kind; None where it asks for none, as one that has ended."""
    return next((r for r in edition.requirements if isinstance(r, kind)), None)


def finding_of(decision: Decision, asked: Requirement | None) -> Finding | None:
    """What the decision found about a requirement; None where it was not asked."""
    return next((f for f in decision.findings if asked is not None and f.requirement == asked.id), None)


def authorization_closes(edition: Edition, facts: Facts) -> datetime | None:
    """The last instant of an authorization issued at ``facts.at``; None: no test opens a window."""
    window = next(r for r in edition.requirements if isinstance(r, AuthorizationWindow))
    case = Case(edition=edition, facts=facts, stage=Stage.AUTHORIZE)
    return window.closes(case, issued=case.at)


def confirmation_lapses(edition: Edition, issued: datetime) -> datetime:
    """The last instant at which a confirmation issued then serves."""
    hours = next(r for r in edition.requirements if isinstance(r, ConfirmationHours))
    return issued + timedelta(hours=hours.hours)


def ships_until(
    edition: Edition, *, issued: datetime, lapses: datetime, site: ZoneInfo, category: Category
) -> datetime:
    """The last instant at which a confirmed parcel may leave a site in that zone.

    Can get pregnant: the end of the confirmation's day at the site. ``lapses``, where that is earlier.
    """
    same_day = requirement(edition, ShippedSameDay)
    if same_day is None or not category.can_get_pregnant:
        return lapses
    return min(lapses, same_day.until(issued, site))


def days_on_hand(edition: Edition, *, dispensed: datetime, days_supply: float, at: datetime) -> int:
    """Days left at ``at`` of what was dispensed, in days of the program's zone; never below 0."""
    zone = edition.zone
    return max(0, NearlyUsedUp.on_hand(day_of(dispensed, zone), days_supply, today=day_of(at, zone)))


def next_fill_opens(edition: Edition, *, dispensed: datetime, days_supply: float) -> datetime | None:
    """The first instant at which a fill after this dispensing is not too early; None: there is no such rule."""
    nearly = requirement(edition, NearlyUsedUp)
    if nearly is None:
        return None
    return start_of_day(nearly.opens_on(day_of(dispensed, edition.zone), days_supply), edition.zone)
