"""One patient's way through one program: every step that a story is made of.

Each step is a generator: it yields the instant at which it happens and then does it, by the act that
does it in the application, as the person who would.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from audit import clock
from eligibility import Category
from eligibility.calendar import add_months
from patients import actions as patients
from patients.models import Patient
from rems import models
from rems.actions import enrollment as enrolling
from rems.actions import gate, prescribing
from rems.checklists import required_points
from rems.demo.chronicle import Story
from rems.demo.company import Company, signs
from rems.demo.person import Person
from rems.demo.registry import DIAGNOSES, HARBOR, STRENGTHS
from rems.demo.surveys import patient_answers, prescriber_answers

MINUTE = timedelta(minutes=1)
TO_RESULT = timedelta(hours=2)
LABORATORY = "Bellevue Clinical Laboratory"


class Unexpected(Exception):
    """The gate's answer is not the one that the story tells."""


@dataclass(kw_only=True)
class Course:
    """A patient in a program, in a prescriber's care; the newest prescription and its numbers.

    ``later``: how much later than others this one comes in the day, so that nobody crowds a minute.
    """

    company: Company
    person: Person
    program: str
    category: Category
    prescriber: str = "prescriber"
    basis: str = ""
    last_menses: date | None = None
    site: str = HARBOR
    patient: Patient | None = None
    second_pharmacist: bool = False
    later: timedelta = timedelta(0)
    surveyed_at: datetime | None = None
    dispensed_at: datetime | None = None
    enrollment: models.Enrollment = field(init=False)
    prescription: models.Prescription = field(init=False)
    authorization: models.Authorization = field(init=False)
    confirmation: models.Confirmation = field(init=False)

    @property
    def signing(self) -> dict[str, Any]:
        """Who signs an agreement, today."""
        guardian = self.person.guardian if self.category.child else ""
        return {"signed_on": _today(), "patient_name": self.person.name, "guardian_name": guardian}

    @property
    def known(self) -> Patient:
        """The patient, who is on record by now."""
        if self.patient is None:
            raise ValueError(f"{self.person.name} is not on record yet.")
        return self.patient

    # Enrollment ------------------------------------------------------------------------------

    def enrolled(self, day: int, *, protected_for: int = 35) -> Story:
        """Registered, unless known already, and enrolled; who can get pregnant attests contraception."""
        yield self.on(day, 9, 10)
        with self.company.prescribing(self.prescriber) as by:
            self.patient = self.patient or patients.register_patient(**self.person.details, by=by)
            self.enrollment = enrolling.enroll(
                patient=self.patient,
                program=self.program,
                prescriber=self.company.prescribers[self.prescriber],
                category=self.category.value,
                basis=self.basis,
                last_menses=self.last_menses,
                diagnosis=DIAGNOSES[self.program],
                given=signs(by),
                by=by,
                **self.signing,
            )
        if self.category.can_get_pregnant:
            yield self.on(day, 9, 30)
            self._attest(since=_today() - timedelta(days=protected_for))
            with self.company.prescribing(self.prescriber) as by:
                patients.record_cycle(patient=self.patient, cycle="regular", by=by)

    def attested(self, at: datetime, *, since: date, methods: tuple[str, ...] | None = None) -> Story:
        """A new attestation; without methods that of enrollment."""
        yield at
        self._attest(since=since, methods=methods)

    def _attest(self, *, since: date, methods: tuple[str, ...] | None = None) -> None:
        child = self.category.child
        used = ("hormonal", "male_condom") if methods is None and not child else methods or ()
        with self.company.prescribing(self.prescriber) as by:
            patients.record_attestation(
                patient=self.known,
                attested_by_name=self.person.name,
                methods=used,
                abstinence=child,
                since=since,
                given=signs(by),
                by=by,
            )

    # What is found out -----------------------------------------------------------------------

    def tested(
        self,
        at: datetime,
        *,
        result: str = "negative",
        sensitivity: int = 25,
        home: bool = False,
        to_result: timedelta = TO_RESULT,
    ) -> Story:
        """A sample taken at ``at``; its result is entered when it is there."""
        yield at + to_result
        with self.company.entering(self.prescriber) as by:
            patients.record_test(
                patient=self.known,
                collected_at=at,
                resulted_at=at + to_result / 2,
                result=result,
                method="urine" if home else "serum",
                sensitivity_miu_ml=sensitivity,
                home=home,
                laboratory="" if home else LABORATORY,
                by=by,
            )

    def surveyed(self, at: datetime) -> Story:
        """The patient's survey, answered together."""
        yield at
        with self.company.entering(self.prescriber) as by:
            patients.record_survey(
                patient=self.known,
                program=self.program,
                answers=patient_answers(self.category),
                answered_by=self.person.guardian or self.person.name,
                by=by,
            )
        self.surveyed_at = at

    def first_dose(self, at: datetime, *, taken: date) -> Story:
        """The day of the first dose becomes known."""
        yield at
        with self.company.entering(self.prescriber) as by:
            patients.record_first_dose(patient=self.known, program=self.program, starts_on=taken, by=by)

    # Prescription and numbers ----------------------------------------------------------------

    def prescribed(
        self,
        at: datetime,
        *,
        days: int = 28,
        counseled: bool = True,
        surveyed: bool = True,
        category: str | None = None,
        refill: bool = False,
        verbal: bool = False,
    ) -> Story:
        """A prescription; then counseling and the prescriber's survey, unless left out."""
        yield at
        strength, capsules = STRENGTHS[self.program]
        with self.company.prescribing(self.prescriber) as by:
            self.prescription = prescribing.prescribe(
                enrollment=self.enrollment,
                items=[(self.company.product(self.program, strength), capsules)],
                days_supply=days,
                category=self.category.value if category is None else category,
                refill=refill,
                verbal=verbal,
                by=by,
            )
        yield at + 4 * MINUTE
        with self.company.prescribing(self.prescriber) as by:
            if counseled:
                prescribing.record_counseling(prescription=self.prescription, given=signs(by), by=by)
            if surveyed:
                prescribing.answer_prescriber_survey(
                    prescription=self.prescription,
                    answers=prescriber_answers(self.category),
                    results=prescribing.newest_results(self.known) if self.category.can_get_pregnant else [],
                    given=signs(by),
                    by=by,
                )

    def asked(self, at: datetime, *, allowed: bool) -> Story:
        """The prescriber asks for an authorization. Raises Unexpected for another answer."""
        yield at
        with self.company.prescribing(self.prescriber) as by:
            decision = gate.authorize(prescription=self.prescription, by=by)
        self._expect(decision, allowed=allowed)
        if allowed:
            self.authorization = decision.issued_authorization

    def authorized(self, at: datetime, **paper: Any) -> Story:
        """A prescription with everything, and its number nine minutes later."""
        yield from self.prescribed(at, **paper)
        yield from self.asked(at + 9 * MINUTE, allowed=True)

    def presented(self, at: datetime, *, allowed: bool) -> Story:
        """The pharmacist asks for a confirmation. Raises Unexpected for another answer."""
        yield at
        with self.company.dispensing(self.site, second=self.second_pharmacist) as by:
            decision = gate.confirm(
                authorization=self.authorization,
                pharmacy=self.company.sites[self.site],
                category=self.prescription.category,
                points=required_points(self.category),
                by=by,
            )
        self._expect(decision, allowed=allowed)
        if allowed:
            self.confirmation = decision.issued_confirmation

    def handed_over(self, at: datetime, *, method: str = "hand") -> Story:
        """The medicine leaves. Raises Unexpected where the gate refuses."""
        yield at
        with self.company.dispensing(self.site, second=self.second_pharmacist) as by:
            decision = gate.hand_over(confirmation=self.confirmation, method=method, medication_guide=True, by=by)
        self._expect(decision, allowed=True)
        self.dispensed_at = at

    def dispensed(self, at: datetime, *, method: str = "hand") -> Story:
        """Confirmed and handed over twelve minutes later."""
        yield from self.presented(at, allowed=True)
        yield from self.handed_over(at + 12 * MINUTE, method=method)

    def _expect(self, decision: models.Decision, *, allowed: bool) -> None:
        if decision.allowed is not allowed:
            reasons = [finding["reason"] for finding in decision.findings if finding["level"] == "unmet"]
            raise Unexpected(f"{self.person.name}, {decision.stage} at {decision.at}: {reasons or 'allowed'}")

    # A month of treatment --------------------------------------------------------------------

    def on(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A time of the day so many days ago, as late as this one comes."""
        return self.company.when.day(day, hour, minute) + self.later

    def fill(self, day: int, *, method: str = "hand") -> Story:
        """Everything for one dispensing, within one day, one or more days ago."""
        if self.category.can_get_pregnant:
            yield from self.tested(self.on(day, 8, 15))
        if self._owes_survey(self.on(day, 11)):
            yield from self.surveyed(self.on(day, 11))
        yield from self.authorized(self.on(day, 13))
        yield from self.dispensed(self.on(day, 15, 30), method=method)

    def started(self, day: int) -> Story:
        """The first dispensing, so many days ago; before it two tests, after it the first dose."""
        when = self.company.when
        if self.category.can_get_pregnant:
            yield from self.tested(when.day(day + 12))
        yield from self.fill(day)
        if self.category.can_get_pregnant:
            yield from self.first_dose(when.day(day - 1), taken=when.date_of(day))

    def weekly(self, start: int, *, until: int = 1) -> Story:
        """The tests of the first four weeks, on their days, as long as they are past."""
        for day in range(start - 7, max(start - 28, until - 1), -7):
            yield from self.tested(self.company.when.day(day, 8, 45))

    def _owes_survey(self, at: datetime) -> bool:
        """As the rule book asks it of the category."""
        if self.category is Category.ADULT_FEMALE_NRP:
            last = self.surveyed_at
            return last is None or clock.local_date(at) > add_months(clock.local_date(last), 6)
        return self.category.can_get_pregnant or self.dispensed_at is not None


def _today() -> date:
    return clock.local_date(clock.now())
