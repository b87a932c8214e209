"""Break-glass: opening one patient's whole record, reading it, closing it; the list of openings and their review."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from patients.models import Patient
from rems import trail_words
from rems.actions.openings import close_record as close_the_record
from rems.actions.openings import open_record as open_the_record
from rems.actions.openings import review_opening
from rems.forms.openings import CloseRecordForm, OpenRecordForm, ReviewForm
from rems.models import Opening
from rems.queries import administration, decisions, patient_record
from rems.queries import openings as queries
from rems.queries.record import agreements_of
from rems.queries.signatures import by_row
from rems.views.administration.listing import page_of, viewed
from rems.views.doing import attempt

SECTION, PATIENTS = "administration:openings", "administration:patients"


@require_http_methods(["GET", "POST"])
@requires(Permission.OPEN_RECORDS)
def open_record(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the whole record: the reason, and who one is, again."""
    person, found = person_of(request), _patient(request, number)
    form, status = OpenRecordForm(request.POST or None, request=request), 200

    def act(key: str) -> object:
        reason = form.cleaned_data["reason"]
        return open_the_record(patient=found, reason=reason, proof=form.proof, by=person, key=key)

    if request.method == "POST":
        if not (failed := attempt(form, act)):
            return redirect("administration:record", found.number)
        status = failed
    viewed(request, "patient", [found.pk], found)
    context = {"section": PATIENTS, "patient": found, "form": form}
    return render(request, "rems/administration/open_record.html", context, status=status)


@require_GET
@requires(Permission.OPEN_RECORDS)
def record(request: HttpRequest, number: str) -> HttpResponse:
    """The whole record while it is open; otherwise to the form that opens it."""
    person, found, at = person_of(request), _patient(request, number), clock.now()
    opening = queries.opening_of(person, found, at=at)
    if opening is None:
        return redirect("administration:open_record", found.number)
    viewed(request, "opened_record", [found.pk], found, opening=opening.pk)
    standings = patient_record.standings(list(administration.enrollments_of(person, [found])), at=at)
    agreements = agreements_of(row.enrollment for row in standings)
    context = {
        "section": PATIENTS,
        "patient": found,
        "opening": opening,
        "closing": CloseRecordForm(auto_id=False),
        "programs": standings,
        "courses": patient_record.courses_of(opening, at=at),
        "facts": patient_record.facts_of(opening),
        "agreements": agreements,
        "signed": by_row(agreements),
        "numbers": patient_record.numbers_of(opening),
        "decisions": decisions.decisions_visible_to(person).filter(patient=found)[:20],
    }
    return render(request, "rems/administration/record.html", context)


@require_POST
@requires(Permission.OPEN_RECORDS)
def close_record(request: HttpRequest, number: str) -> HttpResponse:
    """Close it before its hour is over. Where it is closed already, nothing is left to do."""
    person, found = person_of(request), _patient(request, number)
    opening, form = queries.opening_of(person, found, at=clock.now()), CloseRecordForm(request.POST)
    if opening is not None and attempt(form, lambda key: close_the_record(opening=opening, by=person, key=key)):
        messages.error(request, " ".join(str(said) for errors in form.errors.values() for said in errors))
    else:
        messages.success(request, "Closed. Another administrator reviews the opening.")
    return redirect("administration:patient", found.number)


@require_GET
@requires(Permission.SEE_OPENINGS)
def openings(request: HttpRequest) -> HttpResponse:
    """Who opened whose record and why, newest first, and what the reviews found."""
    person, at = person_of(request), clock.now()
    page = page_of(request, queries.openings_visible_to(person))
    viewed(request, "openings", (row.patient_id for row in page))
    rows = [(row, _state(row, at=at)) for row in page]
    context = {"section": SECTION, "page": page, "rows": rows, "waiting": queries.unreviewed(person, at=at)}
    return render(request, "rems/administration/openings.html", context)


@require_GET
@requires(Permission.SEE_OPENINGS)
def opening(request: HttpRequest, pk: int) -> HttpResponse:
    """One opening: the reason, what was looked at, and its review."""
    return _show(request, _find(request, pk))


@require_POST
@requires(Permission.REVIEW_OPENINGS)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the review found. To who opened the record the act says no."""
    found, form = _find(request, pk), ReviewForm(request.POST)

    def act(key: str) -> object:
        given = {name: form.cleaned_data[name] for name in ("conclusion", "findings")}
        return review_opening(opening=found, **given, by=person_of(request), key=key)

    if status := attempt(form, act):
        return _show(request, _find(request, pk), form, status=status)
    messages.success(request, "Recorded. The opening is reviewed.")
    return redirect("administration:opening", pk)


def _patient(request: HttpRequest, number: str) -> Patient:
    return get_object_or_404(administration.patients_visible_to(person_of(request)), number=number)


def _find(request: HttpRequest, pk: int) -> Opening:
    return get_object_or_404(queries.openings_visible_to(person_of(request)), pk=pk)


def _state(row: Opening, *, at: datetime) -> str:
    """``open``, ``waiting`` or the conclusion: as the list says it."""
    if row.is_open(at):
        return "open"
    return row.conclusion or "waiting"


def _show(request: HttpRequest, found: Opening, form: ReviewForm | None = None, *, status: int = 200) -> HttpResponse:
    person, state = person_of(request), _state(found, at=clock.now())
    viewed(request, "opening", [found.patient_id], found)
    looked = [(event, trail_words.words(event.action)) for event in queries.views_of(found, by=person)]
    own = found.opened_by_id == person.pk
    reviews = state == "waiting" and not own and person.may(Permission.REVIEW_OPENINGS)
    context = {
        "section": SECTION,
        "opening": found,
        "state": state,
        "own": own,
        "looked": looked,
        "named": person.may(Permission.SEE_ALL_PATIENTS),
        "form": (form or ReviewForm()) if reviews or form else None,
    }
    return render(request, "rems/administration/opening.html", context, status=status)
