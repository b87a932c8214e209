"""Many stories, told in the order of time, so that the trail grows as it would have grown."""

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime

from audit.clock import stand_at

Story = Iterator[datetime]
"""What happens to somebody. It yields the instant of its next step and goes on when that has come."""


class Untimely(Exception):
    """A bug of a story: a step before the last one, or after now."""


def tell(stories: Iterable[Story], *, now: datetime) -> int:
    """Run all stories to their end; how many steps they had. Raises Untimely."""
    waiting: list[tuple[datetime, int, Story]] = []
    for place, story in enumerate(stories):
        _await_next(waiting, story, place=place, since=None, now=now)
    steps = 0
    while waiting:
        instant, place, story = heapq.heappop(waiting)
        with stand_at(instant):
            _await_next(waiting, story, place=place, since=instant, now=now)
        steps += 1
    return steps


def _await_next(
    waiting: list[tuple[datetime, int, Story]], story: Story, *, place: int, since: datetime | None, now: datetime
) -> None:
    instant = next(story, None)
    if instant is None:
        return
    if instant > now or (since is not None and instant < since):
        raise Untimely(f"A step of {instant.isoformat()} comes after {since and since.isoformat()}, told at {now}.")
    heapq.heappush(waiting, (instant, place, story))
