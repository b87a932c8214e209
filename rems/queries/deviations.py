"""Deviations: which there are and how they stand, in words, and those that were repeated, together."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Case, Count, DateField, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, When

from accounts.models import Person
from accounts.roles import Permission
from eligibility.calendar import day_of
from eligibility.moments import count_words, day_words, moment_words
from eligibility.wording import Said, say
from pharmacies.models import Pharmacy
from prescribers.models import Prescriber
from rems.deviations import RULES, Rule, alike
from rems.display.clock import zone_of
from rems.gate import decision_of, finding_kept
from rems.models import CorrectiveAction, Deviation, DeviationSignOff
from rems.models.choices import DeviationKind as Kind
from rems.queries.audit import patients_named

REFUSED = "It was refused: nothing was dispensed."
GROUPS = 10
"""As many groups as the list shows above its rows."""
Key = tuple[str, int | None, int | None]
"""Kind, site, and where no site has part in it, prescriber."""


class State(NamedTuple):
    """How a deviation stands: tone, icon and words."""

    tone: str
    icon: str
    words: str


def deviations_visible_to(person: Person) -> "QuerySet[Any]":
    """Every departure from the program that was noticed, newest first, for who may see every decision.

    ``due_on``: until when the newest corrective action is to be done; ``signed``: whether it is signed off.
    """
    newest = CorrectiveAction.objects.filter(deviation=OuterRef("pk")).order_by("-planned_at", "-pk")
    found = Deviation.objects.annotate(
        due_on=Subquery(newest.values("due_on")[:1], output_field=DateField()),
        signed=Exists(DeviationSignOff.objects.filter(deviation=OuterRef("pk"))),
    )
    found = found.select_related("patient", "prescriber", "pharmacy", "caused_by", "decision__by")
    found = found.order_by("-at", "-pk")
    return found if person.may(Permission.SEE_DECISIONS) else found.none()


def narrowed(found: "QuerySet[Any]", chosen: Mapping[str, Any], *, by: Person, today: date) -> "QuerySet[Any]":
    """Those in a state (open where none is chosen), of a kind, with whom, in a program, about a patient, in a time."""
    found = found.filter(_in_state(chosen.get("state", ""), today=today))
    for name in ("program", "kind"):
        if chosen.get(name):
            found = found.filter(**{name: chosen[name]})
    if site := chosen.get("site"):
        found = found.filter(pharmacy=site)
    if prescriber := chosen.get("prescriber"):
        found = found.filter(prescriber=prescriber, pharmacy__isnull=True)
    if whom := chosen.get("patient"):
        found = found.filter(patient__in=patients_named(whom, by=by))
    if since := chosen.get("since"):
        found = found.filter(at__gte=since)
    if until := chosen.get("until"):
        found = found.filter(at__lte=until)
    return found


def _in_state(state: str, *, today: date) -> Q:
    return {
        "all": Q(),
        "signed": Q(signed=True),
        "unplanned": Q(signed=False, due_on__isnull=True),
        "planned": Q(signed=False, due_on__gte=today),
        "late": Q(signed=False, due_on__lt=today),
    }.get(state, Q(signed=False))


def state_of(deviation: Any, *, today: date) -> State:
    """How a row of ``deviations_visible_to`` stands."""
    if deviation.signed:
        return State("is-neutral", "check", "Signed off")
    if deviation.due_on is None:
        return State("is-warning", "warning", "No action planned")
    if deviation.due_on < today:
        return State("is-refused", "clock", f"Action overdue {count_words((today - deviation.due_on).days, 'day')}")
    return State("is-note", "calendar", f"Action due {day_words(deviation.due_on)}")


def rule_of(deviation: Deviation) -> Rule:
    """From what it departs, with the mark."""
    return RULES[Kind(deviation.kind)]


def said_of(deviation: Deviation) -> Said:
    """What was noticed: in the engine's words where it found it, else with the instants of the number."""
    kept, zone = deviation.details.get("finding"), zone_of(deviation.program)
    finding = finding_kept(kept) if kept else _noted_with(deviation)
    title = deviation.get_kind_display()
    if finding is not None:
        said = say(finding, zone=zone, names={})
        if not deviation.stopped:
            return said
        return said._replace(title=f"{title}, refused", sentence=f"{said.sentence} {REFUSED}")
    return Said(title, _sentence(deviation), "", "", deviation.kind)


def _noted_with(deviation: Deviation) -> Any:
    """The finding of the decision with which an older one was noted."""
    if deviation.decision is None:
        return None
    return next((f for f in decision_of(deviation.decision).warnings if f.reason == deviation.kind), None)


