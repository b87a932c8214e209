"""One-time links to an agreement: made, tried with a birth date, used to sign.

What ends what was prepared ends its link. What holds of every link stands in ``one_time``.
"""

from datetime import date
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
from rems.actions.one_time import MOST_WRONG, SERVES, LinkClosed, digest_of, keep_try, made, new_token
from rems.actions.standing import must
from rems.models import AgreementLink, LinkTry, PreparedAgreement

__all__ = ["MOST_WRONG", "SERVES", "LinkClosed", "Made", "digest_of", "make_link", "sign_by_link", "try_link"]


class Made(NamedTuple):
    """A new link, and the token that is told once and stored nowhere."""

    link: AgreementLink
    token: str


@act("rems.make_agreement_link")
def make_link(frame: Act, *, prepared: PreparedAgreement, by: Person) -> Made:
    """A link by which patient and guardian sign, in place of the one before. InvalidFact where they have signed."""
    must(by, Permission.ENROLL_PATIENTS)
    held = waiting(prepared, by=by)
    if held.is_signed:
        raise InvalidFact(field="link", message="Patient and guardian have signed. The prescriber signs next.")
    revoke_open(frame, held, by=by)
    token = new_token()
    link = AgreementLink.objects.create(prepared=held, **made(frame, token, by=by))
    frame.record(link, details={"prepared": held.pk, "expires_at": link.expires_at})
    return Made(link, token)


@act("rems.try_agreement_link")
def try_link(frame: Act, *, link: AgreementLink, born: date, address: str, by: Person) -> LinkTry:
    """Keep that somebody gave a birth date at a link, whether it is the patient's, and from where.

    The fifth wrong one ends the link. ``by``: the job that stands for links. Raises LinkClosed.
    """
    must(by, Permission.RUN_JOBS)
    held = _standing(frame, link)
    return keep_try(frame, held, LinkTry, patient=held.prepared.patient, born=born, address=address, by=by)


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


def _standing(frame: Act, link: AgreementLink) -> AgreementLink:
    """The link, locked after its patient, if it still opens anything. Raises LinkClosed."""
    lock(link.prepared.patient_id)
    prepared = lock_row(PreparedAgreement, link.prepared_id)
    held = lock_row(AgreementLink, link.pk)
    held.prepared = prepared
    if not held.stands(frame.at):
        raise LinkClosed
    return held
