"""The trail as the administrator and the auditor read it: newest first, narrowed, page by page."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db.models import Q

from accounts.models import Person
from accounts.roles import Permission
from audit.models import Event, Events, Kind
from patients.models import Patient
from rems.queries.administration import narrowed

PAGE = 50
MOST_COUNTED = 10_000
"""A list is counted so far; beyond it says that there are more."""
PATIENT_FIELDS = ("first_name", "last_name", "number")
ROW_CHANGES = Q(kind=Kind.CHANGE)
# Row changes belong to an act and stand on its page, but for those that belong to none.
LISTED = ~ROW_CHANGES | Q(out_of_band=True)
KINDS = {
    "acts": Q(kind=Kind.ACT),
    "changes": ROW_CHANGES,
    "views": Q(kind=Kind.VIEW),
    "denials": Q(allowed=False),
    "out_of_band": Q(out_of_band=True),
    "sign_ins": Q(kind=Kind.SIGN_IN),
    "system": Q(kind=Kind.SYSTEM),
}


class Page(NamedTuple):
    """A page of events; ``older`` and ``newer``: the ids from which the neighbours are read."""

    events: list[Event]
    older: int | None
    newer: int | None


def events_visible_to(person: Person) -> Events:
    """Everything in the trail, newest first, for who may read it."""
    found = Event.objects.order_by("-id")
    return found if person.may(Permission.READ_TRAIL) else found.none()


def narrow(found: Events, chosen: Mapping[str, Any], *, by: Person) -> Events:
    """Events of a person, about a patient or a record, of an action or a kind, within a time.

    Without a kind, an action or a record: without the row changes that belong to an act.
    """
    if who := chosen.get("person"):
        found = found.filter(person_id__in=people_named(who))
    if whom := chosen.get("patient"):
        found = found.filter(_about(patients_named(whom, by=by)))
    if table := chosen.get("table"):
        found = found.filter(table=table)
    if row := chosen.get("row"):
        found = found.filter(row_id=row)
    if action := chosen.get("action"):
        found = found.filter(action=action)
    if since := chosen.get("since"):
        found = found.filter(at__gte=since)
    if until := chosen.get("until"):
        found = found.filter(at__lte=until)
    if kind := chosen.get("kind"):
        return found.filter(KINDS[kind])
    return found if chosen.get("table") or chosen.get("action") else found.filter(LISTED)


def _about(patients: list[int]) -> Q:
    about = Q(patient_id__in=patients)
    for patient in patients:
        about |= Q(patients__contains=[patient])
    return about


def count_to(found: Events, most: int) -> int:
    """How many there are; of more than ``most`` only that there are more (``most + 1``)."""
    return found.order_by().values("pk")[: most + 1].count()


def in_parts(found: Events, *, at_once: int, most: int) -> Iterator[list[Event]]:
    """The events from the oldest on, so many in one query: an answer of any length in little memory."""
    after, given = 0, 0
    while given < most:
        part = list(found.filter(id__gt=after).order_by("id")[: min(at_once, most - given)])
        if not part:
            return
        yield part
        after, given = part[-1].pk, given + len(part)


def page(found: Events, *, before: int | None = None, after: int | None = None, by_time: bool = False) -> Page:
    """One page by the events themselves, so that what is appended meanwhile shifts nothing.

    ``by_time``: in the order of their times, for a list that is narrowed by time. It is nearly always
    that of their ids, but only so the index of the times leads to a page in the middle.
    """
    order = ("-at", "-id") if by_time else ("-id",)
    if after is not None:
        rows = list(_beyond(found, after, newer=True, by_time=by_time).order_by(*order).reverse()[: PAGE + 1])
        events = rows[:PAGE][::-1]
        more_newer, more_older = len(rows) > PAGE, True
    else:
        rest = found if before is None else _beyond(found, before, newer=False, by_time=by_time)
        rows = list(rest.order_by(*order)[: PAGE + 1])
        events = rows[:PAGE]
        more_newer, more_older = before is not None, len(rows) > PAGE
    if not events:
        return Page([], None, None)
    return Page(events, events[-1].pk if more_older else None, events[0].pk if more_newer else None)


def _beyond(found: Events, event_id: int, *, newer: bool, by_time: bool) -> Events:
    """The events on one side of this one in the order of the list."""
    way = "gt" if newer else "lt"
    at = Event.objects.filter(pk=event_id).values_list("at", flat=True).first() if by_time else None
    if at is None:
        return found.filter(**{f"id__{way}": event_id})
    return found.filter(Q(**{f"at__{way}": at}) | Q(at=at, **{f"id__{way}": event_id}), **{f"at__{way}e": at})


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
    listed = event.patients if isinstance(event.patients, list) else []
    ids = {pk for pk in listed if isinstance(pk, int)}
    return names_of_patients(ids | ({event.patient_id} if event.patient_id else set()), by=by)


def names_of_patients(ids: set[int], *, by: Person) -> dict[int, str]:
    """How these patients are called to this person."""
    named = by.may(Permission.SEE_ALL_PATIENTS)
    return {
        patient.pk: f"{patient.number} {patient.name}" if named else patient.number
        for patient in Patient.objects.filter(pk__in=ids)
    }


def numbers_of_patients(ids: set[int]) -> dict[int, str]:
    """The numbers by which these patients are called."""
    return dict(Patient.objects.filter(pk__in=ids).values_list("pk", "number"))


def changes_with(event: Event, *, by: Person) -> list[Event]:
    """The row changes of the transaction in which this entry was written, in their order.

    Where several acts share one, as while the demonstration is loaded, those since the same act was last done;
    of an act inside another, those since the entry before it.
    """
    same = events_visible_to(by).filter(epoch=event.epoch, txid=event.txid)
    own = same.filter(ROW_CHANGES, act=event.action)
    before = same.exclude(ROW_CHANGES).filter(id__lt=event.pk).order_by("-id")
    if own.filter(id__lt=event.pk).exists():
        found, last = own, before.filter(action=event.action).first()
    else:
        found, last = same.filter(ROW_CHANGES), before.first()
    since = last.pk if last is not None else 0
    return list(found.filter(id__gt=since, id__lt=event.pk).order_by("id")[:PAGE])


def act_of(change: Event, *, by: Person) -> Event | None:
    """The act to which a row change belongs; None where it belongs to none."""
    same = events_visible_to(by).filter(epoch=change.epoch, txid=change.txid, action=change.act)
    return same.order_by("-id").first() if change.act else None


def life_of(table: str, row: str, *, by: Person) -> Events:
    """Everything about one row, newest first: its changes, the acts on it, who looked at it."""
    return events_visible_to(by).filter(table=table, row_id=row)


def image_before(change: Event, *, by: Person) -> dict[str, Any] | None:
    """What a change replaced: the row's own former image, or that of the row which this one supersedes."""
    if change.old is not None:
        return dict(change.old)
    superseded = (change.new or {}).get("supersedes_id")
    if superseded is None or change.table is None:
        return None
    former = life_of(change.table, str(superseded), by=by).filter(ROW_CHANGES, id__lt=change.pk).first()
    return former.new if former else None


def patients_around(events: Iterable[Event], *, by: Person) -> set[int]:
    """The patients of everything that was written in the transactions of these events.

    A row that names no patient itself, such as a signature, belongs to one all the same.
    """
    moments = {(event.epoch, event.txid) for event in events}
    same = events_visible_to(by).filter(
        epoch__in={epoch for epoch, _ in moments}, txid__in={txid for _, txid in moments}, patient_id__isnull=False
    )
    return {pk for pk in same.order_by().values_list("patient_id", flat=True).distinct() if pk is not None}


def names_of_people(ids: set[int]) -> dict[int, str]:
    """The names of those of these numbers that are people's."""
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
