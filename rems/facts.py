"""The facts that the engine hears, read from the records as they were known at an instant.

Nothing else feeds the gate: no flag, no cache, no earlier answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model

from eligibility import (
    Agreement,
    Category,
    Certification,
    Contraception,
    Dispensed,
    Facts,
    Interruption,
    IssuedNumber,
    Patient,
    PregnancyTest,
    Prescription,
    Report,
    Site,
)
from eligibility.vocabulary import Cycle, ReportKind, Result, Subject
from patients.choices import DateKind
from patients.models import TherapyDate
from pharmacies.models import Pharmacy
from rems import models
from rems.extended import extensions_of
from rems.later import used_by_telephone
from rems.question import Question
from rems.records import Records


def facts_for(question: Question, *, at: datetime, records: Records | None = None) -> Facts:
    """Everything known at ``at`` (aware) that the question needs. A decision can so be asked again.

    ``records``: rows read before for many enrollments as of the same instant.
    """
    enrollment = question.enrollment
    known = _Known(question=question, records=records or Records([enrollment], at=at))
    patient = known.patient()
    return Facts(
        at=at,
        program=enrollment.program,
        patient=patient,
        agreement=known.agreement(),
        prescriber=known.prescriber(question.prescription),
        pharmacy=_site(question.pharmacy, enrollment.program, known.records),
        contraception=known.contraception(),
        tests=known.tests(),
        first_dose=known.newest_day(DateKind.FIRST_DOSE),
        dispensings=tuple(row.handed_over_at for row in known.dispensed()),
        therapy_ended=known.newest_day(DateKind.END),
        interruption=known.interruption(),
        surveys=known.surveys(),
        reports=tuple(known.reports()),
        last_dispense=known.last_dispense(),
        prescription=_prescription(question, enrolled=patient.category),
        method=question.method,
        medication_guide_given=question.medication_guide_given,
        counseled=_counseled(question.prescription, at),
        prescriber_survey_completed=_surveyed(question.prescription, at),
        authorization=_authorization(question, at),
        confirmation=_confirmation(question, at),
        extensions=extensions_of(question.authorization, at=at),
        checklist_complete=_checked(question, patient.category, at),
        days_on_hand=_counted(question, at),
    )


@dataclass(frozen=True, kw_only=True)
class _Known:
    """One enrolled patient in the records."""

    question: Question
    records: Records

    @property
    def enrollment(self) -> models.Enrollment:
        """The patient in the program that is asked."""
        return self.question.enrollment

    def patient(self) -> Patient:
        """Identity, category with its basis, cycle."""
        person, at = self.enrollment.patient, self.records.at
        assigned = [row for row in self.records.categories[self.enrollment.pk] if row.since <= at]
        newest = assigned[-1] if assigned else None
        cycles = self.records.cycles[person.pk]
        cycle = cycles[-1].cycle if cycles else None
        return Patient(
            enrolled=self.enrollment.enrolled_at <= at,
            born=self.records.born(person),
            category=Category(newest.category) if newest else None,
            category_basis=(newest.basis or None) if newest else None,
            able_since=_able_since(assigned),
            last_menses=newest.last_menses if newest else None,
            menarche_reported=bool(self.records.menarches[person.pk]),
            cycle=Cycle(cycle) if cycle in list(Cycle) else None,
        )

    def agreement(self) -> Agreement | None:
        """The agreement signed last."""
        signed = self.records.agreements[self.enrollment.pk]
        if not signed:
            return None
        newest = signed[-1]
        category = Category(newest.category)
        return Agreement(signed_on=newest.signed_on, guardian_signed=newest.guardian_signed, category=category)

    def prescriber(self, prescription: models.Prescription | None) -> Certification:
        """The standing of who wrote the prescription; before there is one, of the present prescriber."""
        moved = self.records.transfers[self.enrollment.pk]
        present = moved[-1].prescriber_id if moved else self.enrollment.prescriber_id
        asked = prescription.prescriber_id if prescription else present
        certified, deactivated = self.records.standing(asked, self.enrollment.program)
        return Certification(certified=certified, deactivated=deactivated)

    def contraception(self) -> Contraception | None:
        """The newest attestation."""
        attested = self.records.attestations[self.enrollment.patient_id]
        if not attested:
            return None
        newest = attested[-1]
        return Contraception(since=newest.since, methods=tuple(newest.methods), abstinence=newest.abstinence)

    def tests(self) -> tuple[PregnancyTest, ...]:
        """Every result that stands."""
        return tuple(
            PregnancyTest(
                collected=row.collected_at,
                result=Result(row.result),
                sensitivity_miu_ml=row.sensitivity_miu_ml,
                home=row.home,
            )
            for row in self.records.tests[self.enrollment.patient_id]
        )

    def newest_day(self, kind: DateKind) -> date | None:
        """The newest day of this kind in the program's therapy."""
        newest = self._newest_date(kind)
        return newest.starts_on if newest else None

    def interruption(self) -> Interruption | None:
        """The newest pause of therapy."""
        newest = self._newest_date(DateKind.INTERRUPTION)
        return Interruption(start=newest.starts_on, end=newest.ends_on) if newest else None

    def _newest_date(self, kind: DateKind) -> TherapyDate | None:
        rows = self.records.therapy_dates[self.enrollment.patient_id]
        return next((r for r in reversed(rows) if (r.program, r.kind) == (self.enrollment.program, kind)), None)

    def surveys(self) -> tuple[datetime, ...]:
        """When the patient completed this program's survey."""
        rows = self.records.surveys[self.enrollment.patient_id]
        return tuple(row.completed_at for row in rows if row.program == self.enrollment.program)

    def reports(self) -> Iterator[Report]:
        """Reports with their newest closing, if any."""
        for row in self.records.reports[self.enrollment.patient_id]:
            closings = self.records.closings[row.pk]
            yield Report(
                kind=ReportKind(row.kind),
                subject=Subject(row.subject),
                opened=row.opened_at,
                closed=closings[-1].closed_at if closings else None,
                outcome=closings[-1].outcome if closings else None,
            )

    def dispensed(self) -> list[models.Dispensing | models.LaterEntry]:
        """Every dispensing in this program, oldest first, but for that of the number in question.

        Those by telephone in an outage are among them once a second person approved them.
        """
        key, asked = (self.enrollment.patient_id, self.enrollment.program), self.question.authorization
        rows = [*self.records.dispensings[key], *self.records.by_telephone[key]]
        known = [row for row in rows if asked is None or row.authorization_id != asked.pk]
        return sorted(known, key=lambda row: row.handed_over_at)

    def last_dispense(self) -> Dispensed | None:
        """The newest dispensing in this program."""
        rows = self.dispensed()
        return Dispensed(date=rows[-1].handed_over_at, days_supply=rows[-1].days_supply) if rows else None


