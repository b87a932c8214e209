"""What a signature is on, and whether it still fits (21 CFR 11.70).

Each kind of record that is signed says in one place what is signed of it: its app registers a
function with ``@says(Model)``. A signature names its record generically, by kind and number, inside the
content that is hashed. So no table of facts needs a column for it, several people may sign one record,
and one that is copied to another row fits nothing there.

The fields of a kind are listed, never collected: a column that is added later must not change what was
signed before it. Who is on record (names, birth dates) may be corrected in place and stands apart under
``people``: where only that differs, the record was corrected after it was signed.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, TypeVar

from django.db.models import Model

from accounts.models import Signature
from audit.facts import Fact
from audit.payloads import canonical, sha256

RecordT = TypeVar("RecordT", bound=Model)
Said = tuple[Mapping[str, Any], Mapping[str, Any]]
"""What the record itself says, which never changes; and who the people in it are on record."""
OF_A_FACT = ("recorded_at", "supersedes_id", "correction_reason", "void")
_says: dict[type[Model], Callable[[Any], Said]] = {}


class State(Enum):
    """How a signature stands to a record."""

    FITS = "fits"
    EARLIER = "signed an earlier version"
    DOES_NOT_FIT = "does not belong to this record"
    ALTERED = "record or signature was altered"


def says(model: type[RecordT]) -> Callable[[Callable[[RecordT], Said]], Callable[[RecordT], Said]]:
    """Register what is signed of a kind of record. Raises ValueError for a second one."""

    def register(function: Callable[[RecordT], Said]) -> Callable[[RecordT], Said]:
        if model in _says:
            raise ValueError(f"There are two contents of {model._meta.label}.")
        _says[model] = function
        return function

    return register


def kinds() -> frozenset[type[Model]]:
    """Every kind of record that can be signed."""
    return frozenset(_says)


def kind_of(record: Model) -> str:
    """The kind of a record as signatures name it: ``patients.pregnancytest``."""
    return record._meta.label_lower


def fields_of(row: Model, *names: str) -> dict[str, Any]:
    """These fields of a row; of a fact also when it was recorded, and what it corrects and why."""
    listed = (*names, *OF_A_FACT) if isinstance(row, Fact) else names
    return {name: getattr(row, name) for name in listed}


def content_of(record: Model) -> dict[str, Any]:
    """What is signed of a record, in plain JSON: its kind and number, what it says, who is in it.

    A stored row is read anew. Raises LookupError for a kind that nobody registered.
    """
    if type(record) not in _says:
        raise LookupError(f"Nothing says what is signed of {record._meta.label}.")
    live = record if record._state.adding else type(record)._base_manager.get(pk=record.pk)
    said, people = _says[type(record)](live)
    content = {"record": {"kind": kind_of(record), "id": record.pk}, "says": said, "people": people}
    plain: dict[str, Any] = json.loads(canonical(content))
    return plain


def verify(signature: Signature, record: Model) -> State:
    """How a signature stands to a record as it is in the database now.

    FITS: exactly this was signed, and nothing supersedes it. EARLIER: an earlier version of it was
    signed. DOES_NOT_FIT: another record was signed. ALTERED: the signature, or the record that it
    names, is not as it was. A name or birth date that is changed in the database's back reads as a
    correction here; the trail's own verification finds that.
    """
    if not signature.intact:
        return State.ALTERED
    named = signature.content.get("record")
    versions = [record, *_earlier(record)]
    signed = next((row for row in versions if named == {"kind": kind_of(row), "id": row.pk}), None)
    if signed is None:
        return State.DOES_NOT_FIT
    live = content_of(signed)
    if live["says"] != signature.content.get("says"):
        return State.ALTERED
    same = sha256(live) == signature.sha256 and signed is record
    return State.FITS if same and not _superseded(record) else State.EARLIER


def signatures_of(records: Iterable[Model]) -> dict[tuple[str, int], list[Signature]]:
    """The signatures of many records in one query for each kind, oldest first, by kind and number."""
    wanted: dict[str, set[int]] = {}
    for record in records:
        wanted.setdefault(kind_of(record), set()).add(record.pk)
    found: dict[tuple[str, int], list[Signature]] = {}
    for kind, numbers in wanted.items():
        rows = Signature.objects.filter(record_kind=kind, record_id__in=numbers).select_related("entered_by")
        for row in rows.order_by("signed_at", "pk"):
            found.setdefault((kind, int(row.record_id or 0)), []).append(row)
    return found


def _earlier(record: Model) -> list[Fact]:
    """The rows that a fact corrects, newest first."""
    found: list[Fact] = []
    row: Any = getattr(record, "supersedes", None)
    while row is not None:
        found.append(row)
        row = row.supersedes
    return found


def _superseded(record: Model) -> bool:
    rows: Any = type(record)._base_manager
    return isinstance(record, Fact) and bool(rows.filter(supersedes=record.pk).exists())
