"""Instants, days and numbers at the places where counting goes wrong. Seeded: the same seed, the same history."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TypeVar

from eligibility.facts import When
from tests.oracle.days import NEW_YORK

Any_ = TypeVar("Any_")

NASTY_DAYS = (
    date(2024, 2, 28), date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 29),
    date(2026, 3, 8), date(2026, 3, 9), date(2026, 11, 1), date(2026, 11, 2), date(2025, 3, 9), date(2025, 11, 2),
    date(2026, 12, 31), date(2027, 1, 1), date(2026, 3, 31), date(2026, 8, 31), date(2026, 6, 15), date(2027, 8, 31),
)  # fmt: skip
CLOCKS = (
    time(0, 0), time(0, 0, 1), time(1, 30), time(1, 30, fold=1), time(3, 0), time(9, 30), time(12, 0), time(16, 45),
    time(22, 59, 59), time(23, 0), time(23, 59, 59), time(23, 59, 59, 999999),
)  # fmt: skip
SECONDS = (timedelta(seconds=-1), timedelta(0), timedelta(seconds=1))


class Draws:
    """One history's dice, and the instant of its question."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311 - made-up patients, no secrets
        days = (*NASTY_DAYS, date(2024, 3, 1) + timedelta(days=self.dice.randrange(1700)))
        self.at = self.clocked(self.one(*days) if self.chance(0.6) else days[-1])

    def one(self, *of: Any_) -> Any_:
        """One of these, each as likely."""
        return of[self.dice.randrange(len(of))]

    def chance(self, share: float) -> bool:
        """Yes, in that share of the histories."""
        return self.dice.random() < share

    def some(self, of: Sequence[Any_], most: int) -> list[Any_]:
        """Up to so many of these."""
        return self.dice.sample(list(of), self.dice.randint(0, min(most, len(of))))

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self.dice.randint(low, high)

    @property
    def today(self) -> date:
        """The day of the question in New York."""
        return self.at.astimezone(NEW_YORK).date()

    def clocked(self, day: date) -> datetime:
        """An instant of a day, often near its ends."""
        any_time = time(self.whole(0, 23), self.whole(0, 59), self.whole(0, 59))
        clock = self.one(*CLOCKS, *[any_time] * len(CLOCKS))
        return datetime.combine(day, clock, tzinfo=NEW_YORK).astimezone(UTC)

    def day(self, back: int) -> date:
        """The day so many days before the question."""
        return self.today - timedelta(days=back)

    def instant(self, back: int) -> datetime:
        """Some instant of that day, or exactly so many times 24 hours ago, or one second beside it."""
        if self.chance(0.4):
            return self.at - timedelta(days=back) + self.one(*SECONDS)
        return self.clocked(self.day(back))

    def past(self, back: int) -> datetime:
        """As ``instant``, but never after the question."""
        return min(self.at, self.instant(back))

    def when(self, back: int) -> When:
        """Mostly an instant, now and then only its day."""
        return self.day(back) if self.chance(0.15) else self.instant(back)

    def beside(self, when: datetime) -> datetime:
        """One second before, exactly then, or one second after."""
        return when + self.one(*SECONDS)
