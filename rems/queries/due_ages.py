"""How late tests are: for one flag, and as the bars above the list."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from eligibility.calendar import day_of
from rems.display.clock import zone_of
from rems.models import DisplayFlag
from rems.models.choices import FlagKind
from rems.queries.administration import late_by

WIDEST = 216


class Age(NamedTuple):
    """One bar: from how many days on, in words, how many, its length beside the longest one's, its top."""

    since: int
    words: str
    many: int
    tone: str
    width: int
    top: int

    @property
    def bar(self) -> int:
        """Where the bar itself begins, from above."""
        return self.top + 5

    @property
    def base(self) -> int:
        """The line on which its words stand."""
        return self.top + 17

    @property
    def end(self) -> int:
        """Where the figure beside the bar begins."""
        return 104 + self.width + 7


BARS = (
    (1, "1–2 days", "is-warning"),
    (3, "3–6 days", "is-warning"),
    (7, "7–13 days", "is-refused"),
    (14, "14 days or more", "is-refused"),
)


def late_days(flag: DisplayFlag, *, at: datetime) -> int:
    """Calendar days in the program's zone since the day on which the test was due; negative: until then."""
    zone = zone_of(flag.enrollment.program)
    return (day_of(at, zone) - day_of(flag.due_at, zone)).days


def ages(flags: "QuerySet[DisplayFlag]", *, at: datetime) -> list[Age]:
    """How many overdue tests are how late."""
    late = flags.filter(kind=FlagKind.OVERDUE).order_by()
    totals = [late.count(), *(late_by(late, days=since, at=at).count() for since, _, _ in BARS[1:])]
    exact = [total - later for total, later in zip(totals, [*totals[1:], 0], strict=True)]
    most = max([*exact, 1])
    return [
        Age(since, words, count, tone, round(WIDEST * count / most), 28 * row)
        for row, ((since, words, tone), count) in enumerate(zip(BARS, exact, strict=True))
    ]
