"""What a patient, or the guardian of a child, does on the patient's own pages.

``teller`` is who is at the phone. Whatever is worrying is told in the same act (``telling.tell``).
"""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import Person, SigningMethod
from accounts.roles import Permission
from accounts.signatures import Given
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock as lock_row
from eligibility import Category
from eligibility.editions import edition_in_force
from eligibility.requirements.care import ContraceptionSufficient
from eligibility.windows import requirement
from patients.actions import record_attestation, record_survey
from patients.choices import Contraceptive
from patients.lock import lock
from patients.models import ContraceptionAttestation, Patient, PatientSurvey
from rems.actions.standing import Forbidden, must, must_be_patient, must_care_for
from rems.actions.telling import Teller, tell
from rems.models import CategoryAssignment, Concern, Enrollment, PatientAnswer
from rems.models.choices import PlainAnswer
from rems.surveys import Question, draft_of, questions_for, reports_for

ATTESTED_BY_LINK = "I attest that this is the birth control that I use."
ATTESTED_BY_GUARDIAN = "I am the parent or guardian and attest the patient's birth control."
NOT_ENOUGH = "birth_control"
"""What the concern is called that an attestation is which does not protect enough."""


@act("rems.answer_question")
def answer_question(
    frame: Act,
    *,
    enrollment: Enrollment,
    question: str,
    answer: str,
    teller: Teller,
    by: Person,
    key: str | None = None,
) -> PatientAnswer:
    """Keep one answer of the survey until it is sent. A worrying one is told now, and holds the gate now.

    Raises InvalidFact for a question that the category is not asked, and for no answer.
    """
    held = _own(enrollment, by=by)
    asked = {q.code: q for q in questions_for(_category_of(held))}
    if question not in asked:
        raise InvalidFact(field="answer", message=_("This question is not asked any more. Open the survey again."))
    if answer not in PlainAnswer.values:
        raise InvalidFact(field="answer", message=_("Choose an answer."))
    row = PatientAnswer.objects.create(
        patient=held.patient,
        enrollment=held,
        program=held.program,
        question=question,
        answer=answer,
        answered_by=teller.name,
        recorded_at=frame.at,
        recorded_by=by,
    )
    frame.record(row, details={"question": question, "answer": answer, **teller.described})
    if asked[question].worries(answer):
        _tell_answer(frame, held, asked[question], answer, teller=teller, by=by)
    return row


def _tell_answer(
    frame: Act, enrollment: Enrollment, asked: Question, answer: str, *, teller: Teller, by: Person
) -> None:
    said = f"{asked.words} {PlainAnswer(answer).label}."
    tell(frame, enrollment, what=asked.code, said=said, worry=asked.recorded_as(answer), teller=teller, by=by)


@act("rems.send_own_survey")
def send_survey(
    frame: Act, *, enrollment: Enrollment, teller: Teller, by: Person, key: str | None = None
) -> PatientSurvey:
    """The survey, complete: it counts from now on. Raises InvalidFact while a question is open."""
    held = _own(enrollment, by=by)
    given = draft_of(held, at=frame.at)
    codes = [question.code for question in questions_for(_category_of(held))]
    if any(code not in given for code in codes):
        raise InvalidFact(field="answer", message=_("Answer each question first."))
    answers = {code: given[code] for code in codes}
    survey = record_survey(patient=held.patient, program=held.program, answers=answers, answered_by=teller.name, by=by)
    frame.record(survey, details={"program": held.program, **teller.described})
    return survey


