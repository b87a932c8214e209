"""Facts: what happened, when it was recorded, by whom. Superseded, never edited."""

from datetime import datetime
from typing import Any, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Exists, OuterRef, Q, QuerySet

from audit.acts import Act
from audit.fields import person_field


class InvalidFact(ValidationError):
    """What was entered cannot be so. ``field`` names where, ``message`` says why."""

    def __init__(self, *, field: str, message: str) -> None:
        super().__init__({field: [message]})
        self.field = field
        self.message = message


class Facts(QuerySet[Any]):
    """The rows of a kind of fact, as they were known."""

    def known_at(self, instant: datetime) -> Self:
        """Rows recorded by ``instant`` (included) that none recorded by then had superseded."""
        newer = self.model._base_manager.filter(supersedes=OuterRef("pk"), recorded_at__lte=instant)
        return self.filter(~Exists(newer), recorded_at__lte=instant, void=False)

    def current(self) -> Self:
        """Rows that nothing supersedes, withdrawn ones left out."""
        return self.filter(superseded_by__isnull=True, void=False)


class Fact(models.Model):
    """One thing known. A correction is a new row that supersedes the old one and says why.

    ``void`` marks a correction that withdraws the entry altogether.
    """

    recorded_at = models.DateTimeField()
    recorded_by = person_field()
    on_behalf_of = person_field(null=True, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    correction_reason = models.TextField(blank=True, default="")
    void = models.BooleanField(default=False)

    objects = Facts.as_manager()

    class Meta:
        abstract = True
        constraints = [
            CheckConstraint(
                condition=Q(supersedes__isnull=True, correction_reason="")
                | Q(supersedes__isnull=False, correction_reason__regex=r"\S"),
                name="%(app_label)s_%(class)s_correction_says_why",
            ),
            CheckConstraint(
                condition=Q(void=False) | Q(supersedes__isnull=False),
                name="%(app_label)s_%(class)s_void_supersedes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


FactT = TypeVar("FactT", bound=Fact)

OF_THE_RECORD = frozenset(
    {"id", "recorded_at", "recorded_by", "on_behalf_of", "supersedes", "correction_reason", "void"}
)


def insert(frame: Act, fact: FactT) -> FactT:
    """Store a new fact as of the act's instant. Raises ValidationError that names the field."""
    fact.recorded_at = frame.at
    fact.recorded_by_id = frame.by.pk
    fact.on_behalf_of_id = frame.on_behalf_of_id
    references = [field.name for field in fact._meta.fields if field.is_relation]
    fact.clean_fields(exclude=references)
    fact.clean()
    fact.save(force_insert=True)
    return fact


def corrected(fact: FactT, *, changes: dict[str, Any], reason: str, void: bool = False) -> FactT:
    """A copy of ``fact`` with ``changes`` that would supersede it; not stored yet.

    Raises InvalidFact where the reason is missing, a change is not a field of the fact, or the
    fact was superseded already: correct the newer one.
    """
    if not reason.strip():
        raise InvalidFact(field="correction_reason", message="Say why this is corrected.")
    if type(fact)._base_manager.filter(supersedes=fact).exists():
        raise InvalidFact(field="supersedes", message="This entry was already corrected. Correct the newer one.")
    own = [field.name for field in fact._meta.fields if field.name not in OF_THE_RECORD]
    for name in changes.keys() - set(own):
        raise InvalidFact(field=name, message="This cannot be changed here.")
    values = {name: getattr(fact, name) for name in own} | changes
    return type(fact)(**values, supersedes=fact, correction_reason=reason.strip(), void=void)
