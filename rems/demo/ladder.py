"""Notices that the timed job made while the stories happened: of a few patients, whose horizons it looked at.

A load renews all horizons once, at its end, as of now; so nobody would have been told of anything before.
"""

from collections.abc import Collection

from accounts.people import system_person
from rems.demo.chronicle import Story
from rems.demo.company import Company
from rems.demo.own_pages import patient_named
from rems.horizon.making import make_horizons
from rems.horizon.passing import JOB, look_at_due
from rems.models import Horizon

SINCE = {"Vanessa Cole": 12, "Frank Morello": 20, "Lucía Ortega": 12, "Walter Lindqvist": 10}
"""Whose, and since how many days: an escalation, a survey, a girl's test, and a fill that opened for a site."""
QUIET = 4.0
"""Up to so many hours before the load; what comes later is told at its end."""


def reminders(company: Company, *, patients: Collection[str]) -> list[Story]:
    """The stories of those whose patients are in the demonstration."""
    return [_minded(company, name) for name in SINCE if name in patients]


def _minded(company: Company, name: str) -> Story:
    """The job makes the horizons of a patient, and looks again whenever one of them comes due."""
    at, until = company.when.day(SINCE[name], 6), company.when.ago(QUIET)
    yield at
    patient, by = patient_named(name), system_person(JOB)
    make_horizons(patients=[patient.pk], by=by)
    own = Horizon.objects.filter(patient=patient, wakes_at__isnull=False).order_by("wakes_at")
    while (next_due := own.first()) is not None and next_due.wakes_at is not None and next_due.wakes_at < until:
        at = max(at, next_due.wakes_at)
        yield at
        look_at_due(ids=list(own.filter(wakes_at__lte=at).values_list("pk", flat=True)), by=by)
