"""What every one-time link has in common, whatever it opens: its token, its days, its tries, its end.

Conventions of this project (D): a link serves 7 days, its last instant included, and once; a new link
ends the one before; the fifth wrong birth date ends it too.
"""

import hashlib
import secrets
from datetime import date, timedelta
from typing import Any, TypeVar

from accounts.models import Person
from audit.acts import Act
from patients.models import Patient
from rems.models.links import OneTimeLink, Tried

SERVES = timedelta(days=7)
MOST_WRONG = 5
TOO_MANY = "Too many wrong birth dates."

TriedT = TypeVar("TriedT", bound=Tried)


class LinkClosed(Exception):
    """The link opens nothing: nobody made it, it was used or revoked, or its days are over."""


def new_token() -> str:
    """A token that nobody can guess; it is told once and stored nowhere."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def made(frame: Act, token: str, *, by: Person) -> dict[str, Any]:
    """The fields of a link that is made now."""
    return {"digest": digest_of(token), "made_at": frame.at, "made_by": by, "expires_at": frame.at + SERVES}


def keep_try(
    frame: Act, link: OneTimeLink, kind: type[TriedT], *, patient: Patient, born: date, address: str, by: Person
) -> TriedT:
    """Keep that somebody gave a birth date at a link that is locked; the fifth wrong one ends the link."""
    tried = kind(link=link, at=frame.at, fits=born == patient.born, address=address)
    tried.save(force_insert=True)
    frame.record(link, patient=patient, allowed=tried.fits, details={"address": address, "try": tried.pk})
    wrong = kind._default_manager.filter(link=link, fits=False).count()
    if not tried.fits and wrong >= MOST_WRONG:
        revoke(frame, link, patient=patient, by=by, reason=TOO_MANY)
    return tried


def revoke(frame: Act, link: OneTimeLink, *, patient: Patient, by: Person, reason: str = "") -> None:
    """End a link that is locked and was not used."""
    link.revoked_at, link.revoked_by = frame.at, by
    link.save(update_fields=["revoked_at", "revoked_by"])
    frame.record(link, patient=patient, details={"revoked": True}, reason=reason)
