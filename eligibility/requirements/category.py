"""The risk category and what it rests on."""

from dataclasses import dataclass
from typing import ClassVar

from eligibility.calendar import add_months
from eligibility.case import Case
from eligibility.findings import Finding, blocked, met
from eligibility.reasons import Reason
from eligibility.requirements.base import Requirement, unit
from eligibility.vocabulary import Category, Stage

MENOPAUSE = "natural_menopause"


@dataclass(frozen=True, kw_only=True)
class CategorySupported(Requirement):
    """Who is said not to be able to get pregnant cannot, for a reason that the program accepts."""

    title: ClassVar[str] = "Basis of the category"
    says: ClassVar[str] = (
        "An adult female cannot get pregnant only after: {accepted} (menopause: {menopause_months} in a row); "
        "a female child only as: {accepted_child}. Nothing else counts."
    )

    menopause_months: int = unit("months")
    accepted: tuple[str, ...] = unit("list")
    accepted_child: tuple[str, ...] = unit("list")

    def check(self, case: Case) -> Finding:
        """Only the categories that cannot get pregnant need a basis; an unknown category blocks."""
        if case.category is None:
            return blocked(self, Reason.CATEGORY_CRITERION_NOT_MET, case="category_unknown")
        if case.category is Category.ADULT_FEMALE_NRP:
            return self._adult(case)
        basis = case.patient.category_basis
        if case.category is Category.FEMALE_CHILD_NRP and basis not in self.accepted_child:
            return blocked(self, Reason.CATEGORY_CRITERION_NOT_MET, case="child", basis=basis)
        return met(self)

    def _adult(self, case: Case) -> Finding:
        basis, last = case.patient.category_basis, case.patient.last_menses
        if basis not in self.accepted:
            return blocked(
                self, Reason.CATEGORY_CRITERION_NOT_MET, case="basis", basis=basis, months=self.menopause_months
            )
        if basis != MENOPAUSE:
            return met(self)
        if last is None:
            return blocked(
                self,
                Reason.CATEGORY_CRITERION_NOT_MET,
                case="menses_unknown",
                months=self.menopause_months,
            )
        reached = add_months(last, self.menopause_months)
        if case.today >= reached:
            return met(self)
        opens = case.start(reached)
        return blocked(
            self,
            Reason.CATEGORY_CRITERION_NOT_MET,
            opens=opens,
            case="menopause",
            last=last,
            months=self.menopause_months,
        )


@dataclass(frozen=True, kw_only=True)
class NoMenarche(Requirement):
    """A child who has begun to menstruate is moved before anything else is authorized."""

    title: ClassVar[str] = "First period"
    says: ClassVar[str] = "Once menses are reported, a female child is moved to the category that can get pregnant."

    def check(self, case: Case) -> Finding:
        """Asked for a female child who cannot get pregnant."""
        if case.category is Category.FEMALE_CHILD_NRP and case.patient.menarche_reported:
            return blocked(self, Reason.CATEGORY_CHANGE_REQUIRED)
        return met(self)


@dataclass(frozen=True, kw_only=True)
class CategoryOnPrescription(Requirement):
    """The enrolled category stands on the prescription."""

    stage: ClassVar[Stage] = Stage.CONFIRM
    title: ClassVar[str] = "Category on the prescription"
    says: ClassVar[str] = "The prescription shows the risk category, and it is the enrolled one."

    def check(self, case: Case) -> Finding:
        """No category on the prescription is a mismatch."""
        written = case.facts.prescription.category
        if written is not None and written is case.category:
            return met(self)
        named = "prescription" if written else "none"
        return blocked(
            self,
            Reason.CATEGORY_MISMATCH,
            case=named,
            written=written,
            category=case.category,
        )
