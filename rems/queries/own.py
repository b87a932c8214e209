"""What exists for a patient: their own record, and what falls due by the gate's preview. Nobody else's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Person
from eligibility.calendar import day_of
from eligibility.editions import edition_in_force
from eligibility.findings import Level, Outcome
from eligibility.reasons import Reason
from eligibility.vocabulary import Stage
from patients.models import ContraceptionAttestation, PatientSurvey
from rems.display.verdicts import HELD
from rems.horizon.deadlines import Deadline, deadlines_of
from rems.models import Enrollment, PatientLink
from rems.models.choices import DueKind
from rems.queries.standing import Standing, standings

SOON = timedelta(days=7)
STOP = HELD | {Reason.EVALUATION_OPEN, Reason.CATEGORY_CHANGE_REQUIRED}
"""What the patient is told to stop for and to call."""
ASKED: dict[str, frozenset[Reason]] = {
    "test": frozenset(
        {
            Reason.FIRST_TEST_MISSING,
            Reason.SECOND_TEST_MISSING,
            Reason.TEST_OVERDUE,
            Reason.TEST_TOO_OLD,
            Reason.TEST_INDETERMINATE,
            Reason.TEST_NOT_SENSITIVE_ENOUGH,
            Reason.HOME_TEST_NOT_ACCEPTED,
        }
    ),
    "survey": frozenset({Reason.PATIENT_SURVEY_OVERDUE}),
    "agreement": frozenset(
        {
            Reason.AGREEMENT_MISSING,
            Reason.GUARDIAN_SIGNATURE_MISSING,
            Reason.AGE_FORM_MISMATCH,
            Reason.RE_ENROLLMENT_REQUIRED,
        }
    ),
    "contraception": frozenset({Reason.CONTRACEPTION_NOT_SUFFICIENT, Reason.CONTRACEPTION_TOO_SHORT}),
}
"""What the patient can do something about, and the findings that ask for it."""
OF_DEADLINE = {
    DueKind.TEST: "test",
    DueKind.SURVEY: "survey",
    DueKind.RE_ENROLLMENT: "agreement",
    DueKind.ADULT_FORM: "agreement",
}
LATE, NOW, NEAR, LATER, STOPPED = "late", "now", "soon", "later", "stop"
ORDER = (STOPPED, LATE, NOW, NEAR, LATER)


@dataclass(frozen=True, kw_only=True)
class Due:
    """One thing that a patient has to do, or may do from a day on.

    ``kind``: test, survey, agreement, contraception, capsules or stop; ``day``: by when, or from when, in the
    program's zone; None: no day follows from the rules. ``late``: by how many days.
    """

    kind: str
    state: str
    enrollment: Enrollment
    day: date | None = None
    late: int = 0
    done: bool = False
    """Whether it is done, and to be done anew by this day."""
    waits: bool = False
    """Of a fill: whether something else is to be done before."""

    @property
    def order(self) -> tuple[int, date]:
        """What comes first on the page."""
        return ORDER.index(self.state), self.day or date.min


def enrollments_of(person: Person) -> "QuerySet[Enrollment]":
    """The programs in which the patient who this person is is enrolled; none for everybody else."""
    rows = Enrollment.objects.filter(patient__account__person=person)
    return rows.select_related("patient", "prescriber__person").order_by("program")


def due_for(enrollments: Iterable[Enrollment], *, at: datetime) -> list[Due]:
    """What is due in these programs, what comes first on top."""
    found = [due for row in standings(enrollments, at=at) for due in _due_in(row)]
    return sorted(found, key=lambda due: due.order)


def _due_in(row: Standing) -> Iterator[Due]:
    """What is due in one program. After the end of the therapy only a new agreement is left."""
    if row.decision.outcome is Outcome.NOT_GATED:
        return
    if any(finding.reason in STOP for finding in row.decision.unmet):
        yield Due(kind="stop", state=STOPPED, enrollment=row.enrollment)
    edition = edition_in_force(row.enrollment.program, row.at)
    dated: dict[str, Due] = {}
    for deadline in deadlines_of(row.decision, row.facts, edition, stage=Stage.AUTHORIZE):
        kind = OF_DEADLINE.get(deadline.kind)
        if kind is not None:
            due = _of_deadline(row, kind, deadline)
            dated[kind] = min(due, dated.get(kind, due), key=lambda one: one.order)
    yield from dated.values()
    if not row.stopped:
        yield from _undated(row, besides=set(dated))
        yield from _capsules(row)


def _of_deadline(row: Standing, kind: str, deadline: Deadline) -> Due:
    if deadline.due_at is None:
        return Due(kind=kind, state=NOW, enrollment=row.enrollment)
    day = day_of(deadline.due_at, row.zone)
    late = (day_of(row.at, row.zone) - day).days
    state = LATE if row.at > deadline.due_at else NEAR if deadline.due_at - row.at <= SOON else LATER
    found = next(f for f in row.decision.findings if f.requirement == deadline.requirement)
    done = found.level is not Level.UNMET
    return Due(kind=kind, state=state, enrollment=row.enrollment, day=day, late=max(late, 0), done=done)


def _undated(row: Standing, *, besides: set[str]) -> Iterator[Due]:
    """What is missing and has no day of its own. What only time clears is nothing to do."""
    for kind, reasons in ASKED.items():
        missing = [f for f in row.decision.unmet if f.reason in reasons and f.opens is None]
        if missing and kind not in besides:
            yield Due(kind=kind, state=NOW, enrollment=row.enrollment)


def _capsules(row: Standing) -> Iterator[Due]:
    """From when, or until when, the next capsules can be had."""
    if row.held is not None:
        return
    if row.number is not None:
        day = day_of(row.number.stands_until, row.zone)
        yield Due(kind="number", state=NEAR, enrollment=row.enrollment, day=day)
    elif row.fill_opens is not None:
        day = day_of(row.fill_opens, row.zone)
        yield Due(kind="capsules", state=LATER, enrollment=row.enrollment, day=day, waits=not row.decision.allowed)


def last_attestation(enrollment: Enrollment) -> ContraceptionAttestation | None:
    """What the patient attested last; None: nothing yet."""
    rows = ContraceptionAttestation.objects.current().filter(patient=enrollment.patient_id)
    return rows.order_by("attested_at", "pk").last()


def surveys_of(person: Person) -> "QuerySet[PatientSurvey]":
    """The surveys of the patient who this person is, newest first; none for everybody else."""
    return PatientSurvey.objects.current().filter(patient__account__person=person).order_by("-completed_at", "-pk")


def link_with(digest: str) -> PatientLink | None:
    """The link of a token, by what is stored of it."""
    return PatientLink.objects.select_related("patient__account__person").filter(digest=digest).first()
