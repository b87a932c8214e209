"""A scenario's facts as rows of the database, as if they had been recorded when they happened."""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.identifiers import ncpdp_check_digit, npi_check_digit
from accounts.models import Person, RoleGrant
from accounts.roles import Role
from eligibility import Facts, Stage
from eligibility.facts import Extension, IssuedNumber, When
from eligibility.vocabulary import Window
from patients import models as patients
from patients.choices import Contraceptive, ReportOutcome
from pharmacies import models as pharmacies
from prescribers import models as prescribers
from rems import checklists, models, numbers
from rems.actions import gate
from rems.models.choices import Basis

ZONE = ZoneInfo("America/New_York")
LONG_AGO = datetime(2020, 1, 2, 15, tzinfo=UTC)
SERIAL = itertools.count(1)


class Unstorable(Exception):
    """A fact that the database cannot hold: it refuses it at the door, so the gate never hears it."""


def instant(when: When, *, end: bool = False) -> datetime:
    """The instant of a fact; a day's 00:00, or its last microsecond."""
    if isinstance(when, datetime):
        return when.astimezone(UTC)
    at = time.max if end else time.min
    return datetime.combine(when, at, tzinfo=ZONE).astimezone(UTC)


def person(name: str, *roles: Role) -> Person:
    """Somebody with roles since long ago."""
    email = f"{name.lower().replace(' ', '.')}.{next(SERIAL)}@example.org"
    made = Person.objects.create(email=email, name=name, password="!", created_at=LONG_AGO)
    for role in roles:
        RoleGrant.objects.create(person=made, role=role, granted_at=LONG_AGO, granted_by=made)
    return made


