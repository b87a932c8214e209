"""Enrollment: the category by its questions, the agreement, its change, and signing anew."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from eligibility.categories import is_minor
from eligibility.vocabulary import Category
from patients.models import Patient
from prescribers.models import Prescriber
from rems.actions import enrollment as actions
from rems.actions.agreeing import PRESCRIBER_MEANING
from rems.actions.attesting import Attested
from rems.agreements import agreement_points
from rems.forms.base import ActForm, Choices
from rems.forms.prescriber.enrollment import (
    BASIS_WORDS,
    Agreed,
    AgreementForm,
    Asked,
    CategoryQuestions,
)
from rems.models import Enrollment
from rems.queries import prescriber as queries
from rems.queries.in_force import values_at
from rems.views.doing import attempt
from rems.views.prescriber.common import enrollment_of, in_force, may, must_be_own, now, patient_of, show
from rems.views.prescriber.known import contraception_of, diagnosis_of, offered

ANSWER_FIRST = "Answer the questions about the category first."
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
@requires(Permission.ENROLL_PATIENTS)
def enroll_in(request: HttpRequest, number: str) -> HttpResponse:
    """The category's questions, then the agreement with the answers; the prescriber signs last."""
    patient, enrollments = patient_of(request, number)
    prescriber = queries.own_prescriber(person_of(request))
    signs = may(request)["sign_agreements"]
    if prescriber is None and signs:
        messages.info(request, "Give your data first: the agreement names you with your NPI.")
        return redirect("prescriber:details")
    questions = questions_about(request, patient, programs=open_programs(request, enrollments))
    form = _agreement(request, questions, patient, known=diagnosis_of(enrollments)) if prescriber and signs else None
    status: int | None = 200
    if request.method == "POST":
        if form is None:
            return _not_signed(request, number)
        status = attempt(form, lambda key: _enroll(request, patient, prescriber, questions, form, key))
    if status is None:
        messages.success(request, "Enrolled.")
        return redirect("prescriber:patient", number)
    page = agreement_page(request, questions, form) | {"title": "Enroll a patient", "verb": "Sign and enroll"}
    page |= offered(request, patient, form)
    page["from_afar"] = reverse("prescriber:prepare", args=[number])
    return show(request, "enroll", page, patient=patient, status=status)


def _not_signed(request: HttpRequest, number: str) -> HttpResponse:
    """Sent without an agreement: a delegate may not, and a prescriber has a question to answer first."""
    if not may(request)["sign_agreements"]:
        must_be_own(request, [])
    messages.warning(request, ANSWER_FIRST)
    return redirect("prescriber:enroll_in", number)


def open_programs(request: HttpRequest, enrollments: list[Enrollment]) -> Choices:
    """Those in which the patient is not enrolled. What is sent is judged by the act: it may be sent twice."""
    enrolled = set() if request.method == "POST" else {enrollment.program for enrollment in enrollments}
    found = queries.programs_in_force(now(request))
    return [(code, f"{edition.name} ({edition.drug})") for code, edition in found.items() if code not in enrolled]


def questions_about(
    request: HttpRequest, patient: Patient, *, programs: Choices | None = None, enrollment: Enrollment | None = None
) -> CategoryQuestions:
    """The questions with the answers: those that are signed come with the agreement, never in the address."""
    values = in_force(request, [enrollment] if enrollment else [])
    return CategoryQuestions(
        request.POST if request.method == "POST" else request.GET,
        programs=programs or [],
        in_force=values,
        child=is_minor(patient.born, today=clock.local_date(now(request)), adult_from_years=values.adult_from_years),
        fixed_program=enrollment.program if enrollment else "",
    )


def _agreement(
    request: HttpRequest, questions: CategoryQuestions, patient: Patient, *, known: dict[str, Any], **more: Any
) -> AgreementForm | None:
    """The agreement of the category that follows from the answers; None while one is open, or to be changed.

    ``known``: what is on record and need not be typed again.
    """
    category = questions.category
    if category is None or changes_answers(request):
        return None
    values = values_at(now(request), [questions.program_chosen])
    form = AgreementForm(
        request.POST or None,
        category=category,
        basis=questions.basis_code,
        in_force=values,
        today=clock.local_date(now(request)),
        request=request,
        initial=known | contraception_of(request, patient, values),
        **more,
    )
    form.offer_diagnoses(questions.program_chosen)
    return form


def changes_answers(request: HttpRequest) -> bool:
    return request.method != "POST" and "change" in request.GET


