"""The patient's survey, answered together, and the end of an evaluation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.policy import person_of, requires
from accounts.roles import Permission
from eligibility.vocabulary import Category
from patients import actions
from rems.actions import intake
from rems.actions.intake import Told
from rems.forms.prescriber.events import ClosingForm
from rems.forms.prescriber.surveys import PatientSurveyForm
from rems.forms.suggesting import CHOSEN, suggest
from rems.models import Enrollment
from rems.queries import record
from rems.queries.prescriber import category_of
from rems.surveys import MENARCHE, report_of
from rems.views.doing import attempt
from rems.views.prescriber.common import enrollment_of, in_force, must_be_own, patient_of, show, zone_of
from rems.views.prescriber.known import answering


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.RECORD_FACTS)
def record_survey(request: HttpRequest, number: str, program: str) -> HttpResponse:
    """The patient's answers. What means danger is recorded as a report, too."""
    enrollment = enrollment_of(request, number, program)
    category = category_of(enrollment)
    if category is None:
        messages.warning(request, "The survey follows the category. Sign an agreement first.")
        return redirect("prescriber:patient", number)
    form = PatientSurveyForm(
        request.POST or None,
        zone=zone_of(enrollment),
        in_force=in_force(request, [enrollment]),
        category=Category(category.category),
    )
    suggest(form, "answered_by", answering(enrollment.patient), takes=CHOSEN)
    status: int | None = 200
    if request.method == "POST":
        status = attempt(form, lambda key: _answer(request, enrollment, form, key))
    if status is None:
        said = "Recorded the survey, and a report of what was answered: see below." if form.worries() else ""
        messages.success(request, said or "Recorded the survey.")
        return redirect("prescriber:patient", number)
    page = {"form": form, "enrollment": enrollment, "title": "Patient survey", "verb": "Record the survey"}
    page["purpose"] = "Answered together, in the patient’s own words. No answer is chosen beforehand."
    return show(request, "entry", page, patient=enrollment.patient, enrollments=[enrollment], status=status)


def _answer(request: HttpRequest, enrollment: Enrollment, form: PatientSurveyForm, key: str) -> None:
    intake.answer_patient_survey(
        enrollment=enrollment, told=told_by(form), by=person_of(request), key=key, **form.values()
    )


def told_by(form: PatientSurveyForm) -> Told:
    """What the answers have to be recorded as, beside the survey."""
    worries = form.worries()
    reports = [report_of(worry) for worry in worries if worry != MENARCHE]
    return Told(
        reports=tuple((report["kind"], report["subject"]) for report in reports), first_period=MENARCHE in worries
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ATTEST)
def evaluate(request: HttpRequest, number: str) -> HttpResponse:
    """Close the oldest open evaluation: tested and counseled. Pregnancy reports are the program's."""
    patient, enrollments = patient_of(request, number)
    must_be_own(request, enrollments)
    evaluations = record.open_evaluations(patient)
    if not evaluations:
        messages.info(request, "No evaluation is open.")
        return redirect("prescriber:patient", number)
    report = evaluations[0]
    form = ClosingForm(request.POST or None, zone=zone_of(), in_force=in_force(request, enrollments))
    status: int | None = 200
    if request.method == "POST":
        status = attempt(
            form, lambda key: actions.close_report(report=report, **form.values(), by=person_of(request), key=key)
        )
    if status is None:
        messages.success(request, "Closed the evaluation.")
        return redirect("prescriber:patient", number)
    page = {"form": form, "title": f"Close the evaluation: {report.get_kind_display().lower()}", "report": report}
    page |= {"verb": "Close the evaluation", "zone": zone_of()}
    page["purpose"] = (
        "Test and counsel first. It blocks until a qualifying negative test, collected on or after the day of "
        "the report, is on record."
    )
    return show(request, "entry", page, patient=patient, enrollments=enrollments, status=status)
