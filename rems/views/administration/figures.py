"""The program's figures: five plots, each the way to its list, and each with its table."""

from collections import Counter
from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from rems.display.plots import Column, Counted, Plot, Point, columns, discs, line, nice
from rems.models.choices import Answer
from rems.queries import figures as queries
from rems.queries.due_bars import age_bars

LOWEST = 5
"""The scale of the percentages begins at a multiple of five."""


@require_GET
@requires(Permission.SEE_REPORTS)
def figures(request: HttpRequest) -> HttpResponse:
    """Dispensings, refusals, tests on time, time to the dispensing, what is overdue: by week, and nobody's name."""
    person, at = person_of(request), clock.now()
    found = queries.figures(person, at=at)
    if found is None:
        raise PermissionDenied("The program's figures are not for this account.")
    context = {
        "now": at,
        "plots": [_by_week(found), _by_reason(found)],
        "lines": [_on_time(found), _hours(found)],
        "ages": age_bars(found.ages),
        "works": person.may(Permission.WORK_OVERDUE),
        "first": found.weeks[0].monday,
    }
    return render(request, "rems/administration/figures.html", context)


def _decisions(query: str) -> str:
    return f"{reverse('administration:decisions')}?{query}"


def _by_week(found: queries.Figures) -> Plot:
    shown = [
        Column(
            week.name,
            found.dispensings.get(week.monday, 0),
            found.refusals.get(week.monday, 0),
            _decisions(queries.handed_over(week)),
            _decisions(queries.of_week(week, outcome=Answer.REFUSED)),
        )
        for week in found.weeks
    ]
    given, refused = sum(column.many for column in shown), sum(column.others for column in shown)
    text = f"{queries.WEEKS} weeks: {given:,} dispensings, {refused:,} refusals. Each bar opens its list."
    return columns(shown, title="Dispensings and refusals", text=text, kinds=("dispensing", "refusal"))


def _by_reason(found: queries.Figures) -> Plot:
    named = dict(list(found.reasons.items())[: queries.MOST_REASONS])
    rest: Counter[date] = Counter()
    for reason, many in found.reasons.items():
        if reason not in named:
            rest.update(many)
    rows = [_reason_row(reason, many, found.weeks) for reason, many in named.items()]
    if rest:
        rows.append(_reason_row("", rest, found.weeks))
    text = "The area of a disc says how many. A refusal with two reasons counts at both. Each disc opens its list."
    return discs(rows, [week.name for week in found.weeks], title="Refusals by reason", text=text)


def _reason_row(reason: str, many: Counter[date], weeks: list[queries.Week]) -> Counted:
    """A reason with its lists; '' all others, whose list is that of every refusal."""
    chosen = {"outcome": Answer.REFUSED.value} | ({"reason": reason} if reason else {})
    return Counted(
        reason.replace("_", " ").capitalize() or "Other reasons",
        [many[week.monday] for week in weeks],
        [_decisions(queries.of_week(week, **chosen)) for week in weeks],
        _decisions(queries.of_weeks(weeks, **chosen)),
    )


def _on_time(found: queries.Figures) -> Plot:
    points, shares = [], []
    for week in found.weeks:
        due, late = found.due.get(week.monday, 0), found.late.get(week.monday, 0)
        share = round(100 * (due - late) / due, 1) if due else None
        shares.append(share if share is not None else 100.0)
        said = f"{share:.1f} %" if share is not None else "none due"
        href = f"{reverse('administration:deviations')}?{queries.of_week(week)}"
        points.append(Point(week.name, share, said, href, (f"{due:,}", f"{due - late:,}", said)))
    low = min(min(shares) // LOWEST * LOWEST, 80.0)
    text = "percent of those on the work list that fell due; each point opens the deviations of its week"
    head = ("Week of", "Due", "In time", "Percent")
    return line(points, title="Pregnancy tests on time", text=text, head=head, low=low, high=100)


def _hours(found: queries.Figures) -> Plot:
    points = []
    for week in found.weeks:
        hours = found.hours.get(week.monday)
        said = f"{hours:.1f} h" if hours is not None else "none"
        many = f"{found.dispensings.get(week.monday, 0):,}"
        points.append(Point(week.name, hours, said, _decisions(queries.handed_over(week)), (many, said)))
    top, _ = nice(max([1.0, *found.hours.values()]))
    text = "median hours by week; each point opens its dispensings"
    head = ("Week of", "Dispensings", "Median")
    return line(points, title="From authorization to dispensing", text=text, head=head, low=0, high=top)
