"""Counseling, surveys, contraception and reports: what prescriber and patient owe each time."""

from dataclasses import dataclass
from typing import ClassVar

from eligibility.calendar import add_days, add_months
from eligibility.case import Case
from eligibility.facts import Report
from eligibility.findings import Finding, blocked, met, noted
from eligibility.reasons import Reason
from eligibility.requirements.base import Requirement, unit
from eligibility.vocabulary import ReportKind, Stage, Subject


@dataclass(frozen=True, kw_only=True)
class Counseled(Requirement):
    """The patient was counseled for this prescription."""

    title: ClassVar[str] = "Counseling"
    says: ClassVar[str] = "The prescriber counsels the patient before each prescription."

    def check(self, case: Case) -> Finding:
        """Unknown counts as not done."""
        return met(self) if case.facts.counseled is True else blocked(self, Reason.COUNSELING_MISSING)


@dataclass(frozen=True, kw_only=True)
class PrescriberSurvey(Requirement):
    """The prescriber answered the survey of this prescription."""

    title: ClassVar[str] = "Prescriber survey"
    says: ClassVar[str] = "The prescriber completes the survey before each prescription."

    def check(self, case: Case) -> Finding:
        """Unknown counts as not done."""
        done = case.facts.prescriber_survey_completed is True
        return met(self) if done else blocked(self, Reason.PRESCRIBER_SURVEY_MISSING)


@dataclass(frozen=True, kw_only=True)
class PatientSurvey(Requirement):
    """The patient answered the survey of the category in time for this authorization."""

    title: ClassVar[str] = "Patient survey"
    says: ClassVar[str] = (
        "A survey before the first prescription: {before_first}. Monthly, after the previous dispensing and at most "
        "{monthly_days} before the authorization: {monthly}. Good for {long_months}: {long}."
    )

    monthly_days: int = unit("days")
    long_months: int = unit("months")
    before_first: tuple[str, ...] = unit("list")
    monthly: tuple[str, ...] = unit("list")
    long: tuple[str, ...] = unit("list")

    def check(self, case: Case) -> Finding:
        """A survey's age counts back from the issue of the authorization. Only the newest matters."""
        last = case.facts.last_dispense
        completed = max((s for s in case.facts.surveys if case.happened(s)), key=case.instant, default=None)
        if last is not None and last.date is None:
            return blocked(self, Reason.PATIENT_SURVEY_OVERDUE, case="dispensing_unknown", completed=completed)
        if last is None and case.category and case.category not in self.before_first:
            return met(self)
        if completed is None:
            return blocked(self, Reason.PATIENT_SURVEY_OVERDUE, case="none", completed=None)
        six_monthly = case.category in self.long
        since_dispensing = six_monthly or last is None or last.date is None or case.before(last.date, completed)
        day = case.day(completed)
        through = add_months(day, self.long_months) if six_monthly else add_days(day, self.monthly_days)
        if not since_dispensing or through < case.prescribed_on:
            return blocked(self, Reason.PATIENT_SURVEY_OVERDUE, case="old", completed=completed)
        return met(self, until=None if case.as_of_authorization else case.end(through))


@dataclass(frozen=True, kw_only=True)
class ContraceptionSufficient(Requirement):
    """Abstinence, or a highly effective method and one more at once."""

    title: ClassVar[str] = "Contraception"
    says: ClassVar[str] = (
        "Continuous abstinence, or two methods at once: one highly effective ({highly_effective}) "
        "and one more ({additional})."
    )

    highly_effective: tuple[str, ...] = unit("list")
    additional: tuple[str, ...] = unit("list")

    def check(self, case: Case) -> Finding:
        """Asked on treatment too; a method that the program does not name counts for nothing."""
        attested = case.facts.contraception
        if not case.can_get_pregnant or (attested and attested.abstinence):
            return met(self)
        methods = attested.methods if attested else ()
        if any(m in self.highly_effective for m in methods) and any(m in self.additional for m in methods):
            return met(self)
        named = ", ".join(methods)
        return blocked(
            self,
            Reason.CONTRACEPTION_NOT_SUFFICIENT,
            case="methods" if named else "none",
            methods=named,
        )


