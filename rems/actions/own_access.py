"""How a patient comes to their own pages: the link, the birth date, the session; and how that ends."""

import secrets
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import sessions, sign_in
from accounts.actions import create_person
from accounts.languages import Language
from accounts.models import PATIENT_DOMAIN, Person
from accounts.people import person_with
from accounts.roles import Permission, Role
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.locks import lock as lock_row
from eligibility.calendar import zone_named
from eligibility.editions import edition_in_force
from eligibility.moments import years_between
from eligibility.requirements.standing import AgeFitsForm
from eligibility.windows import requirement
from patients.lock import lock
from patients.models import Patient, PatientAccount
from rems.actions.one_time import LinkClosed, keep_try, made, new_token, revoke
from rems.actions.standing import Forbidden, must, must_be_patient, must_care_for
from rems.actions.telling import Teller
from rems.models import Enrollment, PatientLink, PatientLinkTry

OF_AGE = 18


class Made(NamedTuple):
    """A new link, and the token that is told once and stored nowhere."""

    link: PatientLink
    token: str


@act("rems.make_patient_link")
def make_patient_link(frame: Act, *, patient: Patient, by: Person, key: str | None = None) -> Made:
    """A link to the patient's own pages; the one before ends, and so do the sessions that are open.

    The first one makes the person that the patient is in the trail. Forbidden: not in this person's care.
    """
    held = lock(patient.pk)
    must(by, Permission.ENROLL_PATIENTS)
    must_care_for(by, held)
    account = _account_of(frame, held, by=by)
    _revoke_open(frame, held, by=by)
    ended = sessions.end_all(account.person)
    token = new_token()
    link = PatientLink.objects.create(patient=held, **made(frame, token, by=by))
    frame.record(link, details={"expires_at": link.expires_at, "sessions_ended": ended})
    return Made(link, token)


@act("rems.end_patient_access")
def end_access(frame: Act, *, patient: Patient, by: Person, key: str | None = None) -> Patient:
    """End the patient's open link and sessions, as for a phone that was lost. Forbidden as for the link."""
    held = lock(patient.pk)
    must(by, Permission.ENROLL_PATIENTS)
    must_care_for(by, held)
    _revoke_open(frame, held, by=by)
    account = PatientAccount.objects.filter(patient=held).first()
    ended = sessions.end_all(account.person) if account is not None else 0
    frame.record(held, patient=held, details={"sessions_ended": ended})
    return held


@act("rems.try_patient_link")
def try_link(frame: Act, *, link: PatientLink, born: date, address: str, by: Person) -> PatientLinkTry:
    """Keep that somebody gave a birth date at the link, whether it is the patient's, and from where.

    The fifth wrong one ends the link. ``by``: the job that stands for links. Raises LinkClosed.
    """
    patient = lock(link.patient_id)
    must(by, Permission.RUN_JOBS)
    held = _standing(frame, link)
    return keep_try(frame, held, PatientLinkTry, patient=patient, born=born, address=address, by=by)


@act("rems.enter_by_link")
def enter(
    frame: Act,
    *,
    request: HttpRequest,
    link: PatientLink,
    proven: PatientLinkTry,
    guardian: str | None,
    language: str,
    by: Person,
) -> Teller:
    """Begin the patient's session; the link is used up. ``proven``: the try whose birth date fits.

    ``guardian``: the name of the parent or guardian who is there; None: the patient is. ``language``: of
    the pages from now on. Raises LinkClosed, Forbidden, and InvalidFact naming ``guardian_name``.
    """
    patient = lock(link.patient_id)
    must(by, Permission.SEE_OWN_RECORD)
    account = must_be_patient(by, patient)
    held = _standing(frame, link)
    if proven.link_id != held.pk or not proven.fits:
        raise Forbidden("The birth date was not given.")
    teller = _teller(patient, guardian, at=frame.at)
    held.used_at = frame.at
    held.save(update_fields=["used_at"])
    account.language = Language(language)
    account.save(update_fields=["language"])
    before = getattr(getattr(request, "user", None), "pk", None)
    sign_in.begin_by_link(request, by, at=frame.at)
    ended = {"signed_out": before} if before not in (None, by.pk) else {}
    frame.record(held, allowed=True, details={"address": proven.address, **teller.described, **ended})
    return teller


