"""The program's figures by week, counted by the database in a fixed number of queries. Nobody is named."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, CharField, Count, DurationField, F, Func, JSONField, Q, Value
from django.db.models.functions import Cast, Concat, TruncWeek

from accounts.models import Person
from accounts.roles import Permission
from eligibility.calendar import add_days, day_of, end_of_day, start_of_day
from eligibility.editions import programs
from eligibility.findings import Level
from rems.display.clock import zone_of
from rems.models import Decision, Dispensing, DisplayFlag
from rems.models.choices import Answer, FlagKind, Stage
from rems.overdue import CALENDAR, is_late

WEEKS = 12
MOST_REASONS = 7
"""So many reasons stand by name; the rest together."""


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week from Monday to Sunday in the installation's zone."""

    monday: date

    @property
    def sunday(self) -> date:
        """Its last day."""
        return add_days(self.monday, 6)

    @property
    def name(self) -> str:
        """``Jun 15``: the day on which it begins."""
        return f"{self.monday:%b} {self.monday.day}"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was counted, each by the week's Monday; a week in which nothing was is not there."""

    weeks: list[Week]
    dispensings: dict[date, int]
    hours: dict[date, float]
    """Median hours from the authorization to the hand-over."""
    refusals: dict[date, int]
    reasons: dict[str, Counter[date]]
    """Of each reason, commonest first, how many refusals gave it: one with two reasons counts at both."""
    due: dict[date, int]
    late: dict[date, int]
    ages: list[int]
    """How many overdue tests are how late, in the steps of AGES."""


AGES = (1, 3, 7, 14)


class Median(Aggregate):
    """The middle of all values."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


class Unmet(Func):
    """The reasons of the findings that were not met, of a decision on record, as an array."""

    function = "jsonb_path_query_array"
    template = f"%(function)s(%(expressions)s, '$[*] ? (@.level == \"{Level.UNMET.value}\").reason')"
    output_field = JSONField()


def figures(person: Person, *, at: datetime) -> Figures | None:
    """The figures of the last 12 weeks, this one included, for who may see them; None for anybody else."""
    if not person.may(Permission.SEE_REPORTS):
        return None
    zone = zone_of(None)
    today = day_of(at, zone)
    monday = add_days(today, -today.weekday())
    weeks = [Week(monday=add_days(monday, -7 * back)) for back in reversed(range(WEEKS))]
    since = start_of_day(weeks[0].monday, zone)
    dispensings, hours = _dispensings(since, at)
    refusals, reasons = _refusals(since, at)
    due, late = _tests(since, at)
    return Figures(
        weeks=weeks, dispensings=dispensings, hours=hours, refusals=refusals, reasons=reasons, due=due, late=late,
        ages=_ages(at),
    )  # fmt: skip


def of_week(week: Week, **chosen: str) -> str:
    """The part of an address that narrows a list to a week."""
    return urlencode({**chosen, "since": f"{week.monday}T00:00", "until": f"{week.sunday}T23:59:59.999999"})


def of_weeks(weeks: list[Week], **chosen: str) -> str:
    """The same for all of them."""
    return urlencode({**chosen, "since": f"{weeks[0].monday}T00:00", "until": f"{weeks[-1].sunday}T23:59:59.999999"})


def handed_over(week: Week) -> str:
    """The dispensings of a week, as decisions."""
    return of_week(week, stage=Stage.HAND_OVER, outcome=Answer.ALLOWED)


def _week(name: str) -> TruncWeek:
    return TruncWeek(name, tzinfo=zone_of(None))


def _dispensings(since: datetime, at: datetime) -> tuple[dict[date, int], dict[date, float]]:
    rows = Dispensing.objects.filter(handed_over_at__gte=since, handed_over_at__lte=at)
    taken = F("handed_over_at") - F("authorization__issued_at")
    found = rows.values(week=_week("handed_over_at")).annotate(many=Count("pk"), middle=Median(taken)).order_by("week")
    read = [(_monday(row["week"]), row["many"], row["middle"]) for row in found]
    return {day: many for day, many, _ in read}, {day: middle.total_seconds() / 3600 for day, _, middle in read}


def _refusals(since: datetime, at: datetime) -> tuple[dict[date, int], dict[str, Counter[date]]]:
    rows = Decision.objects.filter(program__in=programs(), outcome=Answer.REFUSED, at__gte=since, at__lte=at)
    found = rows.values(week=_week("at"), reasons=Unmet("findings")).annotate(many=Count("pk")).order_by("week")
    weeks: Counter[date] = Counter()
    reasons: dict[str, Counter[date]] = defaultdict(Counter)
    for row in found:
        day = _monday(row["week"])
        weeks[day] += row["many"]
        for reason in set(row["reasons"]):
            reasons[reason][day] += row["many"]
    commonest = sorted(reasons, key=lambda reason: (-reasons[reason].total(), reason))
    return dict(weeks), {reason: reasons[reason] for reason in commonest}


def _tests(since: datetime, at: datetime) -> tuple[dict[date, int], dict[date, int]]:
    """Tests that fell due on a day that is over, and those of them that were overdue. As the work list flagged them."""
    rows = DisplayFlag.objects.filter(what=CALENDAR, due_at__gte=since, due_at__lt=at)
    one = Concat(Cast("enrollment_id", CharField()), Value(" "), Cast("due_at", CharField()))
    overdue = Q(kind=FlagKind.OVERDUE) | Q(cleared_at__isnull=True)
    found = rows.values(week=_week("due_at")).annotate(
        due=Count(one, distinct=True), late=Count(one, distinct=True, filter=overdue)
    )
    read = [(_monday(row["week"]), row["due"], row["late"]) for row in found.order_by("week")]
    return {day: due for day, due, _ in read}, {day: late for day, _, late in read}


def _ages(at: datetime) -> list[int]:
    zone = zone_of(None)
    today = day_of(at, zone)
    ends = [end_of_day(add_days(today, -days), zone) for days in AGES[1:]]
    edges: list[tuple[Any, Any]] = list(zip([None, *ends], [*ends, None], strict=True))
    counted = {
        f"age_{place}": Count(
            "pk", filter=(Q(due_at__lte=first) if first else Q()) & (Q(due_at__gt=last) if last else Q())
        )
        for place, (first, last) in enumerate(edges)
    }
    found = DisplayFlag.objects.filter(is_late(at=at), cleared_at__isnull=True, what=CALENDAR).aggregate(**counted)
    return [found[f"age_{place}"] for place in range(len(AGES))]


def _monday(week: datetime) -> date:
    return week.date()
