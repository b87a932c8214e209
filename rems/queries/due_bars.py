"""The bars above the work list: how late tests are, when the next are due, why questions were refused."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from eligibility.calendar import day_of
from eligibility.findings import Level
from rems.display.clock import zone_of
from rems.models import Decision, DisplayFlag
from rems.models.choices import Answer
from rems.overdue import is_late
from rems.queries.administration import due_within, late_by

ROW, GAP = 28, 7
LATE = (
    (1, "1–2 days", "is-warning"),
    (3, "3–6 days", "is-warning"),
    (7, "7–13 days", "is-refused"),
    (14, "14 days or more", "is-refused"),
)
COMING = ((0, "today"), (1, "tomorrow"), (3, "in 2–3 days"), (7, "in 4–7 days"))
MOST_REASONS = 5
WEEKS = timedelta(weeks=4)


class Bar(NamedTuple):
    """One bar: what it counts, how many, where its list is, and its place in the picture."""

    words: str
    many: int
    tone: str
    query: str
    top: int
    left: int
    width: int

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
        return self.left + self.width + GAP


def late_days(flag: DisplayFlag, *, at: datetime) -> int:
    """Calendar days in the program's zone since the day on which the test was due; negative: until then."""
    zone = zone_of(flag.enrollment.program)
    return (day_of(at, zone) - day_of(flag.due_at, zone)).days


def ages(flags: "QuerySet[DisplayFlag]", *, at: datetime) -> list[Bar]:
    """How many overdue tests are how late."""
    late = flags.filter(is_late(at=at)).order_by()
    totals = [late.count(), *(late_by(late, days=since, at=at).count() for since, _, _ in LATE[1:])]
    return age_bars([total - later for total, later in zip(totals, [*totals[1:], 0], strict=True)])


def age_bars(counted: Iterable[int]) -> list[Bar]:
    """The bars of overdue tests by age, of counts in the steps of LATE."""
    found = zip(LATE, counted, strict=True)
    return _bars(
        (
            (words, many, tone, f"kind=overdue&late={since if since > 1 else ''}")
            for (since, words, tone), many in found
        ),
        left=104,
    )


def coming(flags: "QuerySet[DisplayFlag]", *, at: datetime) -> list[Bar]:
    """How many tests fall due when, within the week."""
    totals = [due_within(flags, days=days, at=at).count() for days, _ in COMING]
    exact = [total - sooner for total, sooner in zip(totals, [0, *totals[:-1]], strict=True)]
    found = zip(COMING, exact, strict=True)
    return _bars((("due " + words, many, "is-warning", "kind=due_soon") for (_, words), many in found), left=104)


def refusals(decisions: "QuerySet[Decision]", *, at: datetime) -> list[Bar]:
    """The commonest reasons of the last four weeks; a refusal with two reasons counts at both."""
    refused = decisions.filter(outcome=Answer.REFUSED, at__gt=at - WEEKS, at__lte=at).order_by()
    counted = Counter(
        finding["reason"]
        for findings in refused.values_list("findings", flat=True).iterator()
        for finding in findings
        if finding["level"] == Level.UNMET
    )
    since = (at - WEEKS).astimezone(zone_of(None)).strftime("%Y-%m-%dT%H:%M")
    return _bars(
        (
            (
                reason.replace("_", " ").capitalize(),
                many,
                "is-neutral",
                f"outcome=refused&reason={reason}&since={since}",
            )
            for reason, many in counted.most_common(MOST_REASONS)
        ),
        left=176,
    )


def _bars(rows: Iterable[tuple[str, int, str, str]], *, left: int) -> list[Bar]:
    """The rows drawn beside each other's longest, within 320 of 360 units."""
    known = list(rows)
    most = max([many for _, many, _, _ in known] + [1])
    return [
        Bar(words, many, tone, query, ROW * place, left, round((320 - left) * many / most))
        for place, (words, many, tone, query) in enumerate(known)
    ]