@act("rems.choose_language")
def choose_language(frame: Act, *, account: PatientAccount, language: str, by: Person) -> PatientAccount:
    """The language of the patient's pages. Raises InvalidFact for one that there is not."""
    patient = lock(account.patient_id)
    must(by, Permission.SEE_OWN_RECORD)
    held = must_be_patient(by, patient)
    if language not in Language.values:
        raise InvalidFact(field="language", message=_("Choose a language."))
    held.language = Language(language)
    held.save(update_fields=["language"])
    frame.record(held, details={"language": language})
    return held


def is_child(patient: Patient, *, at: datetime) -> bool:
    """Whether a parent or guardian may act for the patient, by the age of the editions in force."""
    programs = Enrollment.objects.filter(patient=patient).values_list("program", flat=True)
    editions = [edition for code in programs if (edition := edition_in_force(code, at))]
    ages = [rule.adult_from_years for edition in editions if (rule := requirement(edition, AgeFitsForm))]
    zone = editions[0].zone if editions else zone_named(settings.TIME_ZONE)
    return years_between(patient.born, at.astimezone(zone).date()) < max(ages, default=OF_AGE)


def _teller(patient: Patient, guardian: str | None, *, at: datetime) -> Teller:
    if guardian is None:
        return Teller(name=patient.name)
    if not is_child(patient, at=at):
        raise InvalidFact(field="who", message=_("The patient is an adult. Only the patient can sign in here."))
    if not guardian.strip():
        raise InvalidFact(field="guardian_name", message=_("Type your full name."))
    return Teller(name=guardian.strip(), guardian=True)


def _account_of(frame: Act, patient: Patient, *, by: Person) -> PatientAccount:
    """The patient's account, made where there is none; its address follows the one on record.

    The person's name tells nobody who it is: the trail names the patient beside it, by number.
    """
    known = PatientAccount.objects.select_related("person").filter(patient=patient).first()
    if known is not None:
        _follow_address(known)
        return known
    pseudonym = secrets.token_hex(4)
    person = create_person(
        email=_free_address(patient) or f"{pseudonym}@{PATIENT_DOMAIN}",
        name=f"Patient’s own pages {pseudonym}",
        roles=[Role.PATIENT],
        by=by,
    )
    account = PatientAccount.objects.create(
        patient=patient,
        person=person,
        language=_spoken(patient),
        zone=settings.TIME_ZONE,
        made_at=frame.at,
        made_by=by,
    )
    frame.record(account, details={"person": person.pk})
    return account


def _spoken(patient: Patient) -> Language:
    """The language of the pages that is nearest to the one on record."""
    return Language.SPANISH if patient.language.casefold() in {"spanish", "español"} else Language.ENGLISH


def _follow_address(account: PatientAccount) -> None:
    """Let messages go where the record says now, unless that address is somebody else's."""
    address = _free_address(account.patient)
    if address and account.person.email != address:
        account.person.email = address
        account.person.save(update_fields=["email"])


def _free_address(patient: Patient) -> str:
    """The e-mail address on record; '' where there is none, or it is another person's."""
    address = patient.email.strip().lower()
    owner = person_with(email=address) if address else None
    own = owner is not None and PatientAccount.objects.filter(patient=patient, person=owner).exists()
    return address if owner is None or own else ""


def _revoke_open(frame: Act, patient: Patient, *, by: Person) -> None:
    for link in PatientLink.objects.select_for_update().filter(
        patient=patient, used_at__isnull=True, revoked_at__isnull=True
    ):
        revoke(frame, link, patient=patient, by=by)


def _standing(frame: Act, link: PatientLink) -> PatientLink:
    """The link, locked after its patient, if it still opens anything. Raises LinkClosed."""
    held = lock_row(PatientLink, link.pk)
    if not held.stands(frame.at):
        raise LinkClosed
    return held
