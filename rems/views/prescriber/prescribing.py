"""From the prescription to the number: what is missing, all at once, each with the form that clears it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policy import person_of, requires
from accounts.roles import Permission
from eligibility import Decision, Stage
from eligibility.vocabulary import Category
from patients.models import PregnancyTest
from rems import gate
from rems.actions import gate as gate_actions
from rems.actions import prescribing as actions
from rems.actions.standing import Forbidden
from rems.display.names import names_for
from rems.forms.base import ActForm
from rems.forms.prescriber.prescribing import KEPT, AskForm, CancelForm, CounselingForm, PrescriptionForm
from rems.forms.prescriber.surveys import PrescriberSurveyForm
from rems.models import Authorization, Enrollment, Prescription
from rems.models import Decision as Kept
from rems.queries import prescriber as queries
from rems.queries.record import number_tag
from rems.queries.signatures import signatures_of_one
from rems.views.doing import attempt
from rems.views.prescriber.common import act_for, enrollment_of, in_force, may, must_be_own, now, show, zone_of
from rems.views.prescriber.drafts import Keeping, typed_before
from rems.views.prescriber.remedies import remedy

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
@requires(Permission.PREPARE_PRESCRIPTIONS)
def prescribe(request: HttpRequest, number: str, program: str) -> HttpResponse:
    """Write down a prescription. Whether it may be authorized, its page says."""
    enrollment = enrollment_of(request, number, program)
    kept = Keeping(request=request, form="prescription", fields=KEPT, subject=f"{number} {program}")
    if (answer := kept.answer()) is not None:
        return answer
    form = PrescriptionForm(request.POST or None, products=queries.products_of(program), initial=typed_before(kept))
    made: list[Prescription] = []
    status: int | None = 200
    if request.method == "POST":
        status = attempt(form, lambda key: made.append(_write(request, enrollment, form, key)))
    if status is None:
        kept.end()
        return redirect("prescriber:prescription", made[0].pk)
    page = {"form": form, "enrollment": enrollment, "category": queries.category_of(enrollment)} | kept.page()
    page["max_days"] = in_force(request, [enrollment]).max_days_supply
    return show(request, "prescribe", page, patient=enrollment.patient, enrollments=[enrollment], status=status)


def _write(request: HttpRequest, enrollment: Enrollment, form: PrescriptionForm, key: str) -> Prescription:
    data = {name: form.cleaned_data[name] for name in ("days_supply", "category", "refill", "verbal")}
    return actions.prescribe(enrollment=enrollment, items=form.items(), **data, by=person_of(request), key=key)


def prescription_of(request: HttpRequest, pk: int) -> Prescription:
    """The prescription of a patient in this person's care; 404 for any other."""
    found = get_object_or_404(queries.prescriptions_visible_to(person_of(request)), pk=pk)
    act_for(request, found.enrollment.prescriber)
    return found


