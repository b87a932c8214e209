"""The windows that a number opens, for whoever issues it."""

from datetime import datetime, timedelta

from eligibility.case import Case
from eligibility.edition import Edition
from eligibility.facts import Facts
from eligibility.requirements.authorization import AuthorizationWindow
from eligibility.requirements.confirmation import ConfirmationHours
from eligibility.vocabulary import Stage


def authorization_closes(edition: Edition, facts: Facts) -> datetime | None:
    """The last instant of an authorization issued at ``facts.at``; None: no test opens a window."""
    window = next(r for r in edition.requirements if isinstance(r, AuthorizationWindow))
    case = Case(edition=edition, facts=facts, stage=Stage.AUTHORIZE)
    return window.closes(case, issued=case.at)


def confirmation_lapses(edition: Edition, issued: datetime) -> datetime:
    """The last instant at which a confirmation issued then serves."""
    hours = next(r for r in edition.requirements if isinstance(r, ConfirmationHours))
    return issued + timedelta(hours=hours.hours)
