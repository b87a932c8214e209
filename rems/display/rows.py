"""Rows of the records as the trail keeps them, in words: tables, fields, old and new values."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Field, Model

from eligibility.calendar import zone_named
from eligibility.moments import day_words, moment_words

NONE = "none"
WITHHELD = "withheld: for those who may see every patient"
LONGEST = 600
IDENTITY = frozenset(
    [
        "first_name",
        "middle_name",
        "last_name",
        "born",
        "address_line_1",
        "address_line_2",
        "city",
        "state",
        "zip_code",
        "phone",
        "fax",
        "email",
        "language",
        "guardian_name",
        "guardian_relationship",
        "guardian_phone",
        "before",
        "after",
    ]
)
"""Who a patient is and where they are reached. ``before`` and ``after`` hold the same as it was corrected."""
PERSONAL = {
    "patients_patient": IDENTITY,
    "patients_identitycorrection": IDENTITY,
    "accounts_signature": frozenset({"printed_name", "content"}),
    "patients_contraceptionattestation": frozenset({"attested_by_name"}),
    "patients_patientsurvey": frozenset({"answered_by"}),
    "rems_concern": frozenset({"teller", "said"}),
    "rems_patientanswer": frozenset({"answered_by"}),
}
NAMES_IN_DETAILS = frozenset({"told_by"})
"""Details of acts that name a patient or a guardian, whatever row the act is about."""
VOWELS = frozenset("aeio")
DONE = {
    "row.insert": "Added",
    "row.update": "Changed",
    "row.delete": "Deleted",
    "row.truncate": "Emptied",
    "row.existing": "Took up",
}


class FieldOfRow(NamedTuple):
    """One field of a row: its old and its new value in words, and whether they differ."""

    name: str
    old: str
    new: str
    changed: bool


@cache
def model_of(table: str) -> type[Model] | None:
    """The model that is kept in a table; None for a table of none."""
    return next((model for model in apps.get_models() if model._meta.db_table == table), None)


def row_words(table: str) -> str:
    """What a row of the table is called: ``patients_pregnancytest`` is "pregnancy test"."""
    model = model_of(table)
    return str(model._meta.verbose_name) if model else table


def change_words(action: str, table: str | None) -> str:
    """A row change in words: Changed a patient row."""
    if not table:
        return DONE.get(action, action)
    if action == "row.truncate":
        return f"Emptied the table of {row_words(table)} rows"
    called = row_words(table)
    return f"{DONE.get(action, action)} {'an' if called[:1] in VOWELS else 'a'} {called} row"


def fields_of(
    table: str,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
    *,
    people: Mapping[int, str],
    identities: bool,
) -> list[FieldOfRow]:
    """Every field with its old and its new value, those that differ marked. ``people``: names by their ids.

    ``identities``: whether the reader may see who patients are; otherwise that is withheld.
    """
    found, withheld = [], frozenset() if identities else _withheld(table, old, new)
    fields = _fields(table)
    columns = {**(new or {}), **(old or {})}
    for column in sorted(columns, key=lambda name: list(fields).index(name) if name in fields else len(fields)):
        field = fields.get(column)
        was, becomes = (old or {}).get(column), (new or {}).get(column)
        if column in withheld:
            said = (WITHHELD if old else NONE, WITHHELD if new else NONE)
        else:
            said = (value_words(was, field, people=people), value_words(becomes, field, people=people))
        found.append(FieldOfRow(_name(column, field), *said, changed=was != becomes))
    return found


def _withheld(table: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> frozenset[str]:
    """A signature of somebody who is signed in names a member of the staff, one on paper a patient."""
    if table == "accounts_signature" and (new or old or {}).get("person_id") is not None:
        return frozenset()
    return PERSONAL.get(table, frozenset())


def details_shown(table: str | None, details: Mapping[str, Any], *, identities: bool) -> dict[str, Any]:
    """What an act said of itself, without who a patient is where that is withheld."""
    personal = frozenset() if identities else PERSONAL.get(table or "", frozenset()) | NAMES_IN_DETAILS
    if table == "accounts_signature" and not identities:
        personal |= {"name"}
    return {name: WITHHELD if name in personal else value for name, value in details.items() if name != "patients"}


def value_words(value: Any, field: "Field[Any, Any] | None", *, people: Mapping[int, str]) -> str:
    """A stored value as people read it."""
    if value is None or value in ("", [], {}):
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (dict, list)):
        return _cut(json.dumps(value, ensure_ascii=False))
    if field is not None and field.is_relation and field.related_model is get_user_model():
        return f"{people.get(value, 'person')} ({value})"
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _text_words(value) if isinstance(value, str) else str(value)


def _text_words(value: str) -> str:
    if value.startswith("sha256:"):
        return f"kept as a digest: {value[7:19]} …"
    if len(value) >= 10 and value[:4].isdecimal() and value[4] == "-":
        try:
            return _when(value)
        except ValueError:
            return _cut(value)
    return _cut(value)


def _when(value: str) -> str:
    """A day or an instant in words. Raises ValueError for what is neither."""
    if len(value) == 10:
        return day_words(date.fromisoformat(value))
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        return value
    return moment_words(instant, zone=zone_named(settings.TIME_ZONE), seconds=True)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} … ({len(text)} characters)"


@cache
def _fields(table: str) -> "dict[str, Field[Any, Any]]":
    model = model_of(table)
    return {str(field.column): field for field in model._meta.concrete_fields} if model else {}


def _name(column: str, field: "Field[Any, Any] | None") -> str:
    return str(field.verbose_name) if field is not None else column
