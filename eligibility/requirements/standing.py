"""Enrollment, agreement, age, re-enrollment; certification of prescribers and sites."""

from dataclasses import dataclass
from typing import ClassVar

from eligibility.calendar import add_months
from eligibility.case import Case
from eligibility.facts import Agreement, Certification
from eligibility.findings import INSTANT, Finding, blocked, met
from eligibility.reasons import Reason
from eligibility.requirements.base import Requirement, unit
from eligibility.vocabulary import Stage


def agreement_in_force(case: Case) -> Agreement | None:
    """The agreement, if it was signed by the question."""
    agreement = case.facts.agreement
    return agreement if agreement and case.happened(agreement.signed_on) else None


@dataclass(frozen=True, kw_only=True)
class Enrolled(Requirement):
    """The patient is enrolled in this program."""

    title: ClassVar[str] = "Enrollment"
    says: ClassVar[str] = "The patient is enrolled in the program."

    def check(self, case: Case) -> Finding:
        """Unknown counts as not enrolled."""
        return met(self) if case.patient.enrolled is True else blocked(self, Reason.PATIENT_NOT_ENROLLED)


@dataclass(frozen=True, kw_only=True)
class AgreementSigned(Requirement):
    """An agreement was signed by the day of the question."""

    title: ClassVar[str] = "Patient-Physician Agreement"
    says: ClassVar[str] = "The patient has signed the Patient-Physician Agreement."

    def check(self, case: Case) -> Finding:
        """One signed later counts for nothing."""
        if agreement_in_force(case):
            return met(self)
        signed = case.facts.agreement.signed_on if case.facts.agreement else None
        return blocked(
            self,
            Reason.AGREEMENT_MISSING,
            case="later" if signed else "none",
            signed=signed,
        )


@dataclass(frozen=True, kw_only=True)
class GuardianSigned(Requirement):
    """A child's agreement carries the guardian's signature."""

    title: ClassVar[str] = "Guardian's signature"
    says: ClassVar[str] = "For a child, a parent or guardian has signed the agreement."

    def check(self, case: Case) -> Finding:
        """Asked for the categories of children only."""
        agreement = agreement_in_force(case)
        if not (case.category and case.category.child) or (agreement and agreement.guardian_signed is True):
            return met(self)
        signed = agreement.signed_on if agreement else None
        return blocked(
            self,
            Reason.GUARDIAN_SIGNATURE_MISSING,
            case="unsigned" if agreement else "no_agreement",
            signed=signed,
        )


@dataclass(frozen=True, kw_only=True)
class AgreementOfCategory(Requirement):
    """The agreement is the form of the patient's category."""

    title: ClassVar[str] = "Agreement of the category"
    says: ClassVar[str] = "The signed agreement is the form of the patient's risk category."

    def check(self, case: Case) -> Finding:
        """An agreement that names no category is the patient's own form."""
        agreement = agreement_in_force(case)
        written = agreement.category if agreement else None
        if written is None or written is case.category:
            return met(self)
        return blocked(
            self,
            Reason.CATEGORY_MISMATCH,
            case="agreement",
            written=written,
            category=case.category,
        )


@dataclass(frozen=True, kw_only=True)
class AgeFitsForm(Requirement):
    """A child's category before the 18th birthday, an adult's from that day on."""

    title: ClassVar[str] = "Age and form"
    says: ClassVar[str] = (
        "Children's categories and forms serve until the day before the birthday at {adult_from_years}."
    )

    adult_from_years: int = unit("years")

    def check(self, case: Case) -> Finding:
        """Age is judged against the patient's category, in calendar days of the program's zone."""
        born, category = case.patient.born, case.category
        if born is None or born > case.today:
            return blocked(self, Reason.AGE_FORM_MISMATCH, case="born_unknown")
        if category is None:
            return blocked(self, Reason.AGE_FORM_MISMATCH, case="category_unknown")
        birthday = add_months(born, 12 * self.adult_from_years)
        adult = case.today >= birthday
        if category.child and adult:
            return blocked(self, Reason.AGE_FORM_MISMATCH, case="adult", birthday=birthday, years=self.adult_from_years)
        if not category.child and not adult:
            opens = case.start(birthday)
            return blocked(
                self,
                Reason.AGE_FORM_MISMATCH,
                opens=opens,
                case="child",
                birthday=birthday,
                years=self.adult_from_years,
            )
        return met(self, until=case.start(birthday) - INSTANT if category.child else None)


@dataclass(frozen=True, kw_only=True)
class ReEnrolled(Requirement):
    """After a long stop of therapy a new agreement, signed after the stop."""

    title: ClassVar[str] = "Re-enrollment"
    says: ClassVar[str] = "After {after_months} without therapy a new agreement is signed, after the stop."

    after_months: int = unit("months")

    def check(self, case: Case) -> Finding:
        """A dispensing within the months ends the stop; signing on its day is not after it."""
        ended = case.facts.therapy_ended
        if ended is None:
            return met(self)
        stop = case.day(ended)
        limit = add_months(stop, self.after_months)
        agreement = agreement_in_force(case)
        signed = agreement.signed_on if agreement else None
        resumed = any(stop < case.day(dispensed) < limit for dispensed in case.dispensings)
        if resumed or (signed is not None and case.day(signed) > stop):
            return met(self)
        if case.today < limit:
            return met(self, until=case.start(limit) - INSTANT)
        return blocked(self, Reason.RE_ENROLLMENT_REQUIRED, ended=stop, months=self.after_months)


def is_certified(case: Case, holder: Certification) -> bool:
    """Certified by the question, and not deactivated at or after that certification (D)."""
    if holder.certified is None or not case.happened(holder.certified):
        return False
    if holder.deactivated is None or not case.happened(holder.deactivated):
        return True
    return case.instant(holder.deactivated) < case.instant(holder.certified)


def not_certified(case: Case, requirement: Requirement, holder: Certification, reason: Reason) -> Finding:
    """The finding for a prescriber or a site without a certification in force."""
    known = holder.deactivated is not None and case.happened(holder.deactivated)
    return blocked(
        requirement,
        reason,
        case="deactivated" if known else "never",
        deactivated=holder.deactivated if known else None,
    )


@dataclass(frozen=True, kw_only=True)
class PrescriberCertified(Requirement):
    """The prescriber is certified at the moment of the question."""

    title: ClassVar[str] = "Prescriber's certification"
    says: ClassVar[str] = "The prescriber is certified in the program at that moment, also for numbers issued before."

    def check(self, case: Case) -> Finding:
        """A deactivation blocks numbers issued before it too."""
        holder = case.facts.prescriber
        if is_certified(case, holder):
            return met(self)
        return not_certified(case, self, holder, Reason.PRESCRIBER_NOT_CERTIFIED)


@dataclass(frozen=True, kw_only=True)
class PharmacyCertified(Requirement):
    """The site is certified at the moment of the question."""

    stage: ClassVar[Stage] = Stage.CONFIRM
    title: ClassVar[str] = "Site's certification"
    says: ClassVar[str] = "The pharmacy's site is certified at that moment; each site of a chain on its own."

    def check(self, case: Case) -> Finding:
        """Each site stands for itself."""
        holder = case.facts.pharmacy
        if is_certified(case, holder):
            return met(self)
        return not_certified(case, self, holder, Reason.PHARMACY_NOT_CERTIFIED)
