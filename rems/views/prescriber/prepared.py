"""Agreements that are signed from afar: prepared here, sent as a one-time link, signed here last."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit.facts import InvalidFact
from eligibility.vocabulary import Category
from patients.models import Patient
from prescribers.models import Prescriber
from rems.actions import links
from rems.actions import prepared as actions
from rems.actions.agreeing import PRESCRIBER_MEANING
from rems.agreements import agreement_points
from rems.forms.prescriber.enrollment import (
    BASIS_WORDS,
    CategoryQuestions,
    CompletionForm,
    PreparationForm,
    RenewalForm,
    WithdrawalForm,
)
from rems.models import Enrollment, PreparedAgreement, Purpose
from rems.queries import prepared as rows
from rems.queries import prescriber as queries
from rems.queries.in_force import values_at
from rems.views.doing import attempt
from rems.views.prescriber.common import (
    act_for,
    enrollment_of,
    is_own,
    may,
    must_be_own,
    now,
    only_prescriber,
    patient_of,
    show,
    zone_of,
)
from rems.views.prescriber.enrollment import (
    agreement_page,
    attested_in,
    changes_answers,
    open_programs,
    questions_about,
)
from rems.views.prescriber.known import contraception_of, diagnosis_of, offered

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
VERB = {"verb": "Prepare the agreement", "preparing": True}


@get_or_post
@requires(Permission.ENROLL_PATIENTS)
def prepare(request: HttpRequest, number: str) -> HttpResponse:
    """The agreement of an enrollment, for one's own prescriber."""
    patient, enrollments = patient_of(request, number)
    prescriber = queries.own_prescriber(person_of(request)) or only_prescriber(request)
    if prescriber is None:
        messages.warning(request, "It is not clear for which prescriber. The prescriber prepares this agreement.")
        return redirect("prescriber:enroll_in", number)
    questions = questions_about(request, patient, programs=open_programs(request, enrollments))
    return _prepare(
        request,
        patient,
        prescriber,
        questions,
        purpose=Purpose.ENROLL,
        title="Prepare an enrollment",
        enrollments=enrollments,
    )


@get_or_post
@requires(Permission.ENROLL_PATIENTS)
def prepare_change(request: HttpRequest, number: str, program: str) -> HttpResponse:
    """The agreement of another category."""
    enrollment = enrollment_of(request, number, program)
    questions = questions_about(request, enrollment.patient, enrollment=enrollment)
    return _prepare(
        request,
        enrollment.patient,
        enrollment.prescriber,
        questions,
        purpose=Purpose.CHANGE,
        title="Prepare a change of the category",
        enrollment=enrollment,
    )


def _prepare(
    request: HttpRequest,
    patient: Patient,
    prescriber: Prescriber,
    questions: CategoryQuestions,
    *,
    purpose: Purpose,
    title: str,
    enrollment: Enrollment | None = None,
    enrollments: list[Enrollment] | None = None,
) -> HttpResponse:
    """The category's questions, then what the agreement says; or the page of what was prepared."""
    listed = [enrollment] if enrollment else None
    form = _form(
        request, questions, patient, enrollments=listed or enrollments or [], changing=purpose == Purpose.CHANGE
    )
    made: list[PreparedAgreement] = []
    status: int | None = 200
    if request.method == "POST" and form is not None:
        about: dict[str, Any] = {
            "patient": patient,
            "prescriber": prescriber,
            "purpose": purpose,
            "program": questions.program_chosen,
        }
        said = _said(questions, form)
        status = attempt(
            form, lambda key: made.append(actions.prepare(**about, **said(), by=person_of(request), key=key))
        )
    if status is None:
        return redirect("prescriber:prepared", made[0].pk)
    page = agreement_page(request, questions, form) | {"title": title, "enrollment": enrollment} | VERB
    page |= offered(request, patient, form)
    return show(request, "enroll", page, patient=patient, enrollments=listed, status=status)


def _form(
    request: HttpRequest,
    questions: CategoryQuestions,
    patient: Patient,
    *,
    enrollments: list[Enrollment],
    changing: bool,
) -> PreparationForm | None:
    """What the agreement asks beside the category; None while a question is open."""
    category = questions.category
    if category is None or changes_answers(request):
        return None
    in_force = values_at(now(request), [questions.program_chosen])
    form = PreparationForm(
        request.POST or None,
        category=category,
        basis=questions.basis_code,
        in_force=in_force,
        changing=changing,
        initial=diagnosis_of(enrollments) | contraception_of(request, patient, in_force),
    )
    form.offer_diagnoses(questions.program_chosen)
    return form