@dataclass(frozen=True, kw_only=True)
class ContraceptionLongEnough(Requirement):
    """Protection lasts long enough, counted back from the day of the question."""

    title: ClassVar[str] = "Duration of contraception"
    says: ClassVar[str] = "Sufficient contraception since at least {min_days} without a gap."

    min_days: int = unit("days")

    def check(self, case: Case) -> Finding:
        """Unknown since blocks; time clears a beginning that is known."""
        if not case.can_get_pregnant:
            return met(self)
        since = case.facts.contraception.since if case.facts.contraception else None
        if since is None:
            return blocked(self, Reason.CONTRACEPTION_TOO_SHORT, case="unknown", limit=self.min_days)
        enough = add_days(case.day(since), self.min_days)
        if case.today >= enough:
            return met(self)
        days = (case.today - case.day(since)).days
        return blocked(
            self,
            Reason.CONTRACEPTION_TOO_SHORT,
            opens=case.start(enough),
            case="short",
            since=since,
            n=days,
            limit=self.min_days,
        )


@dataclass(frozen=True, kw_only=True)
class EvaluationClosed(Requirement):
    """No evaluation of a missed period or abnormal bleeding is open."""

    title: ClassVar[str] = "Evaluation"
    says: ClassVar[str] = (
        "A missed period or abnormal bleeding stops dispensing until the evaluation is closed, with a qualifying "
        "negative test collected on or after the day of the report, and counseling."
    )

    def check(self, case: Case) -> Finding:
        """In every category: reports about the patient block."""
        for report in case.reports:
            asked = report.kind is not ReportKind.PREGNANCY and report.subject is not Subject.PARTNER
            if asked and not self._closed(report, case):
                return blocked(self, Reason.EVALUATION_OPEN, case=report.kind, opened=report.opened)
        return met(self)

    def _closed(self, report: Report, case: Case) -> bool:
        if not case.happened(report.closed) or report.opened is None or case.facts.counseled is not True:
            return False
        opened = case.day(report.opened)
        return any(t.day >= opened for t in case.negatives)


@dataclass(frozen=True, kw_only=True)
class NoOpenPregnancyCase(Requirement):
    """No pregnancy report about the patient is open."""

    title: ClassVar[str] = "Pregnancy report"
    says: ClassVar[str] = "A pregnancy report about the patient blocks until it is closed with its outcome."

    def check(self, case: Case) -> Finding:
        """In every category; an outcome that is ongoing or unknown leaves it open."""
        for report in case.reports:
            if (
                report.kind is ReportKind.PREGNANCY
                and report.subject is not Subject.PARTNER
                and not case.closed(report)
            ):
                return blocked(self, Reason.PREGNANCY_CASE_OPEN, opened=report.opened)
        return met(self)


@dataclass(frozen=True, kw_only=True)
class PartnerPregnancy(Requirement):
    """The pregnancy of a male patient's partner is said and does not block."""

    title: ClassVar[str] = "Partner's pregnancy"
    says: ClassVar[str] = "An open pregnancy report about a male patient's partner is noted."

    def check(self, case: Case) -> Finding:
        """Noted while the case is open."""
        if case.category is None or not case.category.male:
            return met(self)
        for report in case.reports:
            if report.kind is ReportKind.PREGNANCY and report.subject is Subject.PARTNER and not case.closed(report):
                return noted(self, Reason.PARTNER_PREGNANCY_REPORTED, opened=report.opened)
        return met(self)


@dataclass(frozen=True, kw_only=True)
class ChecklistComplete(Requirement):
    """The Education and Counseling Checklist of the category is complete."""

    stage: ClassVar[Stage] = Stage.CONFIRM
    title: ClassVar[str] = "Counseling checklist"
    says: ClassVar[str] = "The pharmacist counsels and completes the checklist of the category each time."

    def check(self, case: Case) -> Finding:
        """Unknown counts as not done."""
        done = case.facts.checklist_complete is True
        return met(self) if done else blocked(self, Reason.CHECKLIST_INCOMPLETE, category=case.category)


@dataclass(frozen=True, kw_only=True)
class MedicationGuideGiven(Requirement):
    """The Medication Guide goes with the medicine."""

    stage: ClassVar[Stage] = Stage.HAND_OVER
    title: ClassVar[str] = "Medication Guide"
    says: ClassVar[str] = "The Medication Guide is given with every dispensing."

    def check(self, case: Case) -> Finding:
        """Unknown counts as not given."""
        given = case.facts.medication_guide_given is True
        return met(self) if given else blocked(self, Reason.MEDICATION_GUIDE_MISSING)
