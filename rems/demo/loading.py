"""Load the demonstration: whole or not at all, and once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Person
from accounts.people import system_person
from audit import clock
from audit.acts import Act, act
from audit.models import Event
from eligibility.editions import edition_in_force
from rems.demo.cast import CAST
from rems.demo.chronicle import tell
from rems.demo.company import Company
from rems.demo.crowd import crowd_of
from rems.demo.founding import JOB, founding
from rems.demo.ladder import reminders
from rems.demo.moments import Moments
from rems.demo.openings import openings
from rems.demo.own_pages import invitations
from rems.demo.registry import ALL
from rems.horizon.making import once_at_the_end

LOADED = "rems.load_demo"
REACH = timedelta(days=480)
"""How long before now the gate is asked for the first time in some story."""


class Refused(Exception):
    """Not here: fictional people have no place among real ones."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a load did: steps told, patients registered. Both 0: the demonstration was there already."""

    steps: int = 0
    patients: int = 0


def loaded_at() -> datetime | None:
    """The moment to which the stories lead; None: the demonstration is not in this database."""
    told = Event.objects.filter(action=LOADED).order_by("id").first()
    return told.as_of if told else None


def load(*, crowd: bool = True) -> Loaded:
    """Tell all stories as of now: the cast's and, unless ``crowd`` is False, those of 300 more patients.

    Does nothing where the demonstration is loaded. Raises Refused outside of a demonstration or a test,
    and where a program had no edition yet at the time of the oldest story.
    """
    if settings.REMS_ENV not in {"demo", "test"}:
        raise Refused("The demonstration is loaded with REMS_ENV=demo or test only.")
    with _one_transaction():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rems demo'))")
        if loaded_at() is not None:
            return Loaded()
        with _without_collections():
            return _tell(crowd=crowd)


def _tell(*, crowd: bool) -> Loaded:
    now = clock.now()
    if any(edition_in_force(program, now - REACH) is None for program in ALL):
        raise Refused("The demonstration looks back 16 months; a program had no rules then. Set REMS_CLOCK later.")
    company = Company(Moments(now))
    patients = [*(member.told(company) for member in CAST), *(crowd_of(company) if crowd else ())]
    names = {member.name for member in CAST}
    further = [*openings(company, patients=names), *invitations(company, patients=names)]
    further += reminders(company, patients=names)
    with clock.stand_at(now), once_at_the_end():
        steps = tell([*founding(company), *patients, *further], now=now)
    with clock.stand_at(now):
        return _finish(told=Loaded(steps=steps, patients=len(patients)), by=system_person(JOB))


@act(LOADED)
def _finish(frame: Act, *, told: Loaded, by: Person) -> Loaded:
    """The last entry of the load; what comes after it was done by visitors."""
    frame.record(None, details={"steps": told.steps, "registered": told.patients})
    return told


@contextmanager
def _one_transaction() -> Iterator[None]:
    """One for all acts, which otherwise have one each: an interrupted load leaves nothing behind.

    Inside a transaction that is running already (a test's), that one.
    """
    if connection.in_atomic_block:
        yield
        return
    transaction.set_autocommit(False)
    try:
        yield
        transaction.commit()
    except BaseException:
        transaction.rollback()
        raise
    finally:
        transaction.set_autocommit(True)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Looking for cycles of garbage among so many short-lived rows takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