def _sentence(deviation: Deviation) -> str:
    said, zone = deviation.details, zone_of(deviation.program)
    if deviation.kind == Kind.FILL_EARLY and "opens" in said:
        opens = datetime.fromisoformat(said["opens"])
        early = (day_of(opens, zone) - day_of(deviation.at, zone)).days
        return (
            f"Dispensed {count_words(early, 'day')} before {day_words(day_of(opens, zone))}, when the fill opens by the"
            f" last dispensing; {count_words(said['counted'], 'day')} were counted on hand."
        )
    if "ended" in said:
        issued, ended = (moment_words(datetime.fromisoformat(said[name]), zone=zone) for name in ("issued", "ended"))
        used = "handed over" if deviation.kind == Kind.CONFIRMATION_LAPSED else "used"
        return f"Issued {issued}; it ended {ended}, neither {used} nor cancelled."
    return ""


def key_of(deviation: Deviation) -> Key:
    """With what others it is repeated."""
    site = deviation.pharmacy_id
    return deviation.kind, site, None if site else deviation.prescriber_id


class Group(NamedTuple):
    """Deviations of one kind that lie with one prescriber or site: who, how many, how many open, since when."""

    kind: str
    words: str
    lies_with: str
    many: int
    open: int
    first: datetime
    newest: datetime
    query: str


def repeated(found: "QuerySet[Any]", *, most: int = GROUPS) -> list[Group]:
    """What was repeated and is not signed off whole: the groups with the most open ones on top."""
    rows = _together(found).annotate(
        many=Count("pk"),
        open=Count("pk", filter=Q(sign_off__isnull=True)),
        first=Min("at"),
        newest=Max("at"),
    )
    rows = list(rows.filter(many__gt=1, open__gt=0).order_by("-open", "-many", "kind", "site", "with_whom")[:most])
    sites = Pharmacy.objects.in_bulk({row["site"] for row in rows if row["site"]})
    prescribers = Prescriber.objects.in_bulk({row["with_whom"] for row in rows if row["with_whom"]})
    return [
        Group(
            kind=row["kind"],
            words=Kind(row["kind"]).label,
            lies_with=str(sites[row["site"]] if row["site"] else prescribers[row["with_whom"]]),
            query=query_of((row["kind"], row["site"], row["with_whom"])),
            **{name: row[name] for name in ("many", "open", "first", "newest")},
        )
        for row in rows
    ]


def query_of(key: Key) -> str:
    """The address's part that lists a group, the open ones and those that are signed off."""
    kind, site, prescriber = key
    return f"state=all&kind={kind}&" + (f"site={site}" if site else f"prescriber={prescriber}")


def counted(rows: Iterable[Deviation], *, by: Person) -> dict[Key, int]:
    """How many there are of each of these rows' groups, in one query."""
    keys = {key_of(row) for row in rows}
    if not keys or not by.may(Permission.SEE_DECISIONS):
        return {}
    sites, prescribers = {site for _, site, _ in keys if site}, {whom for _, _, whom in keys if whom}
    found = Deviation.objects.filter(
        Q(pharmacy__in=sites) | Q(pharmacy__isnull=True, prescriber__in=prescribers),
        kind__in={kind for kind, _, _ in keys},
    )
    counts = _together(found).annotate(many=Count("pk"))
    return {(row["kind"], row["site"], row["with_whom"]): row["many"] for row in counts}


def _together(found: "QuerySet[Any]") -> "QuerySet[Any]":
    with_whom = Case(When(pharmacy__isnull=True, then=F("prescriber")))
    return found.order_by().values("kind", site=F("pharmacy"), with_whom=with_whom)


def others_open(deviation: Deviation, *, by: Person) -> "QuerySet[Deviation]":
    """Those for which the same could be planned, oldest first."""
    found = alike(deviation).select_related("patient").order_by("at", "pk")
    return found if by.may(Permission.SETTLE_DEVIATIONS) else found.none()


def corrections_of(deviation: Deviation) -> "QuerySet[CorrectiveAction]":
    """What was planned about it, the newest first."""
    return deviation.corrections.select_related("planned_by").order_by("-planned_at", "-pk")


def sign_off_of(deviation: Deviation) -> DeviationSignOff | None:
    """Its end; None: it is open."""
    return DeviationSignOff.objects.select_related("signature", "signed_by").filter(deviation=deviation).first()


def standing_counts(person: Person, *, today: date) -> dict[str, int]:
    """How many are open, how many have no action planned and how many actions are overdue."""
    found = deviations_visible_to(person).order_by()
    states = ("", "unplanned", "late")
    open_ones, unplanned, late = (found.filter(_in_state(state, today=today)).count() for state in states)
    return {"open": open_ones, "unplanned": unplanned, "late": late}
