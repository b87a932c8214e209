"""What the records of a prescriber and of a pharmacy's site have in common: how they are corrected."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import Model

from audit.acts import Act
from audit.facts import InvalidFact

RowT = TypeVar("RowT", bound=Model)


def details_of(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """The details of a row as they are signed."""
    return {name: getattr(row, name) for name in names}


def check_changes(changes: Mapping[str, Any], *, names: Iterable[str], reason: str) -> None:
    """Raise InvalidFact for a missing reason, or a field that is none of the details."""
    if not reason.strip():
        raise InvalidFact(field="reason", message="Say why this is corrected.")
    for name in changes.keys() - set(names):
        raise InvalidFact(field=name, message="This cannot be changed here.")


def change(frame: Act, held: RowT, changes: Mapping[str, Any], *, reason: str) -> RowT:
    """Write the changes to a row that the act has locked; the trail keeps what stood before.

    Raises ValidationError naming a wrong field.
    """
    before = details_of(held, changes)
    for name, value in changes.items():
        setattr(held, name, value)
    held.full_clean()
    held.save(update_fields=list(changes))
    frame.record(held, details={"before": before, "after": dict(changes)}, reason=reason.strip())
    return held
