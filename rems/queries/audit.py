"""The trail as the administrator and the auditor read it: newest first, narrowed, page by page."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from accounts.models import Person
from accounts.roles import Permission
from audit.models import Event
from patients.models import Patient
from rems.queries.administration import narrowed

PAGE = 50
VIEWS = Q(action__contains=".view_")
SIGN_INS = Q(action__startswith="accounts.sign_")
PATIENT_FIELDS = ("first_name", "last_name", "number")


class Page(NamedTuple):
    """A page of events; ``older`` and ``newer``: the ids from which the neighbours are read."""

    events: list[Event]
    older: int | None
    newer: int | None


def events_visible_to(person: Person) -> "QuerySet[Event]":
    """Everything in the trail, newest first, for who may read it."""
    found = Event.objects.order_by("-id")
    return found if person.may(Permission.READ_TRAIL) else found.none()


def narrow(found: "QuerySet[Event]", chosen: Mapping[str, Any], *, by: Person) -> "QuerySet[Event]":
    """Events of a person, about a patient, of an action or a kind of action, within a time."""
    if who := chosen.get("person"):
        found = found.filter(person_id__in=people_named(who))
    if whom := chosen.get("patient"):
        found = found.filter(_about(patients_named(whom, by=by)))
    if action := chosen.get("action"):
        found = found.filter(action=action)
    if since := chosen.get("since"):
        found = found.filter(at__gte=since)
    if until := chosen.get("until"):
        found = found.filter(at__lte=until)
    return _of_kind(found, chosen.get("kind", ""))


def _of_kind(found: "QuerySet[Event]", kind: str) -> "QuerySet[Event]":
    match kind:
        case "changes":
            return found.exclude(VIEWS | SIGN_INS).exclude(allowed=False)
        case "views":
            return found.filter(VIEWS)
        case "denials":
            return found.filter(allowed=False)
    return found


def _about(patients: list[int]) -> Q:
    about = Q(patient_id__in=patients)
    for patient in patients:
        about |= Q(details__patients__contains=[patient])
    return about


def page(found: "QuerySet[Event]", *, before: int | None = None, after: int | None = None) -> Page:
    """One page by the events' ids, so that what is appended meanwhile shifts nothing."""
    if after is not None:
        rows = list(found.filter(id__gt=after).order_by("id")[: PAGE + 1])
        events = rows[:PAGE][::-1]
        more_newer, more_older = len(rows) > PAGE, True
    else:
        rows = list((found if before is None else found.filter(id__lt=before))[: PAGE + 1])
        events = rows[:PAGE]
        more_newer, more_older = before is not None, len(rows) > PAGE
    if not events:
        return Page([], None, None)
    return Page(events, events[-1].pk if more_older else None, events[0].pk if more_newer else None)


def people_named(words: str) -> list[int]:
    """The people in whose name or address each of the words occurs."""
    found = narrowed(Person.objects.all(), words=words, fields=("name", "email"))
    return list(found.values_list("pk", flat=True)[:200])


def patients_named(words: str, *, by: Person) -> list[int]:
    """The patients meant by a number; by a name only for who may see every patient."""
    if by.may(Permission.SEE_ALL_PATIENTS):
        found = narrowed(Patient.objects.all(), words=words, fields=PATIENT_FIELDS)
    else:
        found = Patient.objects.filter(number__iexact=words.strip())
    return list(found.values_list("pk", flat=True)[:50])


def patients_shown(events: Iterable[Event], *, by: Person) -> dict[int, str]:
    """How each patient of these events is called: by the number, with the name for who may see it."""
    return names_of_patients({event.patient_id for event in events if event.patient_id is not None}, by=by)


def patients_of(event: Event, *, by: Person) -> dict[int, str]:
    """The same for all patients of one event: the one it is about, or those whom a list showed."""
    listed = event.details.get("patients", [])
    ids = {pk for pk in listed if isinstance(pk, int)} if isinstance(listed, list) else set()
    return names_of_patients(ids | ({event.patient_id} if event.patient_id else set()), by=by)


def names_of_patients(ids: set[int], *, by: Person) -> dict[int, str]:
    """How these patients are called to this person."""
    named = by.may(Permission.SEE_ALL_PATIENTS)
    return {
        patient.pk: f"{patient.number} {patient.name}" if named else patient.number
        for patient in Patient.objects.filter(pk__in=ids)
    }


def life_of(event: Event, *, by: Person) -> list[Event]:
    """Other events about the same row, newest first: what else was done with it."""
    if not event.table or not event.row_id:
        return []
    same = events_visible_to(by).filter(table=event.table, row_id=event.row_id)
    return list(same.exclude(VIEWS).exclude(pk=event.pk)[:20])
