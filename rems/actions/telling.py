"""What a patient says that somebody has to know at once: a report that holds the gate, and a concern.

Part of the act by which the patient says it: both are written together, or nothing. The end of the act
tells the prescriber and the program of it (``rems.happenings``).
"""

from dataclasses import dataclass

from accounts.models import Person
from audit.acts import Act
from patients.actions import open_report, record_menarche
from patients.choices import Subject
from patients.models import MenarcheReport, Patient, Report
from patients.queries import open_reports
from rems.models import Concern, Enrollment
from rems.surveys import MENARCHE, report_of

BY_PATIENT = "Told by {name} on the patient’s own pages: {said}"


@dataclass(frozen=True, kw_only=True)
class Teller:
    """Who is at the phone: the patient, or the guardian of a child, by name."""

    name: str
    guardian: bool = False

    @property
    def described(self) -> dict[str, str | bool]:
        """For the trail."""
        return {"told_by": self.name, "guardian": self.guardian}


def tell(
    frame: Act, enrollment: Enrollment, *, what: str, said: str, worry: str, teller: Teller, by: Person
) -> Concern:
    """Write it down for the prescriber and the program; ``worry``: what the gate has to hear of it, '' for nothing.

    A report like it that is open holds already, and no second one is opened. The patient is locked.
    """
    concern = Concern.objects.create(
        patient=enrollment.patient,
        enrollment=enrollment,
        what=what,
        said=said,
        teller=teller.name,
        report=_reported(enrollment.patient, worry, said=said, teller=teller, by=by),
        recorded_at=frame.at,
        recorded_by=by,
    )
    frame.record(concern, details={"what": what, "recorded_as": worry, **teller.described})
    return concern


def _reported(patient: Patient, worry: str, *, said: str, teller: Teller, by: Person) -> Report | None:
    """The report that this is, opened now or open already. A first period is no report; it is recorded once."""
    if worry == MENARCHE:
        if not MenarcheReport.objects.current().filter(patient=patient).exists():
            record_menarche(patient=patient, by=by)
        return None
    if not worry:
        return None
    wanted = report_of(worry)
    known = open_reports(patient.pk).filter(kind=wanted["kind"], subject=wanted["subject"]).first()
    if known is not None:
        return known
    note = BY_PATIENT.format(name=teller.name, said=said)
    return open_report(patient=patient, kind=wanted["kind"], subject=Subject(wanted["subject"]), note=note, by=by)
