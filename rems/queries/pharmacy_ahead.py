"""What lies ahead of a site: confirmations that lapse, fills that open this week, numbers that close before them.

Of whom: the patients whose newest dispensing in a program was at this site, in the programs for which it is
certified now, and whose confirmations are the site's own. When a fill opens is said by ``eligibility.windows``,
what is open and until when by the horizon. A list for the eye: the counter asks the engine.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, QuerySet

from eligibility.calendar import day_of, start_of_day
from eligibility.editions import edition_in_force
from eligibility.windows import next_fill_opens
from pharmacies.models import Pharmacy
from pharmacies.queries import certified_programs
from rems.lists.due import due_items
from rems.models import Confirmation, Dispensing, Enrollment, Horizon, ItemKey
from rems.models.choices import DueKind, OtherItem
from rems.queries.pharmacy import patients_visible_to
from rems.queries.standing import standings

WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)
ENROLLMENT = "authorization__prescription__enrollment"


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """One line. ``due_at``: when it lapses, closes or opens; ``opens``: of a number, when the fill opens after it.

    ``confirmation``: the number of a confirmation, which is the site's own; an authorization's is not shown.
    """

    kind: str
    subject: str
    due_at: datetime
    enrollment_id: int
    patient_id: int
    program: str
    first_name: str
    last_name: str
    patient_number: str
    prescriber: str
    phone: str
    opens: datetime | None = None
    confirmation: str = ""

    @property
    def key(self) -> ItemKey:
        """The item that a decision about it names."""
        return ItemKey(self.kind, self.subject, self.due_at)

    @property
    def name(self) -> str:
        """The patient's."""
        return f"{self.first_name} {self.last_name}"


def ahead_of(site: Pharmacy, *, at: datetime) -> list[Ahead]:
    """Every line of the site, what comes first on top; in a fixed number of queries."""
    programs = certified_programs(site.pk, at)
    fills = list(_fills(site, programs, at=at))
    opens = {fill.enrollment_id: fill for fill in fills}
    found = [*_lapsing(site, at=at), *_closing_before(opens, at=at)]
    found += [fill for fill in fills if _begin_of_day(fill, at) <= fill.due_at <= at + WEEK]
    return sorted(found, key=lambda line: (line.due_at, line.subject))


def enrollments_at(site: Pharmacy, *, at: datetime) -> "QuerySet[Enrollment]":
    """The enrollments about which a pharmacist of this site decides: its own confirmations', in its programs."""
    served = patients_visible_to(site).values("pk")
    return Enrollment.objects.filter(patient__in=served, program__in=certified_programs(site.pk, at))


def _begin_of_day(fill: Ahead, at: datetime) -> datetime:
    """A fill that opened at the beginning of this day is of this week, too."""
    edition = edition_in_force(fill.program, at)
    return start_of_day(day_of(at, edition.zone), edition.zone) if edition else at


def _lapsing(site: Pharmacy, *, at: datetime) -> Iterator[Ahead]:
    """The site's open confirmations, by the horizon's flags."""
    rows = due_items(at=at).filter(confirmation__pharmacy=site, late=False, item_kind=DueKind.CONFIRMATION)
    for row in rows.select_related("confirmation"):
        enrollment = row.enrollment
        yield Ahead(
            kind=row.item_kind,
            subject=row.subject,
            due_at=row.due_at,
            enrollment_id=enrollment.pk,
            patient_id=enrollment.patient_id,
            program=enrollment.program,
            first_name=enrollment.patient.first_name,
            last_name=enrollment.patient.last_name,
            patient_number=enrollment.patient.number,
            prescriber=enrollment.prescriber.name,
            phone=enrollment.prescriber.phone,
            confirmation=row.confirmation.number,
        )


def _fills(site: Pharmacy, programs: Iterable[str], *, at: datetime) -> Iterator[Ahead]:
    """When the next fill opens of each patient who was served here last. None opens after the days are used up."""
    later = Dispensing.objects.filter(
        patient=OuterRef("patient"), program=OuterRef("program"), handed_over_at__gt=OuterRef("handed_over_at")
    )
    used_up = ExpressionWrapper(F("handed_over_at") + F("days_supply") * ONE_DAY, output_field=DateTimeField())
    newest = Dispensing.objects.filter(~Exists(later), pharmacy=site, program__in=list(programs))
    rows = newest.annotate(used_up=used_up).filter(used_up__gte=at - ONE_DAY)
    for row in rows.select_related("patient", f"{ENROLLMENT}__prescriber"):
        edition = edition_in_force(row.program, at)
        if edition is None:
            continue
        opens = next_fill_opens(edition, dispensed=row.handed_over_at, days_supply=row.days_supply)
        if opens is not None:
            yield _fill(row, opens)


def _fill(row: Dispensing, opens: datetime) -> Ahead:
    enrollment = row.authorization.prescription.enrollment
    return Ahead(
        kind=OtherItem.FILL_OPENS,
        subject=f"enrollment:{enrollment.pk}",
        due_at=opens,
        enrollment_id=enrollment.pk,
        patient_id=row.patient_id,
        program=row.program,
        first_name=row.patient.first_name,
        last_name=row.patient.last_name,
        patient_number=row.patient.number,
        prescriber=enrollment.prescriber.name,
        phone=enrollment.prescriber.phone,
    )


def _closing_before(fills: Mapping[int, Ahead], *, at: datetime) -> Iterator[Ahead]:
    """The open number of each that closes before the fill opens; the one that closes last, where there are several."""
    confirmed = Confirmation.objects.filter(
        authorization=OuterRef("authorization"), cancelled_at__isnull=True, lapses_at__gte=at
    )
    held = Horizon.objects.filter(
        ~Exists(confirmed),
        enrollment__in=[fill.enrollment_id for fill in fills.values() if fill.due_at > at],
        authorization__closes_at__gte=at,
        authorization__cancelled_at__isnull=True,
        authorization__dispensing__isnull=True,
        confirmation__isnull=True,
    )
    rows = held.order_by("authorization__closes_at", "authorization").values_list(
        "enrollment", "authorization", "authorization__closes_at"
    )
    last = {enrollment: (number, closes) for enrollment, number, closes in rows}
    for enrollment, (number, closes) in last.items():
        fill = fills[enrollment]
        if closes < fill.due_at:
            line: dict[str, Any] = {"kind": OtherItem.CLOSES_BEFORE_FILL, "subject": f"authorization:{number}"}
            yield Ahead(**{**fill.__dict__, **line, "due_at": closes, "opens": fill.due_at})


def halted(lines: Iterable[Ahead], *, at: datetime) -> dict[int, str]:
    """By enrollment, where nothing is to be hurried for: everything is held, or the therapy has ended."""
    ids = {line.enrollment_id for line in lines}
    rows = Enrollment.objects.filter(pk__in=ids).select_related("patient", "prescriber").order_by("pk")
    found: dict[int, str] = {}
    for standing in standings(rows, at=at):
        if standing.held is not None:
            found[standing.enrollment.pk] = "Everything held"
        elif standing.stopped:
            found[standing.enrollment.pk] = "Therapy ended"
    return found
