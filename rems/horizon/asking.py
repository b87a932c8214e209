"""Asking the engine about what a horizon stands for: an enrollment, an open authorization, an open confirmation."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from eligibility import Stage
from eligibility.calendar import start_of_day
from eligibility.edition import Edition, Ladder
from eligibility.editions import edition_in_force, programs
from eligibility.facts import Facts
from eligibility.findings import INSTANT, Decision
from rems.gate import preview_of
from rems.horizon.deadlines import LISTED, Deadline, deadlines_of, fill_opens, steps
from rems.later import used_afterwards
from rems.models import Authorization, Confirmation, Enrollment
from rems.question import Question
from rems.records import Records

Key = tuple[int, int | None, int | None]
"""Enrollment, authorization, confirmation."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is asked about. Each stage stands for one kind of it."""

    enrollment: Enrollment
    authorization: Authorization | None = None
    confirmation: Confirmation | None = None
    replaced: bool = False
    """Whether a later number was issued: once it lapsed, nothing is missing."""

    @property
    def key(self) -> Key:
        """The rows that it is, by their numbers."""
        number, confirmed = self.authorization, self.confirmation
        return self.enrollment.pk, number.pk if number else None, confirmed.pk if confirmed else None

    @property
    def stage(self) -> Stage:
        """The next stage at which its answer matters."""
        if self.confirmation is not None:
            return Stage.HAND_OVER
        return Stage.AUTHORIZE if self.authorization is None else Stage.CONFIRM

    @property
    def question(self) -> Question:
        """What the engine is asked."""
        number, confirmed = self.authorization, self.confirmation
        return Question(
            enrollment=self.enrollment,
            prescription=number.prescription if number else None,
            authorization=number,
            confirmation=confirmed,
            pharmacy=confirmed.pharmacy if confirmed else None,
        )


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the engine said of a subject at an instant, and what falls due by it."""

    subject: Subject
    at: datetime
    decision: Decision
    edition: Edition | None
    deadlines: tuple[Deadline, ...]
    facts: Facts
    fill_opens: datetime | None = None
    """From when the next fill of a therapy that goes on is not too early."""

    @property
    def ladder(self) -> Ladder:
        """The reminders of the edition in force; none without one."""
        return self.edition.ladder if self.edition else Ladder()

    @property
    def until(self) -> datetime | None:
        """The last instant at which all stays as it is; before a first edition, that of its absence."""
        if self.edition is not None:
            return self.decision.until
        first = next(
            (e for e in programs()[self.decision.program] if e.starts > self.at.astimezone(e.zone).date()), None
        )
        return start_of_day(first.starts, first.zone) - INSTANT if first else None

    @property
    def ends(self) -> list[dict[str, str | None]]:
        """The findings that end then: each requirement, and the reason that it gives until then."""
        until = self.until
        return [
            {"requirement": f.requirement, "reason": f.reason.value if f.reason else None}
            for f in self.decision.findings
            if until is not None and f.last_instant == until
        ]

    @property
    def over(self) -> bool:
        """Whether it is a number that lapsed so long ago that nothing is to be said of it any more."""
        if self.subject.stage is Stage.AUTHORIZE:
            return False
        lapsed = [deadline.ends for deadline in self.deadlines if deadline.kind.is_number]
        return all(end < self.at if self.subject.replaced else end + LISTED <= self.at for end in lapsed)

    def wakes_at(self, deadlines: Iterable[Deadline]) -> datetime | None:
        """The first instant after this one at which anything is to be done."""
        return min((instant for instant in self._instants(deadlines) if instant > self.at), default=None)

    def _instants(self, deadlines: Iterable[Deadline]) -> Iterator[datetime]:
        if self.until is not None:
            yield self.until + INSTANT
        if self.fill_opens is not None:
            yield self.fill_opens
        for deadline in deadlines:
            yield from deadline.edges()
            if self.edition is not None:
                yield from (instant for _, instant in steps(deadline, self.ladder, self.edition.zone))


def look(subject: Subject, *, at: datetime, records: Records) -> Seen:
    """Ask the engine as of ``at``. ``records``: what stood at ``at``, or since, if nothing was recorded between."""
    facts, decision = preview_of(subject.question, stage=subject.stage, at=at, records=records)
    edition = edition_in_force(subject.enrollment.program, at)
    found = tuple(deadlines_of(decision, facts, edition, stage=subject.stage))
    opens = fill_opens(facts, edition) if subject.stage is Stage.AUTHORIZE else None
    return Seen(
        subject=subject, at=at, decision=decision, edition=edition, deadlines=found, facts=facts, fill_opens=opens
    )


def subjects_of(enrollments: list[Enrollment], *, at: datetime) -> list[Subject]:
    """The enrollments with their numbers that are open, or that lapsed a short while ago."""
    known = {enrollment.pk: enrollment for enrollment in enrollments}
    found = [Subject(enrollment=enrollment) for enrollment in enrollments]
    numbers = authorizations().filter(prescription__enrollment__in=known, closes_at__gt=at - LISTED)
    found += [of_authorization(number, known) for number in numbers]
    confirmed = confirmations().filter(authorization__prescription__enrollment__in=known, lapses_at__gt=at - LISTED)
    return found + [of_confirmation(number, known) for number in confirmed]


def authorizations() -> "QuerySet[Authorization]":
    """Authorizations that were neither used nor cancelled; ``replaced``: a later one was issued."""
    later = Authorization.objects.filter(
        prescription__enrollment=OuterRef("prescription__enrollment"), issued_at__gt=OuterRef("issued_at")
    )
    found = Authorization.objects.filter(~used_afterwards(), cancelled_at__isnull=True, dispensing__isnull=True)
    return found.annotate(replaced=Exists(later)).select_related("prescription__prescriber").order_by("pk")


def confirmations() -> "QuerySet[Confirmation]":
    """Confirmations that were neither used nor cancelled, nor followed by another one."""
    found = Confirmation.objects.filter(cancelled_at__isnull=True, lapsed_at__isnull=True, dispensing__isnull=True)
    return found.select_related("authorization__prescription__prescriber", "pharmacy").order_by("pk")


def of_authorization(number: Authorization, enrollments: Mapping[int, Enrollment]) -> Subject:
    """The subject that a row of ``authorizations`` is."""
    enrollment = enrollments[number.prescription.enrollment_id]
    number.prescription.enrollment = enrollment
    return Subject(enrollment=enrollment, authorization=number, replaced=bool(vars(number)["replaced"]))


def of_confirmation(confirmed: Confirmation, enrollments: Mapping[int, Enrollment]) -> Subject:
    """The subject that a row of ``confirmations`` is."""
    number = confirmed.authorization
    enrollment = enrollments[number.prescription.enrollment_id]
    return Subject(enrollment=enrollment, authorization=number, confirmation=confirmed)
