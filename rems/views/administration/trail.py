"""The audit list, one event, and the life of one record. Nothing is written here but the view."""

import json
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import Person
from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import sealed
from audit.denials import record_view
from audit.models import Event, Kind
from rems import trail_words
from rems.display.rows import FieldOfRow, change_words, details_shown, fields_of, row_words
from rems.forms.trail import TrailFilters
from rems.queries import audit, trail_state
from rems.queries.fact_lines import lines
from rems.views.administration.trail_panels import SECTION, panels

DEMONSTRATED = 60
"""Seconds by which an act's own instant differs from the database's time only in a demonstration."""


class Row(NamedTuple):
    """An event in a list: what it is called, whom it is about, whether it is sealed."""

    event: Event
    what: str
    patient: str
    sealed: bool


class Change(NamedTuple):
    """A row change: what it is called, and its fields, old and new."""

    event: Event
    what: str
    fields: list[FieldOfRow]
    place: sealed.Place | None


@require_GET
@requires(Permission.READ_TRAIL)
def trail(request: HttpRequest) -> HttpResponse:
    """Events, newest first, narrowed by person, patient, record, action, kind and time."""
    person, filters = person_of(request), TrailFilters(request.GET)
    chosen = filters.chosen()
    found = audit.narrow(audit.events_visible_to(person), chosen, by=person)
    by_time = not chosen.keys().isdisjoint(("since", "until"))
    page = audit.page(found, before=_id(request, "before"), after=_id(request, "after"), by_time=by_time)
    patients, count = audit.patients_shown(page.events, by=person), audit.count_to(found, audit.MOST_COUNTED)
    record_view(
        action="audit.view_trail", by=person, patient_ids=sorted(patients), details={"filters": filters.given()}
    )
    waiting = trail_state.waiting(by=person)
    context = {
        "section": SECTION,
        "filters": filters,
        "page": page,
        "rows": _rows(page.events, patients),
        "count": count,
        "most": audit.MOST_COUNTED,
        "waiting": waiting[: trail_state.MOST_WAITING],
        "more_waiting": len(waiting) > trail_state.MOST_WAITING,
        "may_export": person.may(Permission.EXPORT_TRAIL),
    }
    return render(request, "rems/administration/trail.html", context | panels(person))


@require_GET
@requires(Permission.READ_TRAIL)
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event in full, with the row changes of its act, old and new."""
    person = person_of(request)
    found = get_object_or_404(audit.events_visible_to(person), pk=pk)
    belong = [found] if found.kind == Kind.CHANGE else audit.changes_with(found, by=person)
    changes, patients = _changes(belong, by=person), audit.patients_of(found, by=person)
    shown = set(patients) | audit.patients_around(belong, by=person)
    record_view(action="audit.view_event", by=person, patient_ids=sorted(shown), subject=found)
    said = details_shown(found.table, found.details, identities=person.may(Permission.SEE_ALL_PATIENTS))
    context = {
        "section": SECTION,
        "event": found,
        "said": json.loads(found.payload),
        "what": what_of(found),
        "patients": sorted(patients.values()),
        "place": sealed.places([found.pk]).get(found.pk),
        "details": lines(said) if said else [],
        "changes": changes,
        "act": audit.act_of(found, by=person) if found.kind == Kind.CHANGE else None,
        "shifted": shifted(found),
    }
    return render(request, "rems/administration/event.html", context)


@require_GET
@requires(Permission.READ_TRAIL)
def life(request: HttpRequest, table: str, row: str) -> HttpResponse:
    """One record through time: each change with old and new, each act on it, each look at it."""
    person = person_of(request)
    page = audit.page(audit.life_of(table, row, by=person), before=_id(request, "before"), after=_id(request, "after"))
    if not page.events:
        raise Http404
    patients = audit.patients_shown(page.events, by=person)
    shown = audit.patients_around(page.events, by=person)
    record_view(action="audit.view_record", by=person, patient_ids=sorted(shown), details={"table": table, "row": row})
    changes = {change.event.pk: change for change in _changes(page.events, by=person)}
    context = {
        "section": SECTION,
        "table": table,
        "row": row,
        "what": row_words(table),
        "page": page,
        "rows": [(line, changes.get(line.event.pk)) for line in _rows(page.events, patients)],
    }
    return render(request, "rems/administration/life.html", context)


def what_of(event: Event) -> str:
    """What an event is called: the act's name, or what was done to which row."""
    return change_words(event.action, event.table) if event.kind == Kind.CHANGE else trail_words.words(event.action)


def shifted(event: Event) -> bool:
    """Whether the act took place at another instant than its writing, as in a demonstration."""
    return event.as_of is not None and abs((event.at - event.as_of).total_seconds()) > DEMONSTRATED


def _rows(events: list[Event], patients: dict[int, str]) -> list[Row]:
    places = sealed.places([event.pk for event in events])
    return [Row(event, what_of(event), patients.get(event.patient_id or 0, ""), event.pk in places) for event in events]


def _changes(events: list[Event], *, by: Person) -> list[Change]:
    """Those of the events that changed a row."""
    changed = [event for event in events if event.kind == Kind.CHANGE]
    places = sealed.places([event.pk for event in changed])
    before = {event.pk: audit.image_before(event, by=by) for event in changed}
    images: list[dict[str, Any]] = [image for event in changed for image in (before[event.pk], event.new) if image]
    people = audit.names_of_people({value for image in images for value in image.values() if type(value) is int})
    identities = by.may(Permission.SEE_ALL_PATIENTS)
    return [
        Change(
            event,
            what_of(event),
            fields_of(event.table or "", before[event.pk], event.new, people=people, identities=identities),
            places.get(event.pk),
        )
        for event in changed
    ]


def _id(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 19 else None
