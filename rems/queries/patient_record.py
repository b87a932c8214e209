"""One patient for the program's administrator, to be read: how each program stands, and by break-glass the record.

What asks for an ``Opening`` is the record itself; ``rems.queries.openings.opening_of`` gives one that is in force.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from eligibility.findings import Decision
from eligibility.wording import Said, say, word_for
from patients.models import Report
from rems import gate
from rems.display.clock import zone_of
from rems.display.names import names_for
from rems.models import Authorization, Enrollment, Opening
from rems.queries import standing
from rems.queries.course import Course, course_of
from rems.queries.signatures import Shown, key_of, signatures_on


class Standing(NamedTuple):
    """A program: the enrollment, and what an authorization would be answered now."""

    enrollment: Enrollment
    decision: Decision
    names: dict[str, str]

    @property
    def stops(self) -> list[Said]:
        """What would stop an authorization now; of its words a work list prints the title and who clears it."""
        zone = zone_of(self.enrollment.program)
        return [say(finding, zone=zone, names=self.names) for finding in self.decision.unmet]


class Known(NamedTuple):
    """One fact: when it happened, what it is, when and by whom it was recorded."""

    when: date | datetime
    what: str
    words: str
    recorded_at: datetime
    by: Any
    late: bool
    corrects: str
    fact: Any
    signatures: list[Shown]


def standings(enrollments: Sequence[Enrollment], *, at: datetime) -> list[Standing]:
    """Asks the engine for each enrollment; writes nothing and issues nothing."""
    answers = gate.standings(enrollments, at=at)
    return [
        Standing(enrollment, answers[enrollment.pk], _names(enrollment, answers[enrollment.pk]))
        for enrollment in enrollments
    ]


def _names(enrollment: Enrollment, decision: Decision) -> dict[str, str]:
    return names_for(
        program=enrollment.program,
        patient=enrollment.patient,
        prescriber=enrollment.prescriber,
        decision=decision,
    )


def facts_of(opening: Opening) -> list[Known]:
    """All that is known of the patient as it stands, newest first."""
    patient = opening.patient
    found: list[Known] = []
    for test in patient.pregnancy_tests.current().select_related("recorded_by", "supersedes"):
        place = "home test" if test.home else test.laboratory
        sensitivity = f"detects {test.sensitivity_miu_ml} mIU/mL" if test.sensitivity_miu_ml is not None else ""
        words = _joined(test.get_result_display(), test.get_method_display(), sensitivity, place)
        found.append(_known(test, test.collected_at, "Pregnancy test", words))
    for row in patient.attestations.current().select_related("recorded_by", "supersedes"):
        methods = "Continuous abstinence" if row.abstinence else ", ".join(word_for(m) for m in row.methods)
        since = f"since {row.since:%b} {row.since.day}, {row.since.year}" if row.since else "since when is not known"
        found.append(_known(row, row.attested_at, "Contraception", _joined(methods, since)))
    for row in patient.cycle_reports.current().select_related("recorded_by", "supersedes"):
        found.append(_known(row, row.reported_at, "Cycle", row.get_cycle_display()))
    for row in patient.menarche_reports.current().select_related("recorded_by", "supersedes"):
        found.append(_known(row, row.reported_at, "First period", "Reported"))
    for row in patient.surveys.current().select_related("recorded_by", "supersedes"):
        found.append(_known(row, row.completed_at, "Patient survey", f"Answered by {row.answered_by}"))
    for row in patient.therapy_dates.current().select_related("recorded_by", "supersedes"):
        found.append(_known(row, row.starts_on, "Therapy", row.get_kind_display()))
    for row in patient.reports.current().select_related("recorded_by", "supersedes"):
        found.append(_known(row, row.opened_at, "Report", _report_words(row)))
    signed = signatures_on(known.fact for known in found)
    listed = [known._replace(signatures=signed.get(key_of(known.fact), [])) for known in found]
    return sorted(listed, key=lambda known: known.recorded_at, reverse=True)


def courses_of(opening: Opening, *, at: datetime) -> dict[int, Course]:
    """The patient's courses by their enrollments, of those that a program gates at ``at``."""
    enrollments = Enrollment.objects.filter(patient=opening.patient_id).select_related("patient", "prescriber")
    return {row.enrollment.pk: course_of(row) for row in standing.standings(enrollments, at=at)}


def numbers_of(opening: Opening) -> list[Authorization]:
    """The authorizations of the patient, newest first, with their confirmations and dispensing."""
    found = Authorization.objects.filter(patient=opening.patient_id).select_related(
        "prescription", "dispensing__pharmacy"
    )
    return list(found.prefetch_related("confirmations__pharmacy").order_by("-issued_at", "-pk")[:20])


def _report_words(report: Report) -> str:
    closing = report.closings.current().order_by("-closed_at", "-pk").first()
    ending = f"outcome: {closing.get_outcome_display()}" if closing else "open"
    return _joined(report.get_kind_display(), report.get_subject_display(), ending)


def _known(fact: Any, when: date | datetime, what: str, words: str) -> Known:
    late = isinstance(when, datetime) and (fact.recorded_at - when).days >= 2
    return Known(when, what, words, fact.recorded_at, fact.recorded_by, late, fact.correction_reason, fact, [])


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
