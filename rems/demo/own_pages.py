"""Patients who have pages of their own: whose phone a visitor may take, and what was told on one."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from accounts.languages import Language
from accounts.people import system_person
from audit.context import acting
from patients.models import Patient
from patients.queries import person_of
from rems.actions.own import attest
from rems.actions.own_access import enter, make_patient_link, try_link
from rems.actions.telling import Teller
from rems.demo.chronicle import Story
from rems.demo.company import Company
from rems.demo.course import MINUTE, Course

LINKS = "one-time-link"
"""The job that stands for whoever holds a link before the birth date fits."""
ADDRESS = "203.0.113.24"
INVITED = 6


@dataclass(frozen=True, kw_only=True)
class Phone:
    """Whose it is, who made the link, and what there is to see on it."""

    patient: str
    shows: str
    prescriber: str = "prescriber"


PHONES = (
    Phone(patient="Frank Morello", shows="His survey is due: one question at a time"),
    Phone(patient="Vanessa Cole", shows="Her pregnancy test is overdue; birth control; what to tell at once"),
    Phone(patient="Rosa Delgado", shows="In Spanish: what she has to do, her survey, her birth control"),
    Phone(
        patient="Lucía Ortega", shows="In Spanish: a girl of 15; her mother, Carmen Ortega, may use the pages for her"
    ),
)


def invitations(company: Company, *, patients: set[str]) -> list[Story]:
    """The stories in which those of them who are in the demonstration are given their first link."""
    return [_invited(company, phone) for phone in PHONES if phone.patient in patients]


def patient_named(name: str) -> Patient:
    """The patient of the demonstration. A visitor's own patient of the same name came later."""
    first, _, last = name.rpartition(" ")
    return Patient.objects.filter(first_name=first, last_name=last).earliest("pk")


def _invited(company: Company, phone: Phone) -> Story:
    yield company.when.day(INVITED, 12)
    with company.prescribing(phone.prescriber) as by:
        make_patient_link(patient=patient_named(phone.patient), by=by)


def on_own_pages(course: Course, at: datetime, *, attests: tuple[str, ...], since: date) -> Story:
    """The patient is given a link, opens it, gives the birth date and attests; the prescriber is told."""
    yield at
    with course.company.prescribing(course.prescriber) as by:
        made = make_patient_link(patient=course.known, by=by)
    yield at + 8 * MINUTE
    tried = try_link(link=made.link, born=course.person.born, address=ADDRESS, by=system_person(LINKS))
    patient = person_of(course.known)
    if patient is None:
        raise ValueError(f"{course.person.name} has no pages of their own.")
    with acting(patient, role=patient.acting_as):
        phone = HttpRequest()
        phone.session = SessionStore()
        language = Language.ENGLISH.value
        enter(request=phone, link=made.link, proven=tried, guardian=None, language=language, by=patient)
    yield at + 11 * MINUTE
    teller = Teller(name=course.person.name)
    with acting(patient, role=patient.acting_as):
        attest(enrollment=course.enrollment, methods=attests, since=since, teller=teller, by=patient)
