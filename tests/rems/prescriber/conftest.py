"""Ruth prescribes, Tom is her delegate, Iris is another prescriber; Dana and Ivan are Ruth's patients."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from audit import clock
from patients.actions import register_patient
from patients.models import Patient
from prescribers.models import Certification, Delegate, Prescriber
from rems.actions.enrollment import enroll
from rems.models import Enrollment
from tests.kept import kept
from tests.rems.program_cast import LONG_AGO, NOW, PASSWORD, PROGRAM, person, prescriber, signed_in, standing_clock

__all__ = ["keep", "practice", "standing_clock"]

ZONE = ZoneInfo("America/New_York")
TODAY = date(2026, 6, 16)


@dataclass(kw_only=True)
class Practice:
    """Who a test can name. ``dana`` can get pregnant, ``ivan`` is an adult male; ``other`` is Iris's."""

    ruth: Person
    tom: Person
    iris: Person
    prescriber: Prescriber
    dana: Enrollment
    ivan: Enrollment
    other: Enrollment


def both_practices() -> Practice:
    """Two practices, three patients. Enrolled and signed by the application's own acts."""
    with clock.stand_at(NOW):
        return _both()


keep, practice = kept("practice", both_practices)


def _both() -> Practice:
    ruth, tom, iris = (
        person("Ruth Abara", Role.PRESCRIBER),
        person("Tom Weller", Role.DELEGATE),
        person("Iris Holt", Role.PRESCRIBER),
    )
    mine, theirs = prescriber(ruth), prescriber(iris, 223456789)
    for one, by in ((mine, ruth), (theirs, iris)):
        Certification.objects.create(prescriber=one, program=PROGRAM, certified_at=LONG_AGO, by=by)
    Delegate.objects.create(prescriber=mine, person=tom, named_at=LONG_AGO, named_by=ruth)
    return Practice(
        ruth=ruth,
        tom=tom,
        iris=iris,
        prescriber=mine,
        dana=enrolled("Dana Whitfield", mine, "adult_female_rp"),
        ivan=enrolled("Ivan Petrov", mine, "adult_male"),
        other=enrolled("Olga Marsh", theirs, "adult_male"),
    )


def patient(name: str, by: Person, born: date = date(1988, 8, 21)) -> Patient:
    """Somebody on record, enrolled in nothing."""
    first, last = name.split()
    return register_patient(first_name=first, last_name=last, born=born, phone="555-555-0142", by=by)


def enrolled(name: str, by: Prescriber, category: str) -> Enrollment:
    """A patient whose agreement was signed today."""
    assert by.person is not None
    return enroll(
        patient=patient(name, by.person),
        program=PROGRAM,
        prescriber=by,
        category=category,
        diagnosis="C90.00",
        signed_on=TODAY,
        patient_name=name,
        by=by.person,
    )


def signed() -> dict[str, str]:
    """What every form that is signed asks of the signer, with a key of its own."""
    return {"key": str(uuid4()), "password": PASSWORD}


@pytest.fixture
def send() -> Callable[..., HttpResponse]:
    """Send a form of the prescriber's pages as somebody: ``send(ruth, "record_test", [number], result=…)``."""

    def post(someone: Person, view: str, args: list[Any] | None = None, query: str = "", **data: Any) -> HttpResponse:
        url = reverse(f"prescriber:{view}", args=args or [])
        return signed_in(someone).post(f"{url}{query}", signed() | data)  # type: ignore[return-value]

    return post


@pytest.fixture
def look() -> Callable[..., HttpResponse]:
    """Open one of the prescriber's pages as somebody."""

    def get(someone: Person, view: str, args: list[Any] | None = None, **query: str) -> HttpResponse:
        return signed_in(someone).get(reverse(f"prescriber:{view}", args=args or []), query)  # type: ignore[return-value]

    return get


def as_typed(moment: datetime) -> dict[str, str]:
    """Day and time as a form sends them, in the program's zone."""
    local = moment.astimezone(ZONE)
    return {"day": local.strftime("%Y-%m-%d"), "clock": local.strftime("%H:%M")}


A_TEST = {"result": "negative", "method": "serum", "sensitivity": "25", "place": "laboratory", "laboratory": "Hill"}


def anonymous() -> Client:
    """A browser in which nobody is signed in."""
    return Client()