def _able_since(assigned: list[models.CategoryAssignment]) -> datetime | None:
    """When she became able to get pregnant: the begin of the present run of such categories."""
    for assignment in reversed(assigned):
        if not Category(assignment.category).can_get_pregnant:
            return None
        if assignment.before and not Category(assignment.before).can_get_pregnant:
            return assignment.since
    return None


def _site(pharmacy: Pharmacy | None, program: str, records: Records) -> Site:
    if pharmacy is None:
        return Site()
    certified, deactivated = records.site_standing(pharmacy.pk, program)
    return Site(certified=certified, deactivated=deactivated, zone=pharmacy.zone)


def _prescription(question: Question, *, enrolled: Category | None) -> Prescription:
    """As written. Where paper and record name two categories, the one that does not fit counts."""
    written = question.prescription
    if written is None:
        return Prescription()
    category = Category(written.category) if written.category else None
    if question.category_was_read and category is enrolled:
        category = question.category
    return Prescription(
        written=written.written_at,
        days_supply=written.days_supply,
        refill=written.refill,
        verbal=written.verbal,
        category=category,
    )


def _counseled(prescription: models.Prescription | None, at: datetime) -> bool:
    rows = prescription.counseling_set.known_at(at) if prescription else None
    return rows is not None and rows.filter(counseled_at__lte=at).exists()


def _surveyed(prescription: models.Prescription | None, at: datetime) -> bool:
    rows = prescription.prescribersurvey_set.known_at(at) if prescription else None
    return rows is not None and rows.filter(completed_at__lte=at).exists()


def _at_counter(question: Question, at: datetime) -> datetime:
    """When the pharmacist ticked and counted: with the confirmation, or in this very question."""
    return question.confirmation.issued_at if question.confirmation else at


def _checked(question: Question, category: Category | None, at: datetime) -> bool:
    """Whether the checklist is complete, and that of the patient's category."""
    number = question.authorization
    ticked = number.checklists.known_at(at).filter(recorded_at=_at_counter(question, at)) if number else None
    newest = ticked.order_by("pk").last() if ticked is not None else None
    return newest is not None and newest.complete and newest.category == category


def _counted(question: Question, at: datetime) -> int | None:
    """The days on hand that the pharmacist counted. An older count says nothing about today."""
    number = question.authorization
    rows = number.days_counted.known_at(at).filter(recorded_at=_at_counter(question, at)) if number else None
    newest = rows.order_by("pk").last() if rows is not None else None
    return newest.days if newest else None


def _used(question: Question, at: datetime, **number: Model) -> bool | datetime:
    """When a number was dispensed, by what other decision; False: it was not."""
    rows = models.Dispensing.objects.filter(handed_over_at__lte=at, **number).exclude(decision=question.again)
    used = rows.first()
    return used.handed_over_at if used else False


def _authorization(question: Question, at: datetime) -> IssuedNumber | None:
    number = question.authorization
    if number is None:
        return None
    return IssuedNumber(
        issued=number.issued_at,
        used=_used(question, at, authorization=number) or used_by_telephone(number, at=at),
        cancelled=number.cancelled_at or False,
        program=number.program,
        closes=number.closes_at,
    )


def _confirmation(question: Question, at: datetime) -> IssuedNumber | None:
    """The confirmation presented; where none is, the newest of the authorization."""
    number = question.confirmation
    if number is None and question.authorization is not None:
        issued = question.authorization.confirmations.filter(issued_at__lte=at).exclude(decision=question.again)
        number = issued.order_by("issued_at", "pk").last()
    if number is None:
        return None
    return IssuedNumber(
        issued=number.issued_at,
        used=_used(question, at, confirmation=number),
        cancelled=number.cancelled_at or False,
        program=number.authorization.program,
    )
