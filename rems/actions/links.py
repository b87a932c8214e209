"""One-time links: made, tried with a birth date, used to sign.

Conventions of this project (D): a link serves 7 days, its last instant included, and once; a new link
ends the one before, and so does anything that ends what was prepared; the fifth wrong birth date ends it too.
"""

import hashlib
import secrets
from datetime import date, timedelta
from typing import NamedTuple

from accounts.models import Person, Signature, SigningMethod
from accounts.roles import Permission
from accounts.signatures import Given, sign_record
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock as lock_row
from eligibility import Category
from patients.lock import lock
from rems.actions.agreeing import GUARDIAN_MEANING, PATIENT_MEANING
from rems.actions.drafts import revoke_open, waiting
from rems.actions.standing import must
from rems.models import AgreementLink, LinkTry, PreparedAgreement

SERVES = timedelta(days=7)
MOST_WRONG = 5


class Made(NamedTuple):
    """A new link, and the token that is told once and stored nowhere."""

    link: AgreementLink
    token: str


class LinkClosed(Exception):
    """The link opens nothing: nobody made it, it was used or revoked, or its days are over."""


@act("rems.make_agreement_link")
def make_link(frame: Act, *, prepared: PreparedAgreement, by: Person) -> Made:
    """A link by which patient and guardian sign, in place of the one before. InvalidFact where they have signed."""
    must(by, Permission.ENROLL_PATIENTS)
    held = waiting(prepared, by=by)
    if held.is_signed:
        raise InvalidFact(field="link", message="Patient and guardian have signed. The prescriber signs next.")
    revoke_open(frame, held, by=by)
    token = secrets.token_urlsafe(32)
    link = AgreementLink.objects.create(
        prepared=held,
        digest=digest_of(token),
        made_at=frame.at,
        made_by=by,
        expires_at=frame.at + SERVES,
    )
    frame.record(link, details={"prepared": held.pk, "expires_at": link.expires_at})
    return Made(link, token)


@act("rems.try_agreement_link")
def try_link(frame: Act, *, link: AgreementLink, born: date, address: str, by: Person) -> LinkTry:
    """Keep that somebody gave a birth date at a link, whether it is the patient's, and from where.

    The fifth wrong one ends the link. ``by``: the job that stands for links. Raises LinkClosed.
    """
    must(by, Permission.RUN_JOBS)
    held = _standing(frame, link)
    tried = LinkTry.objects.create(link=held, at=frame.at, fits=born == held.prepared.patient.born, address=address)
    frame.record(held, allowed=tried.fits, details={"address": address, "try": tried.pk})
    if not tried.fits and held.tries.filter(fits=False).count() >= MOST_WRONG:
        held.revoked_at, held.revoked_by = frame.at, by
        held.save(update_fields=["revoked_at", "revoked_by"])
        frame.record(held, details={"revoked": True}, reason="Too many wrong birth dates.")
    return tried


@act("rems.sign_by_link")
def sign_by_link(
    frame: Act,
    *,
    link: AgreementLink,
    patient_name: str,
    guardian_name: str = "",
    address: str,
    by: Person,
    key: str | None = None,
) -> PreparedAgreement:
    """Patient and, for a child, guardian sign what was prepared; the link is used up.

    Whoever asks has had the birth date. Raises LinkClosed, and InvalidFact for a missing name.
    """
    must(by, Permission.RUN_JOBS)
    held = _standing(frame, link)
    prepared = held.prepared
    child = Category(prepared.category).child
    for field, name, asked in (("patient_name", patient_name, True), ("guardian_name", guardian_name, child)):
        if asked and not name.strip():
            raise InvalidFact(field=field, message="Type the full name.")
    prepared.patient_signature = _signature(prepared, PATIENT_MEANING, patient_name, by=by)
    if child:
        prepared.guardian_signature = _signature(prepared, GUARDIAN_MEANING, guardian_name, by=by)
    prepared.save(update_fields=["patient_signature", "guardian_signature"])
    held.used_at = frame.at
    held.save(update_fields=["used_at"])
    frame.record(prepared, details={"link": held.pk, "address": address, "guardian": child})
    return prepared


def _signature(prepared: PreparedAgreement, meaning: str, name: str, *, by: Person) -> Signature:
    given = Given(printed_name=name, method=SigningMethod.LINK)
    return sign_record(prepared.unsigned(), meaning=meaning, given=given, patient=prepared.patient, by=by)


def digest_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _standing(frame: Act, link: AgreementLink) -> AgreementLink:
    """The link, locked after its patient, if it still opens anything. Raises LinkClosed."""
    lock(link.prepared.patient_id)
    prepared = lock_row(PreparedAgreement, link.prepared_id)
    held = lock_row(AgreementLink, link.pk)
    held.prepared = prepared
    if not held.stands(frame.at):
        raise LinkClosed
    return held