def _said(questions: CategoryQuestions, form: PreparationForm) -> Any:
    """What is prepared, to be read once the form was judged."""
    return lambda: {
        "category": form.category.value,
        "basis": questions.basis_code,
        "last_menses": form.cleaned_data.get("last_menses"),
        "diagnosis": form.cleaned_data["diagnosis"],
        "reason": form.cleaned_data.get("reason", ""),
        "attested": attested_in(form),
    }


@get_or_post
@requires(Permission.ENROLL_PATIENTS)
def prepare_renewal(request: HttpRequest, number: str, program: str) -> HttpResponse:
    """A new agreement of the present category."""
    enrollment = enrollment_of(request, number, program)
    assigned = queries.category_of(enrollment)
    if assigned is None:
        messages.warning(request, "There is no category yet. Set it by its questions.")
        return redirect("prescriber:patient", number)
    form, made, category = RenewalForm(request.POST or None), list[PreparedAgreement](), Category(assigned.category)

    def renew(key: str) -> PreparedAgreement:
        return actions.prepare_renewal(enrollment=enrollment, by=person_of(request), key=key)

    status: int | None = 200
    if request.method == "POST":
        status = attempt(form, lambda key: made.append(renew(key)))
    if status is None:
        return redirect("prescriber:prepared", made[0].pk)
    page = {"form": form, "category": category, "points": agreement_points(category), "enrollment": enrollment}
    page |= {"title": "Prepare a new agreement", "basis": BASIS_WORDS.get(assigned.basis)} | VERB
    return show(request, "enroll", page, patient=enrollment.patient, enrollments=[enrollment], status=status)


def _found(request: HttpRequest, pk: int) -> PreparedAgreement:
    """What was prepared for this person's prescribers; 404 for any other."""
    found = get_object_or_404(rows.prepared_visible_to(person_of(request)), pk=pk)
    act_for(request, found.prescriber)
    return found


@never_cache
@require_safe
@requires(Permission.ENROLL_PATIENTS)
def prepared(request: HttpRequest, pk: int) -> HttpResponse:
    """What was prepared, who has signed it, and what comes next."""
    return _show(request, _found(request, pk))


@never_cache
@require_POST
@requires(Permission.ENROLL_PATIENTS)
def make_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link in place of the one before. It is shown on this page, once."""
    found = _found(request, pk)
    try:
        made = links.make_link(prepared=found, by=person_of(request))
    except InvalidFact as error:
        messages.warning(request, error.message)
        return redirect("prescriber:prepared", pk)
    address = request.build_absolute_uri(reverse("agreement_link", args=[made.token]))
    return _show(request, found, link=address)


@require_POST
@requires(Permission.ENROLL_PATIENTS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was prepared, and its link."""
    found, form = _found(request, pk), WithdrawalForm(request.POST)
    status = attempt(
        form,
        lambda key: actions.withdraw(
            prepared=found, reason=form.cleaned_data["reason"], by=person_of(request), key=key
        ),
    )
    if status:
        return _show(request, found, withdrawal=form, status=status)
    messages.success(request, "Withdrawn. Its link opens nothing any more.")
    return redirect("prescriber:patient", found.patient.number)


@require_POST
@requires(Permission.SIGN_AGREEMENTS)
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """The prescriber's signature: with it the agreement counts."""
    found = _found(request, pk)
    _must_be_its_prescriber(request, found)
    form = CompletionForm(request.POST, request=request)
    status = attempt(
        form, lambda key: actions.complete(prepared=found, given=form.given(), by=person_of(request), key=key)
    )
    if status:
        return _show(request, found, completion=form, status=status)
    messages.success(request, "Signed. The agreement counts from now on.")
    return redirect("prescriber:patient", found.patient.number)


def _must_be_its_prescriber(request: HttpRequest, found: PreparedAgreement) -> None:
    must_be_own(request, [_as_enrolled(found)])


def _as_enrolled(found: PreparedAgreement) -> Enrollment:
    """Whose care it is, also where the enrollment only comes with the agreement."""
    return Enrollment(patient=found.patient, program=found.program, prescriber=found.prescriber)


def _show(
    request: HttpRequest,
    found: PreparedAgreement,
    *,
    link: str = "",
    completion: CompletionForm | None = None,
    withdrawal: WithdrawalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found.refresh_from_db()
    signs = is_own(request, [_as_enrolled(found)]) and may(request)["sign_agreements"]
    page = {
        "prepared": found,
        "signatures": rows.signatures_under(found),
        "link": link,
        "open_link": rows.open_link(found),
        "form": completion or (CompletionForm(request=request) if signs and found.is_signed else None),
        "withdrawal": withdrawal or WithdrawalForm(auto_id="withdraw_%s"),
        "zone": zone_of(),
        "meaning": PRESCRIBER_MEANING,
    }
    return show(
        request, "prepared", page, what="prepared_agreement", patient=found.patient, subject=found, status=status
    )