@act("rems.report_on_own_pages")
def report(
    frame: Act,
    *,
    enrollment: Enrollment,
    what: str,
    since: date | None = None,
    teller: Teller,
    by: Person,
    key: str | None = None,
) -> Concern:
    """Report a missed period, bleeding, a pregnancy, or what else the category may: told at once.

    Raises InvalidFact for what the category does not report, and for a day that cannot be.
    """
    held = _own(enrollment, by=by)
    asked = {q.code: q for q in reports_for(_category_of(held))}
    if what not in asked:
        raise InvalidFact(field="what", message=_("Choose an answer."))
    if since is not None and not held.patient.born <= since <= frame.at.date():
        raise InvalidFact(field="since", message=_("This day has not come yet, or lies before birth."))
    said = f"{asked[what].words} Yes.{f' Since {since.isoformat()}.' if since else ''}"
    return tell(frame, held, what=what, said=said, worry=asked[what].recorded_as(PlainAnswer.YES), teller=teller, by=by)


@act("rems.attest_on_own_pages")
def attest(
    frame: Act,
    *,
    enrollment: Enrollment,
    methods: Sequence[str] = (),
    abstinence: bool = False,
    since: date | None = None,
    teller: Teller,
    by: Person,
    key: str | None = None,
) -> ContraceptionAttestation:
    """Attest birth control, signed by the name of who is there. One that does not protect enough is told.

    Raises InvalidFact where nothing is asked or nothing was chosen, and ValidationError naming a field.
    """
    held = _own(enrollment, by=by)
    if not _category_of(held).can_get_pregnant:
        raise InvalidFact(field="methods", message=_("This is not asked of you."))
    if not methods and not abstinence:
        raise InvalidFact(field="methods", message=_("Choose an answer."))
    attestation = record_attestation(
        patient=held.patient,
        attested_by_name=teller.name,
        methods=methods,
        abstinence=abstinence,
        since=since,
        given=Given(printed_name=teller.name, method=SigningMethod.LINK),
        meaning=ATTESTED_BY_GUARDIAN if teller.guardian else ATTESTED_BY_LINK,
        by=by,
    )
    frame.record(attestation, details=teller.described)
    if not abstinence and not _is_enough(held, methods, frame):
        said = f"Birth control: {', '.join(Contraceptive(method).label for method in methods)}. It is not enough."
        tell(frame, held, what=NOT_ENOUGH, said=said, worry="", teller=teller, by=by)
    return attestation


@act("rems.see_concern")
def see(frame: Act, *, concern: Concern, by: Person, key: str | None = None) -> Concern:
    """Say that one has read what a patient told; nothing else follows. Forbidden: not in this person's care."""
    patient = lock(concern.patient_id)
    must(by, Permission.RECORD_FACTS)
    must_care_for(by, patient)
    held = lock_row(Concern, concern.pk)
    if held.seen_at is None:
        held.seen_at, held.seen_by = frame.at, by
        held.save(update_fields=["seen_at", "seen_by"])
    frame.record(held, details={"what": held.what})
    return held


def _own(enrollment: Enrollment, *, by: Person) -> Enrollment:
    """The enrollment, read anew after its patient was locked, if it is that of ``by``. Raises Forbidden."""
    patient = lock(enrollment.patient_id)
    must(by, Permission.ANSWER_PATIENT_SURVEYS)
    must_be_patient(by, patient)
    return _with(patient, enrollment.pk)


def _with(patient: Patient, pk: int) -> Enrollment:
    held = Enrollment.objects.select_related("prescriber").get(pk=pk, patient=patient)
    held.patient = patient
    return held


def _category_of(enrollment: Enrollment) -> Category:
    """The risk category as it is now. Raises Forbidden before there is one: nothing is asked yet."""
    rows = CategoryAssignment.objects.current().filter(enrollment=enrollment).order_by("since", "pk")
    assigned = rows.last()
    if assigned is None:
        raise Forbidden("The program asks nothing of this patient yet.")
    return Category(assigned.category)


def _is_enough(enrollment: Enrollment, methods: Sequence[str], frame: Act) -> bool:
    """Whether the edition in force calls these methods sufficient, as the gate will."""
    edition = edition_in_force(enrollment.program, frame.at)
    rule = requirement(edition, ContraceptionSufficient) if edition else None
    if rule is None:
        return True
    return any(m in rule.highly_effective for m in methods) and any(m in rule.additional for m in methods)
