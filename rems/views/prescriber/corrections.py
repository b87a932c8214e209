"""Corrections: a new entry supersedes the old one and says why; both stay visible.

A correction changes what was attested, so it is the prescriber's own (rule book, Prescriber, D).
"""

from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts.policy import person_of, requires
from accounts.roles import Permission
from eligibility.vocabulary import Category
from patients import actions, models
from patients.actions.corrections import CORRECTED
from rems.actions import intake
from rems.forms.prescriber.events import DATE_FORMS, ReportForm
from rems.forms.prescriber.facts import AttestationForm, CycleForm, FactForm, MenarcheForm, TestForm
from rems.forms.prescriber.surveys import PatientSurveyForm
from rems.models import Enrollment
from rems.queries.prescriber import category_of
from rems.queries.record import correctable
from rems.views.doing import attempt
from rems.views.prescriber.common import in_force, must_be_own, patient_of, show, zone_of
from rems.views.prescriber.surveys import told_by


class Kind(NamedTuple):
    """A kind of entry: its record, its form, what it is called."""

    model: Any
    form: type[FactForm] | None
    words: str


KINDS = {
    "test": Kind(models.PregnancyTest, TestForm, "pregnancy test"),
    "attestation": Kind(models.ContraceptionAttestation, AttestationForm, "attestation"),
    "cycle": Kind(models.CycleReport, CycleForm, "cycles"),
    "menarche": Kind(models.MenarcheReport, MenarcheForm, "first period"),
    "survey": Kind(models.PatientSurvey, None, "patient survey"),
    "report": Kind(models.Report, ReportForm, "report"),
    "date": Kind(models.TherapyDate, None, "date of the therapy"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ATTEST)
def correct(request: HttpRequest, number: str, kind: str, pk: int) -> HttpResponse:
    """Correct or withdraw one entry."""
    patient, enrollments = patient_of(request, number)
    must_be_own(request, enrollments)
    if kind not in KINDS:
        raise Http404
    fact = get_object_or_404(correctable(KINDS[kind].model), pk=pk, patient=patient)
    _must_be_of_own_program(request, fact, enrollments)
    form = _form_of(request, fact, kind, enrollments)
    status: int | None = 200
    if request.method == "POST":
        status = attempt(form, lambda key: _supersede(request, fact, form, enrollments, key))
    if status is None:
        messages.success(request, "Corrected. The entry before it stays visible.")
        return redirect("prescriber:patient", number)
    page = {"form": form, "title": f"Correct: {KINDS[kind].words}", "verb": "Correct the entry"}
    page["meaning"] = CORRECTED
    page["purpose"] = "A result is never edited. The correction is a new entry that says why; both stay on record."
    return show(request, "entry", page, patient=patient, enrollments=enrollments, subject=fact, status=status)


def _must_be_of_own_program(request: HttpRequest, fact: Any, enrollments: list[Enrollment]) -> None:
    """404 for an entry of a program in which another has the patient; 403 where one is that one’s delegate."""
    program = getattr(fact, "program", None)
    if program is None:
        return
    of_program = [enrollment for enrollment in enrollments if enrollment.program == program]
    if not of_program:
        raise Http404
    must_be_own(request, of_program)


def _form_of(request: HttpRequest, fact: Any, kind: str, enrollments: list[Enrollment]) -> FactForm:
    sent, zone, values = request.POST or None, zone_of(), in_force(request, enrollments)
    if kind == "survey":
        category = _category(fact, enrollments)
        return PatientSurveyForm(sent, zone=zone, in_force=values, correcting=fact, category=category, request=request)
    form = DATE_FORMS[fact.kind] if kind == "date" else KINDS[kind].form
    if form is None:
        raise Http404
    return form(sent, zone=zone, in_force=values, correcting=fact, request=request)


def _enrollment(survey: models.PatientSurvey, enrollments: list[Enrollment]) -> Enrollment:
    """The enrollment in the survey's program; 404 where there is none."""
    for enrollment in enrollments:
        if enrollment.program == survey.program:
            return enrollment
    raise Http404


def _category(survey: models.PatientSurvey, enrollments: list[Enrollment]) -> Category:
    """The category whose questions the survey asked, as it is now."""
    assigned = category_of(_enrollment(survey, enrollments))
    if assigned is None:
        raise Http404
    return Category(assigned.category)


def _supersede(request: HttpRequest, fact: Any, form: FactForm, enrollments: list[Enrollment], key: str) -> object:
    data = form.cleaned_data
    changes = {} if data["void"] else form.changes()
    if not changes and not data["void"]:
        raise ValidationError("Nothing was changed.")
    if isinstance(form, PatientSurveyForm) and not data["void"]:
        return intake.correct_patient_survey(
            enrollment=_enrollment(fact, enrollments),
            survey=fact,
            changes=changes,
            reason=data["correction_reason"],
            told=told_by(form),
            given=form.given(),
            by=person_of(request),
            key=key,
        )
    return actions.correct(
        fact=fact,
        changes=changes,
        reason=data["correction_reason"],
        void=data["void"],
        given=form.given(),
        by=person_of(request),
        key=key,
    )
