"""Signing: who, what, when, and what the signature means (21 CFR 11.50, 11.70, 11.200)."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import Model

from accounts.models import OWN_ACCOUNT, Person, Signature, SigningMethod
from accounts.signed import content_of, kind_of
from audit.acts import Act, act
from audit.payloads import canonical, sha256


class NotTheSigner(Exception):
    """A bug or a forbidden move: somebody would have signed with another's name."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """How somebody signs: the name as it is printed, the method, and for a passkey what makes it serve once."""

    printed_name: str
    method: SigningMethod
    proof: str = ""

    @classmethod
    def signed_in(cls, person: Person) -> "Given":
        """By somebody's own act without being asked again; pages always ask."""
        return cls(printed_name=person.name, method=SigningMethod.SIGNED_IN)

    def under(self, place: int) -> "Given":
        """The same under one of several records that are signed together; ``place`` 0 is the first.

        The first holds the passkey's digest, which serves once; each further one holds a digest made of it.
        """
        if not place or not self.proof:
            return self
        return replace(self, proof=hashlib.sha256(f"{self.proof} {place}".encode()).hexdigest())


@act("accounts.sign")
def sign(
    frame: Act,
    *,
    content: object,
    meaning: str,
    printed_name: str,
    by: Person,
    person: Person | None = None,
    method: SigningMethod | str = "",
    proof: str = "",
    record: Model | None = None,
    patient: Model | None = None,
    key: str | None = None,
) -> Signature:
    """Keep a signature on ``content``, which is stored as it was signed, with its SHA-256.

    ``person`` is the signer who is signed in, and therefore ``by``; whoever asks has just had
    password or passkey again. None: a signature that ``by`` entered, or that came by link.
    ``record`` is the row that is signed: its kind and number must stand in the content, as
    ``signed.content_of`` puts them there, so that the signature fits no other row.
    ``patient``: whom the entry of the trail is about.
    Raises NotTheSigner, ValueError for a content that does not name the record, and
    ValidationError for an empty name or meaning.
    """
    if person is not None and person.pk != by.pk:
        raise NotTheSigner(f"{by.name} cannot sign for {person.name}.")
    plain = json.loads(canonical(content))
    if record is not None and plain.get("record") != {"kind": kind_of(record), "id": record.pk}:
        raise ValueError(f"The content does not name {kind_of(record)} {record.pk}.")
    entered = person is None and method != SigningMethod.LINK
    signature = Signature(
        person=person,
        entered_by=by if entered else None,
        printed_name=printed_name.strip(),
        meaning=meaning.strip(),
        signed_at=frame.at,
        content=plain,
        sha256=sha256(plain),
        method=method,
        proof=proof,
        record_kind=kind_of(record) if record is not None else "",
        record_id=record.pk if record is not None else None,
    )
    signature.binding = signature.bound()
    signature.clean_fields(exclude=["person", "entered_by"])
    signature.save(force_insert=True)
    details = {"meaning": signature.meaning, "name": signature.printed_name, "sha256": signature.sha256}
    details |= {"method": signature.method, "record": f"{signature.record_kind} {signature.record_id or ''}".strip()}
    frame.record(signature, patient=patient, details=details)
    return signature


def sign_record(
    record: Model, *, meaning: str, by: Person, given: Given | None = None, patient: Model | None = None
) -> Signature:
    """Sign what a record says, inside the act that writes it. None given: see ``Given.signed_in``.

    A method of one's own account makes ``by`` the signer; any other names who signed elsewhere.
    Raises as ``sign``, and LookupError for a kind of record of which nobody says what is signed.
    """
    how = given or Given.signed_in(by)
    return sign(
        content=content_of(record),
        meaning=meaning,
        printed_name=how.printed_name,
        person=by if how.method in OWN_ACCOUNT else None,
        method=how.method,
        proof=how.proof,
        record=record,
        patient=patient,
        by=by,
    )


def reserve_number(model: type[Model]) -> int:
    """The number of a row that is signed before it is written: nobody else gets it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s))", [model._meta.db_table, model._meta.pk.column])
        row: Any = cursor.fetchone()
    return int(row[0])