@require_safe
@requires(Permission.SEE_OWN_PATIENTS)
def prescription(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing for an authorization, as the gate would answer now; or the number."""
    return _show(request, prescription_of(request, pk))


def _show(request: HttpRequest, found: Prescription, *, kept: Kept | None = None, status: int = 200) -> HttpResponse:
    """The page of a prescription. ``kept``: the decision that was just asked for and refused."""
    number: Authorization | None = getattr(found, "authorization", None)
    if number is not None and kept is None:
        return redirect("prescriber:authorization", number.number)
    enrollment = found.enrollment
    decision = gate.decision_of(kept) if kept else gate.preview(prescription=found, stage=Stage.AUTHORIZE)
    counseled = found.counseling_set.current().select_related("recorded_by").first()
    surveyed = found.prescribersurvey_set.current().select_related("recorded_by").first()
    page = _about(found, decision) | {
        "decision": decision,
        "kept": kept,
        "remedies": _remedies(request, decision, found),
        "form": AskForm(),
        "counseled": counseled,
        "surveyed": surveyed,
        "counseling_signed": signatures_of_one(counseled),
        "survey_signed": signatures_of_one(surveyed),
        "last_asked": found.decisions.order_by("-at").first(),
    }
    return show(
        request,
        "prescription",
        page,
        what="prescription",
        patient=enrollment.patient,
        enrollments=[enrollment],
        subject=found,
        status=status,
    )


def _about(found: Prescription, decision: Decision | None = None) -> dict[str, Any]:
    enrollment = found.enrollment
    category = queries.category_of(enrollment)
    return {
        "prescription": found,
        "items": found.items.select_related("product"),
        "enrollment": enrollment,
        "category": category.category if category else "",
        "names": names_for(
            program=enrollment.program,
            patient=enrollment.patient,
            prescriber=enrollment.prescriber,
            decision=decision,
        ),
        "zone": zone_of(enrollment),
        "section": "prescriber:patients",
    }


def _remedies(request: HttpRequest, decision: Decision, found: Prescription) -> dict[Any, Any]:
    """The form that clears each reason, where this person may send it."""
    allowed = may(request, [found.enrollment])
    forms = {f.reason: remedy(f.reason, found.enrollment, found) for f in decision.unmet}
    return {reason: form for reason, form in forms.items() if form and allowed[form.permission]}


def _of_prescription(
    request: HttpRequest, found: Prescription, form: ActForm, act: Callable[[str], object], *, done: str, **page: Any
) -> HttpResponse:
    """A form of the prescriber's own about one prescription."""
    status: int | None = 200
    if request.method == "POST":
        status = attempt(form, act)
    if status is None:
        messages.success(request, done)
        return redirect("prescriber:prescription", found.pk)
    enrollment = found.enrollment
    shown = _about(found) | {"form": form} | page
    return show(request, "survey", shown, patient=enrollment.patient, enrollments=[enrollment], status=status)


@get_or_post
@requires(Permission.ATTEST)
def counsel(request: HttpRequest, pk: int) -> HttpResponse:
    """That the patient was counseled for this prescription."""
    found = prescription_of(request, pk)
    must_be_own(request, [found.enrollment])
    if found.counseling_set.exists():
        return redirect("prescriber:prescription", pk)
    form = CounselingForm(request.POST or None, request=request)
    return _of_prescription(
        request,
        found,
        form,
        lambda key: actions.record_counseling(prescription=found, given=form.given(), by=person_of(request), key=key),
        done="Recorded the counseling.",
        title="Record counseling",
        verb="Record the counseling",
        meaning=actions.COUNSELED,
    )


@get_or_post
@requires(Permission.ANSWER_PRESCRIBER_SURVEYS)
def answer_survey(request: HttpRequest, pk: int) -> HttpResponse:
    """The prescriber's survey: here the results are attested that a delegate may have entered."""
    found = prescription_of(request, pk)
    must_be_own(request, [found.enrollment])
    assigned = queries.category_of(found.enrollment)
    if assigned is None or found.prescribersurvey_set.exists():
        return redirect("prescriber:prescription", pk)
    category = Category(assigned.category)
    tests = _tests(found.enrollment) if category.can_get_pregnant else []
    listed = [test.pk for test in tests]
    form = PrescriberSurveyForm(request.POST or None, category=category, results=listed, request=request)
    return _of_prescription(
        request,
        found,
        form,
        lambda key: actions.answer_prescriber_survey(
            prescription=found,
            answers=form.answers(),
            results=form.results,
            given=form.given(),
            by=person_of(request),
            key=key,
        ),
        done="Recorded the survey.",
        title="Prescriber survey",
        verb="Record the survey",
        tests=tests if category.can_get_pregnant else None,
        meaning=actions.SURVEYED,
    )


def _tests(enrollment: Enrollment) -> list[PregnancyTest]:
    """The newest results, with who entered them."""
    rows = enrollment.patient.pregnancy_tests.filter(pk__in=actions.newest_results(enrollment.patient))
    return list(rows.select_related("recorded_by").order_by("-collected_at", "-pk"))


@require_POST
@requires(Permission.ASK_FOR_AUTHORIZATIONS)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an authorization number. A refusal is an answer: it is kept and shown."""
    found = prescription_of(request, pk)
    must_be_own(request, [found.enrollment])
    form, kept = AskForm(request.POST), list[Kept]()
    try:
        status = attempt(
            form,
            lambda key: kept.append(gate_actions.authorize(prescription=found, by=person_of(request), key=key)),
        )
    except Forbidden as forbidden:
        messages.warning(request, str(forbidden))
        return redirect("prescriber:prescription", pk)
    if status:
        for error in form.non_field_errors():
            messages.error(request, str(error))
        return _show(request, found, status=status)
    issued: Authorization | None = getattr(kept[0], "issued_authorization", None)
    if issued is not None:
        return redirect("prescriber:authorization", issued.number)
    return _show(request, found, kept=kept[0], status=409)


def authorization_of(request: HttpRequest, number: str) -> Authorization:
    """The authorization of a patient in this person's care; 404 for any other."""
    found = get_object_or_404(queries.authorizations_visible_to(person_of(request)), number=number)
    act_for(request, found.prescription.enrollment.prescriber)
    return found


@require_safe
@requires(Permission.SEE_OWN_PATIENTS)
def authorization(request: HttpRequest, number: str) -> HttpResponse:
    """The number, its window, and what became of it."""
    found = authorization_of(request, number)
    return _show_number(request, found, CancelForm(), status=200)


def _show_number(request: HttpRequest, found: Authorization, form: CancelForm, *, status: int) -> HttpResponse:
    at, enrollment = now(request), found.prescription.enrollment
    dispensing = getattr(found, "dispensing", None)
    decision = gate.decision_of(found.decision)
    page = _about(found.prescription, decision) | {
        "authorization": found,
        "category": found.category,
        "tag": number_tag(found, at=at),
        "dispensing": dispensing,
        "cancellable": dispensing is None and found.cancelled_at is None,
        "decision": decision,
        "form": form,
    }
    return show(
        request,
        "authorization",
        page,
        what="authorization",
        patient=found.patient,
        enrollments=[enrollment],
        subject=found,
        status=status,
    )


@require_POST
@requires(Permission.CANCEL_AUTHORIZATIONS)
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel a number that was not used; the pharmacy is told why."""
    found = authorization_of(request, number)
    must_be_own(request, [found.prescription.enrollment])
    form = CancelForm(request.POST)
    try:
        status = attempt(
            form,
            lambda key: gate_actions.cancel_authorization(
                authorization=found, reason=form.cleaned_data["reason"], by=person_of(request), key=key
            ),
        )
    except Forbidden as forbidden:
        messages.warning(request, str(forbidden))
        return redirect("prescriber:authorization", number)
    if status:
        return _show_number(request, found, form, status=status)
    messages.success(request, "Cancelled the authorization.")
    return redirect("prescriber:authorization", number)
