"""The signatures on records, each with how it stands to the record as it is now."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Model

from accounts.models import Signature
from accounts.signed import State, kind_of, signatures_of, verify

Key = tuple[str, int]
LOOK = {
    State.FITS: ("allowed", "check", "Signed"),
    State.EARLIER: ("warning", "warning", "Signed an earlier version"),
    State.DOES_NOT_FIT: ("refused", "refused", "Does not fit this record"),
    State.ALTERED: ("refused", "refused", "Does not fit: altered"),
}
TOLD = {
    State.EARLIER: "The record was corrected after it.",
    State.DOES_NOT_FIT: "Another record was signed. Do not rely on it; ask for a new signature.",
    State.ALTERED: "Record or signature is not as it was signed. Do not rely on it; tell the program.",
}


class Shown(NamedTuple):
    """A signature with its state: tone, icon and words, and what follows from it."""

    signature: Signature
    state: State
    tone: str
    icon: str
    words: str
    told: str


def shown(signature: Signature, record: Model) -> Shown:
    """One signature as it stands to a record."""
    state = verify(signature, record)
    return Shown(signature, state, *LOOK[state], TOLD.get(state, ""))


def key_of(record: Model) -> Key:
    """By what ``signatures_on`` answers."""
    return (kind_of(record), record.pk)


def signatures_on(records: Iterable[Model]) -> dict[Key, list[Shown]]:
    """The signatures of many records, oldest first, by ``key_of`` the record."""
    listed = {key_of(record): record for record in records}
    found = signatures_of(listed.values())
    return {key: [shown(signature, listed[key]) for signature in rows] for key, rows in found.items()}


def signatures_of_one(record: Model | None) -> list[Shown]:
    """The signatures of one record; none of nothing."""
    return [] if record is None else signatures_on([record]).get(key_of(record), [])


def signed_applications(subject: Any) -> dict[int, list[Shown]]:
    """The signatures under the applications of a prescriber or a site, by the application's row."""
    return by_row(subject.applications.all())


def by_row(records: Iterable[Model]) -> dict[int, list[Shown]]:
    """The signatures of records of one kind, by their rows."""
    return {pk: found for (_, pk), found in signatures_on(records).items()}
