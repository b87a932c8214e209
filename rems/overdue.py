"""Which pregnancy tests are due soon or overdue, for lists. For the eye alone; no gate reads it.

The flags are written by the horizon's pass and by every act; whether a day is over is asked now.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from rems.models import DisplayFlag, Enrollment
from rems.models.choices import FlagKind

CALENDAR = "test-calendar"
"""The requirement of every edition that says when the next test is due."""


def open_flags(enrollments: "QuerySet[Enrollment] | Iterable[Enrollment]") -> "QuerySet[DisplayFlag]":
    """The flags of tests that stand on these enrollments, what was due first on top. Never for a decision."""
    flags = DisplayFlag.objects.filter(enrollment__in=enrollments, cleared_at__isnull=True, what=CALENDAR)
    return flags.order_by("due_at", "pk")


def is_late(*, at: datetime) -> Q:
    """Of a test's flag: its day is over at ``at``, whatever it was raised as. The job may not have run since."""
    return Q(kind=FlagKind.OVERDUE) | Q(due_at__lt=at)
