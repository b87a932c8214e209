"""Signing: who, what, when, and what the signature means (21 CFR 11.50, 11.70)."""

import json

from accounts.models import Person, Signature
from audit.acts import Act, act
from audit.payloads import canonical, sha256


class NotTheSigner(Exception):
    """A bug or a forbidden move: somebody would have signed with another's name."""


@act("accounts.sign")
def sign(
    frame: Act,
    *,
    content: object,
    meaning: str,
    printed_name: str,
    by: Person,
    person: Person | None = None,
    key: str | None = None,
) -> Signature:
    """Keep a signature on ``content``, which is stored as it was signed, with its SHA-256.

    ``person`` is the signer who is signed in, and therefore ``by``; whoever asks has just given
    the password again. None: a signature on paper, entered by ``by``.
    Raises NotTheSigner, and ValidationError for an empty name or meaning.
    """
    if person is not None and person.pk != by.pk:
        raise NotTheSigner(f"{by.name} cannot sign for {person.name}.")
    signature = Signature(
        person=person,
        printed_name=printed_name.strip(),
        meaning=meaning.strip(),
        signed_at=frame.at,
        content=json.loads(canonical(content)),
        sha256=sha256(content),
    )
    signature.clean_fields(exclude=["person"])
    signature.save(force_insert=True)
    frame.record(
        signature,
        details={"meaning": signature.meaning, "name": signature.printed_name, "sha256": signature.sha256},
    )
    return signature
