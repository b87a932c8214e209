"""Facts written down as a person writes them: the format of the scenarios, and of decisions on record.

``facts_of`` reads it, ``describe`` writes it, and the two are inverse to each other. Besides the keys of
the scenarios' README the application writes ``patient.able_since``, ``authorization.closes``, ``cancelled``
of both numbers, and ``first_dispense``.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from eligibility.calendar import zone_named
from eligibility.facts import (
    Agreement,
    Certification,
    Contraception,
    Dispensed,
    Facts,
    Interruption,
    IssuedNumber,
    Patient,
    PregnancyTest,
    Prescription,
    Report,
    Site,
    When,
)
from eligibility.vocabulary import SWITCHES, Category, Cycle, Method, ReportKind, Result, Subject

Convert = Callable[[Any], Any]
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")


class FormatError(Exception):
    """A key or value that is not in the format. ``key`` is its dotted place."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key
        self.message = message


class Wrong(ValueError):
    """A value that does not fit; the place is added on the way out."""


def day(value: Any) -> date:
    """A calendar day, ``2026-06-15``."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise Wrong(f"{value!r} is no date like 2026-06-15")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise Wrong(f"{value!r} is no date: {error}") from error


def instant(value: Any) -> datetime:
    """An instant with its offset, ``2026-06-15T10:00:00-04:00``."""
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        raise Wrong(f"{value!r} is no instant with an offset like 2026-06-15T10:00:00-04:00")
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise Wrong(f"{value!r} is no instant: {error}") from error


def moment(value: Any) -> When:
    """A day or an instant."""
    if isinstance(value, str) and DAY.fullmatch(value):
        return day(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return instant(value)


def flag(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise Wrong(f"{value!r} is neither true nor false")
    return value


def state(value: Any) -> bool | When:
    """true, false or the moment at which it became true."""
    return value if isinstance(value, bool) else moment(value)


def number(value: Any) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        raise Wrong(f"{value!r} is no number")
    return value


def word(value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise Wrong(f"{value!r} is no text")
    return value


def zone(value: Any) -> str:
    """An IANA time zone."""
    zone_named(word(value))
    return str(value)


def one_of(kind: type[StrEnum]) -> Convert:
    """A member of a closed list."""

    def convert(value: Any) -> StrEnum:
        try:
            return kind(word(value))
        except ValueError as error:
            raise Wrong(f"unknown {kind.__name__.lower()} {value!r}; one of {', '.join(kind)}") from error

    return convert


def many(convert: Convert) -> Convert:
    """A list."""

    def each(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise Wrong(f"{value!r} is no list")
        return tuple(_at(f"{index}", convert, item) for index, item in enumerate(value))

    return each


def _at(place: str, convert: Convert, value: Any) -> Any:
    try:
        return convert(value)
    except FormatError as error:
        raise FormatError(f"{place}.{error.key}", error.message) from error
    except ValueError as error:
        raise FormatError(place, str(error)) from error


def fields(table: Mapping[str, Convert], value: Any) -> dict[str, Any]:
    """The converted keys of a mapping. Null is unknown, so it is left out; an unknown key is an error."""
    if not isinstance(value, Mapping):
        raise Wrong(f"{value!r} is no mapping of keys")
    for key in value:
        if key not in table:
            raise FormatError(str(key), "unknown key")
    return {key: _at(key, table[key], item) for key, item in value.items() if item is not None}


def record(kind: type, table: Mapping[str, Convert], renamed: Mapping[str, str] | None = None) -> Convert:
    """A mapping that becomes one of the facts."""

    def convert(value: Any) -> Any:
        found = fields(table, value)
        try:
            return kind(**{(renamed or {}).get(key, key): item for key, item in found.items()})
        except TypeError as error:
            raise Wrong(f"a key is missing: {error}") from error

    return convert


PATIENT = {
    "enrolled": flag, "born": day, "category": one_of(Category), "category_basis": word, "last_menses": day,
    "menarche_reported": flag, "cycle": one_of(Cycle), "able_since": moment,
}  # fmt: skip
CERTIFICATION = {"certified": moment, "deactivated": moment}
NUMBER = {"issued": moment, "used": state, "cancelled": state, "program": word}
TEST = {"collected": moment, "result": one_of(Result), "sensitivity_miu_ml": number, "home": flag}
PRESCRIPTION = {
    "written": moment, "days_supply": number, "units": number, "refill": flag, "verbal": flag,
    "category": one_of(Category),
}  # fmt: skip
REPORT = {"kind": one_of(ReportKind), "subject": one_of(Subject), "opened": moment, "closed": moment, "outcome": word}

FACTS: dict[str, Convert] = {
    "patient": record(Patient, PATIENT),
    "agreement": record(Agreement, {"signed_on": moment, "guardian_signed": flag, "category": one_of(Category)}),
    "prescriber": record(Certification, CERTIFICATION),
    "pharmacy": record(Site, {**CERTIFICATION, "zone": zone}),
    "contraception": record(Contraception, {"since": day, "methods": many(word), "abstinence": flag}),
    "tests": many(record(PregnancyTest, TEST)),
    "first_dose": day,
    "first_dispense": moment,
    "therapy_ended": day,
    "interruption": record(Interruption, {"from": day, "to": day}, {"from": "start", "to": "end"}),
    "surveys": many(moment),
    "prescriber_survey_completed": flag,
    "counseled": flag,
    "checklist_complete": flag,
    "medication_guide_given": flag,
    "prescription": record(Prescription, PRESCRIPTION),
    "authorization": record(IssuedNumber, {**NUMBER, "closes": instant}),
    "confirmation": record(IssuedNumber, NUMBER),
    "hand_over": lambda value: fields({"method": one_of(Method)}, value).get("method"),
    "last_dispense": record(Dispensed, {"date": moment, "days_supply": number}),
    "days_on_hand": number,
    "reports": many(record(Report, REPORT)),
    "flexibilities": lambda value: fields(dict.fromkeys(SWITCHES, flag), value),
}


def facts_of(described: Mapping[str, Any], *, at: datetime, program: str) -> Facts:
    """The facts. ``FormatError`` names the key of whatever is not in the format."""
    found = fields(FACTS, described)
    if "hand_over" in found:
        found["method"] = found.pop("hand_over")
    patient: Patient = found.get("patient", Patient())
    written = described.get("prescription")
    if not (isinstance(written, Mapping) and "category" in written):
        found["prescription"] = _with_category(found.get("prescription", Prescription()), patient.category)
    return Facts(at=at, program=program, **found)


def _with_category(prescription: Prescription, category: Category | None) -> Prescription:
    """The category on a prescription is the patient's unless given."""
    return Prescription(
        written=prescription.written,
        days_supply=prescription.days_supply,
        units=prescription.units,
        refill=prescription.refill,
        verbal=prescription.verbal,
        category=category,
    )


def describe(facts: Facts) -> dict[str, Any]:
    """The facts in the format, ready for JSON. What is unknown is left out, but for the prescription's category."""
    text = {key: _plain(getattr(facts, key)) for key in FACTS if key != "hand_over"}
    text["prescription"] = {**text["prescription"], "category": _plain(facts.prescription.category)}
    if facts.interruption:
        spans = {"from": facts.interruption.start, "to": facts.interruption.end}
        text["interruption"] = {key: _plain(value) for key, value in spans.items() if value}
    if facts.method:
        text["hand_over"] = {"method": facts.method.value}
    return {key: value for key, value in text.items() if value not in (None, {}, [])}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "__dataclass_fields__"):
        parts = {key: getattr(value, key) for key in value.__dataclass_fields__}
        return {key: _plain(part) for key, part in parts.items() if part is not None and part is not False and part != ()}
    return value