def agreement_page(request: HttpRequest, questions: CategoryQuestions, form: ActForm | None) -> dict[str, Any]:
    category = questions.category
    return {
        "questions": questions,
        "answered": category is not None and not changes_answers(request),
        "form": form,
        "category": category,
        "basis": BASIS_WORDS.get(questions.basis_code, "") if category else "",
        "points": agreement_points(category) if category else [],
        "section": "prescriber:enroll",
        "meaning": PRESCRIBER_MEANING,
    }


def _signed(questions: CategoryQuestions, form: AgreementForm) -> dict[str, Any]:
    """What is signed: the category of the answers that came with the signatures, and what it rests on."""
    return {
        "category": form.category.value,
        "basis": questions.basis_code,
        "last_menses": form.cleaned_data.get("last_menses"),
        "diagnosis": form.cleaned_data["diagnosis"],
        **form.signatures(),
        "attested": attested_in(form),
    }


def _enroll(
    request: HttpRequest,
    patient: Patient,
    prescriber: Prescriber | None,
    questions: CategoryQuestions,
    form: AgreementForm,
    key: str,
) -> None:
    if prescriber is None:
        raise ValueError("the form is shown only with a prescriber")
    actions.enroll(
        patient=patient,
        program=questions.program_chosen,
        prescriber=prescriber,
        **_signed(questions, form),
        by=person_of(request),
        key=key,
    )


def attested_in(form: Asked) -> Attested | None:
    """What she attests about contraception, where the category is asked for it; by link the name comes later."""
    if not form.asks_contraception:
        return None
    name = form.cleaned_data.get("guardian_name" if form.category.child else "patient_name", "")
    return Attested(by_name=name, cycle=form.cleaned_data["cycle"], **form.attested())


@get_or_post
@requires(Permission.SIGN_AGREEMENTS)
def change_category(request: HttpRequest, number: str, program: str) -> HttpResponse:
    """Another category on a new agreement. Numbers issued under the old one are void."""
    enrollment = enrollment_of(request, number, program)
    must_be_own(request, [enrollment])
    questions = questions_about(request, enrollment.patient, enrollment=enrollment)
    form = _agreement(request, questions, enrollment.patient, known=diagnosis_of([enrollment]), changing=True)
    status: int | None = 200
    if request.method == "POST":
        if form is None:
            messages.warning(request, ANSWER_FIRST)
            return redirect("prescriber:change_category", number, program)
        status = attempt(form, lambda key: _change(request, enrollment, questions, form, key))
    if status is None:
        messages.success(request, "Changed the category. Numbers issued under another category are cancelled.")
        return redirect("prescriber:patient", number)
    page = agreement_page(request, questions, form) | {
        "title": "Change the category",
        "verb": "Sign and change the category",
    }
    page |= {"enrollment": enrollment, "present": queries.category_of(enrollment)}
    page |= offered(request, enrollment.patient, form)
    page["from_afar"] = reverse("prescriber:prepare_change", args=[number, program])
    return show(request, "enroll", page, patient=enrollment.patient, enrollments=[enrollment], status=status)


def _change(
    request: HttpRequest, enrollment: Enrollment, questions: CategoryQuestions, form: AgreementForm, key: str
) -> None:
    actions.change_category(
        enrollment=enrollment,
        reason=form.cleaned_data["reason"],
        **_signed(questions, form),
        by=person_of(request),
        key=key,
    )


@get_or_post
@requires(Permission.SIGN_AGREEMENTS)
def re_enroll(request: HttpRequest, number: str, program: str) -> HttpResponse:
    """A new agreement of the same category, as after a long stop."""
    enrollment = enrollment_of(request, number, program)
    must_be_own(request, [enrollment])
    assigned = queries.category_of(enrollment)
    if assigned is None:
        messages.warning(request, "There is no category yet. Set it by its questions.")
        return redirect("prescriber:change_category", number, program)
    category, person = Category(assigned.category), person_of(request)
    today = clock.local_date(now(request))
    form = Agreed(request.POST or None, category=category, today=today, request=request)
    status: int | None = 200
    if request.method == "POST":
        status = attempt(
            form, lambda key: actions.re_enroll(enrollment=enrollment, **form.signatures(), by=person, key=key)
        )
    if status is None:
        messages.success(request, "Signed the new agreement.")
        return redirect("prescriber:patient", number)
    page = {"form": form, "category": category, "points": agreement_points(category), "enrollment": enrollment}
    page |= {"title": "Sign a new agreement", "verb": "Sign the agreement", "basis": BASIS_WORDS.get(assigned.basis)}
    page |= {"meaning": PRESCRIBER_MEANING, "from_afar": reverse("prescriber:prepare_renewal", args=[number, program])}
    return show(request, "enroll", page, patient=enrollment.patient, enrollments=[enrollment], status=status)
