"""What was known of enrolled patients at an instant, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from patients import models as patient_records
from patients import queries as patients
from pharmacies import queries as pharmacies
from prescribers import queries as prescribers
from rems import models
from rems.later import dispensed_by_telephone

KNOWN = """
SELECT fact.* FROM {table} AS fact
 WHERE fact.{owner} = ANY(%(owners)s) AND fact.recorded_at <= %(at)s AND NOT fact.void
   AND NOT EXISTS (SELECT FROM {table} AS newer WHERE newer.supersedes_id = fact.id AND newer.recorded_at <= %(at)s)
 ORDER BY fact.{order}, fact.id
"""
"""What ``known_at`` says of facts, written out: the ORM needs four times as long to say it, ten times a question."""


class Records:
    """The rows that stood at ``at``, oldest first, by enrollment, patient or patient and program."""

    def __init__(self, enrollments: Sequence[models.Enrollment], *, at: datetime) -> None:
        self.at = at
        self._enrollments = [enrollment.pk for enrollment in enrollments]
        self._patients = [enrollment.patient_id for enrollment in enrollments]
        self._born = patients.born_before_corrections(self._patients, at)
        self._prescribers = {enrollment.prescriber_id for enrollment in enrollments}
        self._asked: set[int] = set()
        self._standings: dict[tuple[int, str], tuple[datetime | None, datetime | None]] = {}
        self._sites: dict[tuple[int, str], tuple[datetime | None, datetime | None]] = {}
        self.categories = self._of_enrollment(models.CategoryAssignment, "since")
        self.agreements = self._of_enrollment(models.Agreement, "signed_on")
        self.transfers = _grouped(
            models.Transfer.objects.filter(enrollment__in=self._enrollments, at__lte=at).order_by("at", "pk"),
            by=lambda row: row.enrollment_id,
        )
        self.tests = self._of_patient(patient_records.PregnancyTest, "collected_at")
        self.attestations = self._of_patient(patient_records.ContraceptionAttestation, "attested_at")
        self.cycles = self._of_patient(patient_records.CycleReport, "reported_at")
        self.menarches = self._of_patient(patient_records.MenarcheReport, "reported_at")
        self.reports = self._of_patient(patient_records.Report, "opened_at")
        self.therapy_dates = self._of_patient(patient_records.TherapyDate, "starts_on")
        self.surveys = self._of_patient(patient_records.PatientSurvey, "completed_at")
        reports = [report.pk for rows in self.reports.values() for report in rows]
        self.closings = self._known(patient_records.ReportClosing, reports, owner="report_id", order="closed_at")
        self.dispensings = _grouped(
            models.Dispensing.objects.filter(patient__in=self._patients, handed_over_at__lte=at).order_by(
                "handed_over_at", "pk"
            ),
            by=lambda row: (row.patient_id, row.program),
        )
        self.by_telephone = _grouped(
            dispensed_by_telephone(self._patients, at=at), by=lambda row: (row.patient_id, row.program)
        )

    def born(self, patient: patient_records.Patient) -> date:
        """The date of birth that stood on record then."""
        return self._born.get(patient.pk, patient.born)

    def standing(self, prescriber_id: int, program: str) -> tuple[datetime | None, datetime | None]:
        """A prescriber's newest certification and newest deactivation by then."""
        if prescriber_id not in self._asked:
            moved = {row.prescriber_id for rows in self.transfers.values() for row in rows}
            self._asked |= {prescriber_id} | self._prescribers | moved
            self._standings = prescribers.standings(self._asked, self.at)
        return self._standings.get((prescriber_id, program), (None, None))

    def site_standing(self, pharmacy_id: int, program: str) -> tuple[datetime | None, datetime | None]:
        """A site's newest certification and newest deactivation by then."""
        if (pharmacy_id, program) not in self._sites:
            self._sites[pharmacy_id, program] = pharmacies.standing(pharmacy_id, program, self.at)
        return self._sites[pharmacy_id, program]

    def _of_enrollment(self, kind: Any, order: str) -> dict[Any, list[Any]]:
        return self._known(kind, self._enrollments, owner="enrollment_id", order=order)

    def _of_patient(self, kind: Any, order: str) -> dict[Any, list[Any]]:
        return self._known(kind, self._patients, owner="patient_id", order=order)

    def _known(self, kind: Any, owners: list[int], *, owner: str, order: str) -> dict[Any, list[Any]]:
        if not owners:
            return defaultdict(list)
        query = KNOWN.format(table=kind._meta.db_table, owner=owner, order=order)
        return _grouped(kind.objects.raw(query, {"owners": owners, "at": self.at}), by=attrgetter(owner))


def _grouped(rows: QuerySet[Any] | Iterable[Any], *, by: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        groups[by(row)].append(row)
    return groups