@dataclass
class Rows:
    """The rows of one scenario, and the people who act in it."""

    facts: Facts
    stage: Stage

    def __post_init__(self) -> None:
        stage = self.stage
        self.at = self.facts.at.astimezone(UTC)
        self.doctor = person("Ana Ruiz", Role.PRESCRIBER)
        self.pharmacist = person("Kim Lee", Role.PHARMACIST)
        self._refuse_unstorable()
        self.prescriber = self._prescriber()
        self.site = self._site()
        self.patient = self._patient()
        self.enrollment = self._enrollment()
        self._facts_of_patient()
        self.prescription = self._prescription()
        self._earlier_dispensings()
        asked_for = stage is Stage.AUTHORIZE
        self.authorization = None if asked_for else self._authorization()
        self.confirmation = None if asked_for else self._confirmation()
        for extension in self.facts.extensions:
            self._extended(extension)

    def _refuse_unstorable(self) -> None:
        facts = self.facts
        supplies = [facts.prescription.days_supply]
        if facts.last_dispense is not None:
            unknown = facts.last_dispense.days_supply is None and facts.days_on_hand is None
            if facts.last_dispense.date is None or unknown or (facts.last_dispense.days_supply or 1) > 28:
                raise Unstorable("a dispensing without its date or days")
        if facts.patient.born is None:
            raise Unstorable("a patient without a date of birth")
        if any(days is not None and (days < 1 or days != int(days)) for days in supplies):
            raise Unstorable("days' supply that are no days")
        if facts.patient.category_basis not in (None, *Basis.values):
            raise Unstorable("a basis that is not in the list")
        untimed = [t.collected for t in facts.tests if t.result == "positive" and not isinstance(t.collected, datetime)]
        days = [instant(t.collected).astimezone(ZONE).date() for t in facts.tests if isinstance(t.collected, datetime)]
        if any(day in days for day in untimed):
            raise Unstorable("a positive without its time, on a day with another test")

    # People and places -------------------------------------------------------------------------

    def _certify(self, kind: Any, holder: dict[str, Any], standing: Any) -> None:
        if standing.certified is not None:
            kind.Certification.objects.create(
                **holder, program=self.facts.program, certified_at=instant(standing.certified), by=self.doctor
            )
        if standing.deactivated is not None:
            kind.Deactivation.objects.create(
                **holder,
                program=self.facts.program,
                deactivated_at=instant(standing.deactivated),
                by=self.doctor,
                reason="As the scenario says",
            )

    def _prescriber(self) -> prescribers.Prescriber:
        stem = f"1{next(SERIAL):08d}"
        made = prescribers.Prescriber.objects.create(
            person=self.doctor,
            first_name="Ana",
            last_name="Ruiz",
            credential="MD",
            specialty="Hematology",
            npi=stem + npi_check_digit(stem),
            state_license="NY-1",
            registered_at=LONG_AGO,
            registered_by=self.doctor,
        )
        self._certify(prescribers, {"prescriber": made}, self.facts.prescriber)
        return made

    def _site(self) -> pharmacies.Pharmacy:
        npi, ncpdp = f"1{next(SERIAL):08d}", f"{next(SERIAL):06d}"
        made = pharmacies.Pharmacy.objects.create(
            name="Harbor Pharmacy",
            ncpdp_id=ncpdp + ncpdp_check_digit(ncpdp),
            npi=npi + npi_check_digit(npi),
            zone=self.facts.pharmacy.zone or "America/New_York",
            registered_at=LONG_AGO,
            registered_by=self.pharmacist,
        )
        pharmacies.Pharmacist.objects.create(
            person=self.pharmacist, pharmacy=made, from_at=LONG_AGO, from_by=self.pharmacist
        )
        self._certify(pharmacies, {"pharmacy": made}, self.facts.pharmacy)
        return made

    def _patient(self) -> patients.Patient:
        born = self.facts.patient.born or LONG_AGO.date()
        return patients.Patient.objects.create(
            first_name="Mary",
            last_name="Major",
            born=born,
            created_at=max(LONG_AGO, instant(born)),
            created_by=self.doctor,
        )

    def _enrollment(self) -> models.Enrollment:
        since = LONG_AGO if self.facts.patient.enrolled else self.at + timedelta(days=1)
        return models.Enrollment.objects.create(
            patient=self.patient,
            program=self.facts.program,
            prescriber=self.prescriber,
            enrolled_at=since,
            enrolled_by=self.doctor,
        )

    # Facts -------------------------------------------------------------------------------------

    def _kept(self, at: datetime) -> dict[str, Any]:
        return {"recorded_at": at, "recorded_by": self.doctor}

    def _facts_of_patient(self) -> None:
        self._category()
        self._agreement()
        self._tests()
        self._contraception()
        self._reports()
        self._therapy()
        for completed in self.facts.surveys:
            at = instant(completed)
            patients.PatientSurvey.objects.create(
                patient=self.patient,
                program=self.facts.program,
                completed_at=at,
                answered_by="Mary Major",
                **self._kept(at),
            )

    def _category(self) -> None:
        known = self.facts.patient
        if known.category is not None:
            before = "adult_female_nrp" if known.able_since else ""
            since = instant(known.able_since) if known.able_since else LONG_AGO
            models.CategoryAssignment.objects.create(
                enrollment=self.enrollment,
                category=known.category.value,
                basis=known.category_basis or "",
                last_menses=known.last_menses,
                since=since,
                before=before,
                **self._kept(max(since, instant(known.last_menses) if known.last_menses else since)),
            )
        if known.menarche_reported:
            patients.MenarcheReport.objects.create(patient=self.patient, reported_at=LONG_AGO, **self._kept(LONG_AGO))
        if known.cycle is not None:
            patients.CycleReport.objects.create(
                patient=self.patient, cycle=known.cycle.value, reported_at=LONG_AGO, **self._kept(LONG_AGO)
            )

    def _agreement(self) -> None:
        signed = self.facts.agreement
        if signed is None or signed.signed_on is None:
            return
        category = signed.category or self.facts.patient.category
        if category is None:
            return
        at = instant(signed.signed_on)
        models.Agreement.objects.create(
            enrollment=self.enrollment,
            category=category.value,
            prescriber=self.prescriber,
            diagnosis="C90.00",
            signed_on=at.astimezone(ZONE).date(),
            guardian_signed=bool(signed.guardian_signed),
            **self._kept(at),
        )

    def _tests(self) -> None:
        for test in self.facts.tests:
            if test.collected is None:
                raise Unstorable("a test without its day")
            at = instant(test.collected)
            patients.PregnancyTest.objects.create(
                patient=self.patient,
                collected_at=at,
                result=(test.result or "indeterminate"),
                method="serum",
                sensitivity_miu_ml=test.sensitivity_miu_ml,
                home=test.home,
                **self._kept(at),
            )

    def _contraception(self) -> None:
        attested = self.facts.contraception
        if attested is None:
            return
        known = Contraceptive.values
        at = max(LONG_AGO, instant(attested.since)) if attested.since else LONG_AGO
        patients.ContraceptionAttestation.objects.create(
            patient=self.patient,
            attested_at=at,
            since=attested.since,
            abstinence=attested.abstinence,
            methods=[method for method in attested.methods if method in known],
            attested_by_name="Mary Major",
            **self._kept(at),
        )

    def _reports(self) -> None:
        for report in self.facts.reports:
            opened = instant(report.opened) if report.opened else LONG_AGO
            row = patients.Report.objects.create(
                patient=self.patient,
                kind=report.kind.value,
                subject=(report.subject or "patient"),
                opened_at=opened,
                **self._kept(opened),
            )
            if report.closed is not None:
                closed = instant(report.closed)
                patients.ReportClosing.objects.create(
                    report=row, closed_at=closed, outcome=_outcome(report.kind, report.outcome), **self._kept(closed)
                )

    def _therapy(self) -> None:
        pause = self.facts.interruption
        days: list[tuple[str, date | None, date | None]] = [
            ("first_dose", self.facts.first_dose, None),
            ("end", self.facts.therapy_ended, None),
            ("interruption", pause.start if pause else None, pause.end if pause else None),
        ]
        for kind, start, end in days:
            if start is not None:
                patients.TherapyDate.objects.create(
                    patient=self.patient,
                    program=self.facts.program,
                    kind=kind,
                    starts_on=start,
                    ends_on=end,
                    **self._kept(instant(start)),
                )

    # Prescription and numbers ------------------------------------------------------------------

    def _prescription(self) -> models.Prescription:
        """Written as the scenario says, but not after its number or the question."""
        number = self.facts.authorization
        times = [self.facts.prescription.written, number.issued if number else None]
        at = min([self.at, *(instant(when) for when in times if when)])
        row = self._prescribed(at)
        for done, kind, moment in (
            (self.facts.counseled, models.Counseling, "counseled_at"),
            (self.facts.prescriber_survey_completed, models.PrescriberSurvey, "completed_at"),
        ):
            if done:
                kind.objects.create(prescription=row, **{moment: at}, **self._kept(at))
        return row

    def _prescribed(self, at: datetime, **changes: Any) -> models.Prescription:
        written = self.facts.prescription
        values = {
            "days_supply": int(written.days_supply) if written.days_supply is not None else None,
            "refill": written.refill,
            "verbal": written.verbal,
            "category": written.category.value if written.category else "",
        }
        return models.Prescription.objects.create(
            enrollment=self.enrollment,
            prescriber=self.prescriber,
            written_at=at,
            **{**values, **changes},
            **self._kept(at),
        )

    def _decided(self, stage: Stage, at: datetime) -> models.Decision:
        return models.Decision.objects.create(
            stage=stage.value,
            outcome="allowed",
            program=self.facts.program,
            at=at,
            facts={"prescription": {"category": _code(self.facts.prescription.category)}},
            findings=[],
            patient=self.patient,
            by=self.doctor,
            recorded_at=at,
        )

    def _issue(self, prescription: models.Prescription, number: IssuedNumber) -> models.Authorization:
        at = instant(number.issued) if number.issued else self.at
        cancelled = _moment(number.cancelled, at)
        return models.Authorization.objects.create(
            number=numbers.new_number(numbers.Kind.AUTHORIZATION).text,
            prescription=prescription,
            patient=self.patient,
            program=number.program or self.facts.program,
            category=(self.facts.patient.category or "adult_male"),
            issued_at=at,
            closes_at=number.closes or at + timedelta(days=365),
            decision=self._decided(Stage.AUTHORIZE, at),
            by=self.doctor,
            **self._cancelled(cancelled),
        )

    def _cancelled(self, at: datetime | None) -> dict[str, Any]:
        return {"cancelled_at": at, "cancelled_by": self.doctor, "cancel_reason": "As the scenario says"} if at else {}

    def _authorization(self) -> models.Authorization | None:
        number = self.facts.authorization
        if number is None or number.issued is None:
            return None
        row = self._issue(self.prescription, number)
        used = _moment(number.used, row.issued_at)
        if used is not None and used <= self.at and not self._confirmation_used():
            self._dispensed(row, used, days_supply=28)
        return row

    def _confirmation_used(self) -> bool:
        number = self.facts.confirmation
        return number is not None and number.issued is not None and number.used is not False

    def _dispensed(self, authorization: models.Authorization, at: datetime, *, days_supply: int) -> None:
        confirmation = self._confirmed(authorization, at, lapsed_at=at)
        self._hand_over(authorization, confirmation, at, days_supply)

    def _hand_over(self, authorization: Any, confirmation: Any, at: datetime, days_supply: int) -> None:
        models.Dispensing.objects.create(
            authorization=authorization,
            confirmation=confirmation,
            patient=self.patient,
            program=self.facts.program,
            pharmacy=self.site,
            handed_over_at=at,
            method="hand",
            medication_guide=True,
            days_supply=days_supply,
            decision=self._decided(Stage.HAND_OVER, at),
            by=self.pharmacist,
        )

    def _confirmed(self, authorization: models.Authorization, at: datetime, **state: Any) -> models.Confirmation:
        return models.Confirmation.objects.create(
            number=numbers.new_number(numbers.Kind.CONFIRMATION).text,
            authorization=authorization,
            pharmacy=self.site,
            issued_at=at,
            lapses_at=at + timedelta(hours=24),
            decision=self._decided(Stage.CONFIRM, at),
            by=self.pharmacist,
            **state,
        )

    def _earlier_dispensings(self) -> None:
        last = self.facts.last_dispense
        if last is None or last.date is None:
            return
        at = min(instant(last.date, end=True), self.at)
        for when in {instant(when, end=True) for when in self.facts.dispensings} - {at}:
            self._earlier(when, days_supply=28)
        self._earlier(at, days_supply=int(last.days_supply or 28))

    def _earlier(self, at: datetime, *, days_supply: int) -> None:
        number = IssuedNumber(issued=at - timedelta(hours=1))
        earlier = self._issue(self._prescribed(at - timedelta(hours=2), days_supply=28), number)
        self._dispensed(earlier, at, days_supply=days_supply)

    def _confirmation(self) -> models.Confirmation | None:
        number = self.facts.confirmation
        if number is None or number.issued is None or self.authorization is None:
            return None
        at = instant(number.issued)
        if at > self.at:
            return None
        row = self._confirmed(self.authorization, at, **self._cancelled(_moment(number.cancelled, at)))
        used = _moment(number.used, at)
        if used is not None and used <= self.at:
            self._hand_over(self.authorization, row, used, 28)
        return row

    def _extended(self, given: Extension) -> None:
        """The outage and the extension, each recorded by one administrator and approved by another."""
        one, other = person("Jo Lindgren", Role.ADMINISTRATOR), person("Max Ostrow", Role.ADMINISTRATOR)
        ruled = {"decided_at": given.approved, "decided_by": other, "ruling": "approved", "ruling_reason": "Seen"}
        outage = models.Outage.objects.create(
            since=given.began, until=given.ended, what="Down", recorded_at=given.ended, recorded_by=one, **ruled
        )
        of_confirmation = given.window is Window.CONFIRMATION
        models.Extension.objects.create(
            outage=outage,
            patient=self.patient,
            authorization=None if of_confirmation else self.authorization,
            confirmation=self.confirmation if of_confirmation else None,
            closed=given.closed,
            until=given.until,
            reason="Lost in the outage",
            asked_at=given.ended,
            asked_by=one,
            **ruled,
        )

    def tick(self, at: datetime) -> None:
        """The checklist and the count, as kept when the confirmation was asked for."""
        if self.authorization is None:
            return
        category = self.authorization.category
        if self.facts.checklist_complete:
            points = list(checklists.required_points(category))
            models.Checklist.objects.create(
                authorization=self.authorization, category=category, points=points, complete=True, **self._kept(at)
            )
        if self.facts.days_on_hand is not None:
            models.DaysCounted.objects.create(
                authorization=self.authorization, days=int(self.facts.days_on_hand), **self._kept(at)
            )

    @property
    def number(self) -> models.Authorization:
        """The authorization that is there."""
        if self.authorization is None:
            raise LookupError("these rows have no authorization")
        return self.authorization

    @property
    def confirmed(self) -> models.Confirmation:
        """The confirmation that is there."""
        if self.confirmation is None:
            raise LookupError("these rows have no confirmation")
        return self.confirmation

    # The question ------------------------------------------------------------------------------

    def ask(self) -> models.Decision:
        """The gate's own act, asked by the person who asks it."""
        if self.stage is Stage.AUTHORIZE:
            return gate.authorize(prescription=self.prescription, by=self.doctor)
        presented: dict[str, Any] = {"authorization": self.authorization, "prescription": self.prescription}
        if self.stage is Stage.CONFIRM:
            category = self.facts.prescription.category
            return gate.confirm(
                **presented,
                pharmacy=self.site,
                category=category.value if category else "",
                points=self._points(),
                days_counted=int(self.facts.days_on_hand) if self.facts.days_on_hand is not None else None,
                by=self.pharmacist,
            )
        self.tick(self.confirmation.issued_at if self.confirmation else self.at)
        return gate.hand_over(
            **presented,
            confirmation=self.confirmation,
            pharmacy=self.site,
            method=self._method(),
            medication_guide=bool(self.facts.medication_guide_given),
            by=self.pharmacist,
        )

    def _method(self) -> str:
        """The way; one that the program does not ask about has to be said all the same."""
        category = self.facts.patient.category
        if self.facts.method is None and category is not None and not category.can_get_pregnant:
            return "hand"
        return self.facts.method.value if self.facts.method else ""

    def _points(self) -> list[str]:
        if not self.facts.checklist_complete or self.authorization is None:
            return []
        return list(checklists.required_points(self.authorization.category))


def _moment(state: bool | When, since: datetime) -> datetime | None:
    if isinstance(state, bool):
        return since if state else None
    return instant(state)


def _code(category: Any) -> str | None:
    return category.value if category else None


def _outcome(kind: str, outcome: str | None) -> str:
    known = ReportOutcome.values
    if kind != "pregnancy" and outcome is None:
        return "evaluated"
    if outcome is None:
        return "unknown"
    return outcome if outcome in known else "live_birth"
