"""Enrollment: the category by its questions, the agreement, its change, and signing anew."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from eligibility.vocabulary import Category
from patients.models import Patient
from prescribers.models import Prescriber
from rems.actions import enrollment as actions
from rems.actions.attesting import Attested
from rems.forms.base import Choices
from rems.forms.prescriber.enrollment import (
    BASIS_WORDS,
    Agreed,
    AgreementForm,
    CategoryQuestions,
    agreement_points,
)
from rems.forms.prescriber.identity import is_minor
from rems.models import Enrollment
from rems.queries import prescriber as queries
from rems.views.doing import attempt
from rems.views.prescriber.common import enrollment_of, may, must_be_own, now, patient_of, show

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
@requires(Permission.ENROLL_PATIENTS)
def enroll_in(request: HttpRequest, number: str) -> HttpResponse:
    """The category's questions in the address, then the agreement; the prescriber signs last."""
    patient, enrollments = patient_of(request, number)
    prescriber = queries.own_prescriber(person_of(request))
    if prescriber is None and may(request)["sign_agreements"]:
        messages.info(request, "Give your data first: the agreement names you with your NPI.")
        return redirect("prescriber:details")
    questions = _questions(request, patient, programs=_open_programs(request, enrollments))
    category, form = questions.category, None
    if category and prescriber and may(request)["sign_agreements"]:
        form = _agreement(request, category)
    status: int | None = 200
    if request.method == "POST":
        if form is None:
            return _not_signed(request, number)
        status = attempt(form, lambda key: _enroll(request, patient, prescriber, questions, form, key))
    if status is None:
        messages.success(request, "Enrolled.")
        return redirect("prescriber:patient", number)
    page = _page(questions, form) | {"title": "Enroll a patient", "verb": "Sign and enroll"}
    return show(request, "enroll", page, patient=patient, status=status)


def _not_signed(request: HttpRequest, number: str) -> HttpResponse:
    """Sent without an agreement: a delegate may not, and a prescriber has a question to answer first."""
    if not may(request)["sign_agreements"]:
        must_be_own(request, [])
    messages.warning(request, "Answer the questions about the category first.")
    return redirect("prescriber:enroll_in", number)


def _open_programs(request: HttpRequest, enrollments: list[Enrollment]) -> Choices:
    enrolled = {enrollment.program for enrollment in enrollments}
    in_force = queries.programs_in_force(now(request))
    return [(code, f"{edition.name} ({edition.drug})") for code, edition in in_force.items() if code not in enrolled]


def _questions(
    request: HttpRequest, patient: Patient, *, programs: Choices | None = None, fixed_program: str = ""
) -> CategoryQuestions:
    child = is_minor(patient.born, clock.local_date(now(request)))
    return CategoryQuestions(request.GET, programs=programs or [], child=child, fixed_program=fixed_program)


def _agreement(request: HttpRequest, category: Category, *, changing: bool = False, **more: Any) -> AgreementForm:
    person, today = person_of(request), clock.local_date(now(request))
    return AgreementForm(request.POST or None, category=category, today=today, signer=person, changing=changing, **more)


def _page(questions: CategoryQuestions, form: Agreed | None) -> dict[str, Any]:
    category = questions.category
    return {
        "questions": questions,
        "form": form,
        "category": category,
        "basis": BASIS_WORDS.get(questions.basis_code, "") if category else "",
        "points": agreement_points(category) if category else [],
        "section": "prescriber:enroll",
    }


def _category_of(questions: CategoryQuestions, category: Category) -> dict[str, Any]:
    return {"category": category.value, "basis": questions.basis_code, "last_menses": questions.last_period}


def _enroll(
    request: HttpRequest,
    patient: Patient,
    prescriber: Prescriber | None,
    questions: CategoryQuestions,
    form: AgreementForm,
    key: str,
) -> None:
    if prescriber is None or questions.category is None:
        raise ValueError("the form is shown only with a prescriber and a category")
    actions.enroll(
        patient=patient,
        program=questions.program_chosen,
        prescriber=prescriber,
        diagnosis=form.cleaned_data["diagnosis"],
        **_category_of(questions, questions.category),
        **form.signatures(),
        attested=_attested(form),
        by=person_of(request),
        key=key,
    )


def _attested(form: AgreementForm) -> Attested | None:
    """What she attests about contraception, where the category is asked for it."""
    if not form.asks_contraception:
        return None
    name = form.cleaned_data["guardian_name"] if form.category.child else form.cleaned_data["patient_name"]
    return Attested(by_name=name, cycle=form.cleaned_data["cycle"], **form.attested())


@get_or_post
@requires(Permission.SIGN_AGREEMENTS)
def change_category(request: HttpRequest, number: str, program: str) -> HttpResponse:
    """Another category on a new agreement. Numbers issued under the old one are void."""
    enrollment = enrollment_of(request, number, program)
    must_be_own(request, [enrollment])
    questions = _questions(request, enrollment.patient, fixed_program=program)
    category = questions.category
    form = _agreement(request, category, changing=True, initial=_known(enrollment)) if category else None
    status: int | None = 200
    if request.method == "POST" and form is not None:
        status = attempt(form, lambda key: _change(request, enrollment, questions, form, key))
    if status is None:
        messages.success(request, "Changed the category. Numbers issued under another category are cancelled.")
        return redirect("prescriber:patient", number)
    page = _page(questions, form) | {"title": "Change the category", "verb": "Sign and change the category"}
    page |= {"enrollment": enrollment, "present": queries.category_of(enrollment)}
    return show(request, "enroll", page, patient=enrollment.patient, enrollments=[enrollment], status=status)


def _known(enrollment: Enrollment) -> dict[str, Any]:
    """The diagnosis of the agreement before."""
    before = enrollment.agreements.current().order_by("signed_on", "pk").last()
    return {"diagnosis": before.diagnosis} if before else {}


def _change(
    request: HttpRequest, enrollment: Enrollment, questions: CategoryQuestions, form: AgreementForm, key: str
) -> None:
    if questions.category is None:
        raise ValueError("the form is shown only with a category")
    actions.change_category(
        enrollment=enrollment,
        reason=form.cleaned_data["reason"],
        diagnosis=form.cleaned_data["diagnosis"],
        **_category_of(questions, questions.category),
        **form.signatures(),
        attested=_attested(form),
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
    form = Agreed(request.POST or None, category=category, today=today, signer=person)
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
    return show(request, "enroll", page, patient=enrollment.patient, enrollments=[enrollment], status=status)
