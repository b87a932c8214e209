"""It is Tuesday, June 16, 2026; Ruth prescribes. Leila can get pregnant and is on treatment; Ivan is an adult male."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from patients.models import Patient
from rems.actions import own_access
from rems.models import Enrollment
from tests.rems.horizon.people import treated
from tests.rems.horizons import renewed
from tests.rems.program_cast import Cast, cast, enrolled, standing_clock

__all__ = ["cast", "standing_clock"]

BORN = date(1990, 4, 2)


@pytest.fixture
def leila(cast: Cast) -> Enrollment:
    """Tested 1 day ago; the next test is due on June 29. She answered a survey today."""
    made = treated("Leila Haddad", cast, days_ago=1, filled=20)
    renewed()
    return made


@pytest.fixture
def ivan(cast: Cast) -> Enrollment:
    """An adult male who has had nothing dispensed."""
    return enrolled("Ivan Petrov", cast.prescriber, "adult_male")


def child(enrollment: Enrollment, category: str = "female_child_nrp") -> Enrollment:
    """The same patient, born in 2014, in a child's category."""
    Patient.objects.filter(pk=enrollment.patient_id).update(born=date(2014, 4, 2))
    enrollment.patient.refresh_from_db()
    assert enrollment.categories.current().latest("since").category == category
    return enrollment


def link_of(enrollment: Enrollment) -> str:
    """The address of a new link, made by the prescriber."""
    made = own_access.make_patient_link(patient=enrollment.patient, by=enrollment.enrolled_by)
    return reverse("patient_link", args=[made.token])


def typed(**more: Any) -> dict[str, Any]:
    """What the patient gives at the link."""
    given = {"key": str(uuid4()), "born": BORN.isoformat(), "who": "patient", "guardian_name": "", "language": "en"}
    return given | more


def phone_of(enrollment: Enrollment, **more: Any) -> Client:
    """A phone on which the patient, or who ``more`` says, has opened the link."""
    phone = Client()
    answer = phone.post(link_of(enrollment), typed(born=enrollment.patient.born.isoformat()) | more)
    assert answer.status_code == 302, answer.content.decode()
    return phone


def send(phone: Client, name: str, *args: Any, query: str = "", **data: Any) -> Any:
    """Send a form of the patient's pages."""
    return phone.post(f"{reverse(f'my:{name}', args=args)}{query}", {"key": str(uuid4())} | data)


def read(phone: Client, name: str, *args: Any, query: str = "") -> str:
    """What a page says."""
    answer = phone.get(f"{reverse(f'my:{name}', args=args)}{query}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()
