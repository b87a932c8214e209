"""A patient's page, and who the patient is: registering, correcting."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from eligibility.wording import say
from patients import actions
from patients.actions.identity import CORRECTED
from patients.models import Patient
from patients.queries import likely_duplicates
from rems.display.names import names_for
from rems.forms.prescriber.identity import PatientForm
from rems.queries import prescriber as queries
from rems.queries import record
from rems.queries.course import course_of
from rems.queries.later import of_patient
from rems.queries.prepared import waiting_for
from rems.queries.signatures import by_row
from rems.queries.standing import Standing, standings
from rems.queries.state import state_of
from rems.queries.told import unread_in_care
from rems.views.doing import attempt
from rems.views.prescriber.common import (
    act_for,
    in_force,
    may,
    must_be_own,
    now,
    only_prescriber,
    patient_of,
    show,
    zone_of,
)
from rems.views.prescriber.drafts import Keeping, typed_before
from rems.views.prescriber.remedies import remedy
from rems.views.seeing import viewed


@require_safe
@requires(Permission.SEE_OWN_PATIENTS)
def patient(request: HttpRequest, number: str) -> HttpResponse:
    """How the patient stands in each program, and everything that is on record."""
    found, enrollments = patient_of(request, number)
    at, zone = now(request), zone_of(enrollments[0] if enrollments else None)
    enrolled = {enrollment.program for enrollment in enrollments}
    allowed = may(request, enrollments)
    rows = standings(enrollments, at=at)
    gated = {row.enrollment.pk for row in rows}
    agreements = record.agreements_of(enrollments)
    page = {
        "standings": [_standing(row, allowed) for row in rows],
        "ungated": [enrollment for enrollment in enrollments if enrollment.pk not in gated],
        "enrollments": enrollments,
        "sections": _sections(found, rows, zone),
        "of_programs": record.program_sections_of(found, enrollments, zone=zone),
        "evaluations": record.open_evaluations(found),
        "papers": record.prescriptions_of(enrollments, at=at),
        "later": of_patient(found),
        "agreements": agreements,
        "signed": by_row(agreements),
        "prepared": list(waiting_for(person_of(request), [found])),
        "concerns": list(unread_in_care(person_of(request)).filter(patient=found)),
        "categories": record.categories_of(enrollments),
        "not_enrolled": [edition for code, edition in queries.programs_in_force(at).items() if code not in enrolled],
        "zone": zone,
        "section": "prescriber:patients",
    }
    return show(request, "patient", page, patient=found, enrollments=enrollments)


def _sections(found: Patient, rows: list[Standing], zone: ZoneInfo) -> list[record.Section]:
    """What is recorded; of a male patient not what is never asked about one."""
    male = bool(rows) and all(row.category is not None and row.category.male for row in rows)
    sections = record.sections_of(found, zone=zone)
    return [section for section in sections if section.rows or not male or section.code == "reports"]


def _standing(row: Standing, allowed: dict[str, bool]) -> dict[str, Any]:
    """One program's standing with the form for each reason."""
    enrollment = row.enrollment
    names = names_for(
        program=enrollment.program,
        patient=enrollment.patient,
        prescriber=enrollment.prescriber,
        decision=row.decision,
    )
    forms = {f.reason: remedy(f.reason, enrollment) for f in row.decision.unmet}
    return {
        "row": row,
        "state": state_of(row),
        "course": course_of(row),
        "remedies": {reason: form for reason, form in forms.items() if form and allowed[form.permission]},
        "missing": [(f, say(f, zone=row.zone, names=names)) for f in row.decision.unmet],
    }


KEPT = tuple(name for name in PatientForm.base_fields if name != "key")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ENROLL_PATIENTS)
def enroll(request: HttpRequest) -> HttpResponse:
    """Register a patient: likely duplicates are shown before a second record is made."""
    today, adult_from_years = clock.local_date(now(request)), in_force(request).adult_from_years
    kept = Keeping(request=request, form="patient", fields=KEPT)
    if (answer := kept.answer()) is not None:
        return answer
    form = PatientForm(request.POST or None, today=today, adult_from_years=adult_from_years, initial=typed_before(kept))
    page = {"form": form, "section": "prescriber:enroll"} | kept.page()
    if request.method != "POST":
        return show(request, "register", page)
    alike = _alike(form) if form.is_valid() else []
    if alike:
        form.ask_whether_another()
        if not request.POST.get("another_person"):
            return _ask_whether_another(request, form, alike, page)
        form.full_clean()
    made: list[Patient] = []
    act_for(request, only_prescriber(request))
    status = attempt(
        form, lambda key: made.append(actions.register_patient(**form.values(), by=person_of(request), key=key))
    )
    if status:
        return show(request, "register", page, status=status)
    kept.end()
    messages.success(request, f"Registered as {made[0].number}. The category and the agreement come next.")
    return redirect("prescriber:enroll_in", made[0].number)


def _alike(form: PatientForm) -> list[Patient]:
    data = form.cleaned_data
    return list(likely_duplicates(first_name=data["first_name"], last_name=data["last_name"], born=data["born"]))


def _ask_whether_another(
    request: HttpRequest, form: PatientForm, alike: list[Patient], page: dict[str, Any]
) -> HttpResponse:
    """Show who is alike. Of another prescriber's patient only what was typed here anyway."""
    form.add_error(
        "another_person", "Somebody like this is on record. Use that record, or say that this is another person."
    )
    mine = set(
        queries.patients_visible_to(person_of(request))
        .filter(pk__in=[p.pk for p in alike])
        .values_list("pk", flat=True)
    )
    sought = {name: str(form.cleaned_data[name]) for name in ("first_name", "last_name", "born")}
    viewed(request, "likely_duplicates", [p.pk for p in alike], query=sought)
    rows = [(one, one.pk in mine) for one in alike]
    return show(request, "register", page | {"alike": rows}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ATTEST)
def correct_identity(request: HttpRequest, number: str) -> HttpResponse:
    """Correct who the patient is; what stood before is kept with the reason."""
    found, enrollments = patient_of(request, number)
    if enrollments:
        must_be_own(request, enrollments)
    today = clock.local_date(now(request))
    names = [name for name in PatientForm.base_fields if name != "key"]
    stood = {name: getattr(found, name) for name in names}
    adult_from_years = in_force(request, enrollments).adult_from_years
    form = PatientForm(
        request.POST or None, today=today, adult_from_years=adult_from_years, request=request, initial=stood
    )
    if request.method == "POST":
        status = attempt(form, lambda key: _correct(request, found, form, stood, key))
        if not status:
            messages.success(request, "Corrected. What stood before is kept.")
            return redirect("prescriber:patient", number)
    else:
        status = 200
    page = {"form": form, "title": "Correct who the patient is", "verb": "Correct", "meaning": CORRECTED}
    page["purpose"] = "Name, birth date, address, as a pharmacy compares them. What stood before is kept."
    return show(request, "entry", page, patient=found, enrollments=enrollments, status=status)


def _correct(request: HttpRequest, found: Patient, form: PatientForm, stood: dict[str, Any], key: str) -> object:
    changes = {name: value for name, value in form.values().items() if value != stood[name]}
    return actions.correct_identity(
        patient=found,
        changes=changes,
        reason=form.cleaned_data["reason"],
        given=form.given(),
        by=person_of(request),
        key=key,
    )
