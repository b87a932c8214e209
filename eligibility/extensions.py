"""Windows that closed while the system was down (mark D; sources are silent).

The clock of a window stands still for as long as the outage lasted, and no longer. Only a window of the
program's own paperwork is extended. One that rests on a pregnancy test is not: whoever can get pregnant
has her authorization's window from the day of her test, so it is never extended, and an extended
confirmation carries her hand-over no further than that window.
"""

from datetime import datetime
from typing import NamedTuple

from eligibility.case import Case
from eligibility.facts import Extension
from eligibility.findings import Detail
from eligibility.vocabulary import Category, Window


class Extended(NamedTuple):
    """The extension that counts, and the last instant to which it carries."""

    extension: Extension
    until: datetime

    @property
    def details(self) -> dict[str, Detail]:
        """What fills the sentence that says so."""
        given = self.extension
        return {"closed": given.closed, "last": self.until, "began": given.began, "ended": given.ended}


def extended(case: Case, window: Window, *, closed: datetime, judged: datetime) -> Extended | None:
    """The extension of a window whose own last instant is ``closed``, as approved by ``judged``.

    None: there is none, or the one on record goes beyond what an extension may do.
    """
    for given in case.facts.extensions:
        if given.window is window and given.closed == closed and given.approved <= judged and may_extend(given):
            until = min(given.until, safe_end(case, window, closed=closed) or given.until)
            return Extended(given, until) if until > closed else None
    return None


def may_extend(given: Extension) -> bool:
    """Whether the window closed within an outage that was over, and is kept open no longer than that lasted."""
    within = given.began <= given.closed <= given.ended <= given.approved
    return within and given.until <= longest(closed=given.closed, began=given.began, ended=given.ended)


def longest(*, closed: datetime, began: datetime, ended: datetime) -> datetime:
    """The last instant to which a window that closed in an outage may be extended: the time lost is given back."""
    return closed + (ended - began)


def safe_end(case: Case, window: Window, *, closed: datetime) -> datetime | None:
    """Where a pregnancy test bounds the extension; None: none does."""
    if not case.can_get_pregnant:
        return None
    number = case.authorization
    if window is Window.AUTHORIZATION or number is None or number.closes is None:
        return closed
    return max(closed, case.instant(number.closes))


def rests_on_test(category: Category | None) -> bool:
    """Whether the authorization's window of this category counts from a pregnancy test. Unknown: it does."""
    return category is None or category.can_get_pregnant
