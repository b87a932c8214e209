"""The lines of the practice's list as a horizon keeps them: what to narrow, sort and count by, and for how long.

What a line says in words is asked of the engine when a page shows it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from eligibility.calendar import day_of, start_of_day
from eligibility.editions import edition_in_force
from eligibility.findings import INSTANT
from eligibility.windows import finding_of, requirement
from rems.horizon.lines import Kept, Looked
from rems.models import Authorization
from rems.queries.due import COMING, SOON, Task, tasks_of
from rems.queries.prescriber import open_authorizations
from rems.queries.standing import Standing, fill_ahead


def lines_seen(looked: Sequence[Looked], at: datetime) -> list[Kept]:
    """The lines of each enrollment as of when it was seen; in a fixed number of queries."""
    enrollments = [one.seen.subject.enrollment for one in looked]
    numbers = {row.prescription.enrollment_id: row for row in open_authorizations(enrollments, at=at)}
    return [_kept(one, numbers.get(one.seen.subject.enrollment.pk)) for one in looked]


def _kept(looked: Looked, number: Authorization | None) -> Kept:
    seen = looked.seen
    if seen.edition is None:
        return Kept([], None)
    row = Standing(
        enrollment=seen.subject.enrollment,
        decision=seen.decision,
        facts=seen.facts,
        fill_opens=fill_ahead(seen.edition, seen.facts),
        number=number,
        deadlines=looked.deadlines,
    )
    return Kept(stored_lines(row), min((instant for instant in _instants(row) if instant > row.at), default=None))


def stored_lines(row: Standing) -> list[dict[str, Any]]:
    """Everything that is to be done for one patient in one program, as it is stored."""
    return [_stored(task, place, row.at) for place, task in enumerate(tasks_of(row))]


def _stored(task: Task, place: int, now: datetime) -> dict[str, Any]:
    """``at`` is null where it is the instant of the question, whenever that is."""
    return {
        "place": place,
        "group": task.group,
        "kind": task.item.kind,
        "subject": task.item.subject,
        "due": task.item.period,
        "at": None if task.at == now else task.at.isoformat(),
        "until": task.until.isoformat() if task.until else None,
    }


def _instants(row: Standing) -> Iterator[datetime]:
    """When a line may come, go or change its group though nothing is recorded and the decision stays: the week
    before what is ahead, the beginning of its day, and itself.
    """
    for ahead in _ahead(row):
        yield from (ahead - SOON, start_of_day(day_of(ahead, row.zone), row.zone), ahead, ahead + INSTANT)


def _ahead(row: Standing) -> Iterator[datetime]:
    edition = edition_in_force(row.enrollment.program, row.at)
    if row.number is not None:
        yield row.number.stands_until
    if row.fill_opens is not None:
        yield row.fill_opens
    yield from (finding.opens for finding in row.decision.unmet if finding.opens is not None)
    for kind in COMING:
        finding = finding_of(row.decision, requirement(edition, kind)) if edition else None
        if finding is not None and finding.until is not None:
            yield finding.until
