"""Every address of the site: who may go there, and what it names of a side."""

from collections.abc import Callable
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.roles import Role
from audit.models import Event
from tests.adversary.world import PROGRAM, Side

PRESCRIBER, DELEGATE, PHARMACIST = Role.PRESCRIBER, Role.DELEGATE, Role.PHARMACIST
REPRESENTATIVE, ADMINISTRATOR, AUDITOR, PATIENT = (
    Role.REPRESENTATIVE,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
    Role.PATIENT,
)
PRACTICE = frozenset({PRESCRIBER, DELEGATE})
SIGNS = frozenset({PRESCRIBER})
COUNTER = frozenset({PHARMACIST})
SITE = frozenset({REPRESENTATIVE})
OFFICE = frozenset({ADMINISTRATOR})
READERS = frozenset({ADMINISTRATOR, AUDITOR})
READS_PROGRAMS = frozenset(Role) - {PATIENT, Role.SYSTEM}
EVERYBODY = frozenset(Role)


def _nothing(side: Side) -> list[object]:
    return []


class Route(NamedTuple):
    """Who may; what the address names; whether looking is possible; whether it names somebody's own row."""

    roles: frozenset[Role]
    args: Callable[[Side], list[object]] = _nothing
    looks: bool = True
    scoped: bool = True


def _patient(side: Side) -> list[object]:
    return [side.rows.patient.number]


def _enrollment(side: Side) -> list[object]:
    return [side.rows.patient.number, PROGRAM]


def _prescription(side: Side) -> list[object]:
    return [side.rows.prescription.pk]


def _authorization(side: Side) -> list[object]:
    return [side.rows.number.number]


def _confirmation(side: Side) -> list[object]:
    return [side.rows.confirmed.number]


def _site(side: Side) -> list[object]:
    return [side.site.pk]


def _report(side: Side) -> list[object]:
    return [side.report.pk]


def _person(side: Side) -> list[object]:
    return [side.rows.pharmacist.pk]


def _application(side: Side) -> list[object]:
    return ["site", side.application.pk]


PUBLIC = frozenset({"health", "ready", "accounts:sign_in", "accounts:sign_out"})
ROUTES: dict[str, Route] = {
    "home": Route(EVERYBODY),
    "programs:list": Route(READS_PROGRAMS),
    "programs:edition": Route(READS_PROGRAMS, lambda side: [PROGRAM, "2021-05-21"], scoped=False),
    "pharmacy:home": Route(COUNTER),
    # Whoever is presented a number may ask about it: its pages say what they may.
    "pharmacy:verify": Route(COUNTER, _authorization, scoped=False),
    "pharmacy:confirm": Route(COUNTER, _authorization, looks=False, scoped=False),
    "pharmacy:confirmation": Route(COUNTER, _confirmation),
    "pharmacy:hand_over": Route(COUNTER, _confirmation, looks=False),
    "pharmacy:cancel": Route(COUNTER, _confirmation),
    "pharmacy:report": Route(COUNTER, _authorization, scoped=False),
    "pharmacy:today": Route(COUNTER),
    "pharmacy:returns": Route(COUNTER),
    "pharmacy:site": Route(COUNTER),
    "prescriber:home": Route(PRACTICE),
    "prescriber:patients": Route(PRACTICE),
    "prescriber:enroll": Route(PRACTICE),
    "prescriber:certification": Route(SIGNS),
    "prescriber:details": Route(SIGNS),
    "prescriber:apply": Route(SIGNS),
    "prescriber:delegates": Route(SIGNS),
    "prescriber:end_delegate": Route(SIGNS, lambda side: [side.delegate.pk], looks=False),
    "prescriber:prescription": Route(PRACTICE, _prescription),
    "prescriber:counsel": Route(SIGNS, _prescription),
    "prescriber:answer_survey": Route(SIGNS, _prescription),
    "prescriber:ask": Route(SIGNS, _prescription, looks=False),
    "prescriber:authorization": Route(PRACTICE, _authorization),
    "prescriber:cancel": Route(SIGNS, _authorization, looks=False),
    "prescriber:patient": Route(PRACTICE, _patient),
    "prescriber:enroll_in": Route(PRACTICE, _patient),
    "prescriber:correct_identity": Route(SIGNS, _patient),
    "prescriber:record_test": Route(PRACTICE, _patient),
    "prescriber:record_attestation": Route(SIGNS, _patient),
    "prescriber:record_cycle": Route(PRACTICE, _patient),
    "prescriber:record_menarche": Route(PRACTICE, _patient),
    "prescriber:record_report": Route(PRACTICE, _patient),
    "prescriber:evaluate": Route(SIGNS, _patient),
    "prescriber:correct": Route(SIGNS, lambda side: [side.rows.patient.number, "date", side.dose.pk]),
    "prescriber:record_survey": Route(PRACTICE, _enrollment),
    "prescriber:prescribe": Route(PRACTICE, _enrollment),
    "prescriber:change_category": Route(SIGNS, _enrollment),
    "prescriber:re_enroll": Route(SIGNS, _enrollment),
    "prescriber:record_first_dose": Route(PRACTICE, _enrollment),
    "prescriber:record_interruption": Route(PRACTICE, _enrollment),
    "prescriber:record_end": Route(PRACTICE, _enrollment),
    "administration:home": Route(OFFICE),
    "administration:overdue": Route(OFFICE),
    "administration:applications": Route(OFFICE),
    "administration:application": Route(OFFICE, _application, scoped=False),
    "administration:approve": Route(OFFICE, _application, looks=False, scoped=False),
    "administration:refuse": Route(OFFICE, _application, looks=False, scoped=False),
    "administration:prescribers": Route(OFFICE),
    "administration:prescriber": Route(OFFICE, lambda side: [side.rows.prescriber.pk], scoped=False),
    "administration:deactivate_prescriber": Route(
        OFFICE, lambda side: [side.rows.prescriber.pk, PROGRAM], looks=False, scoped=False
    ),
    "administration:pharmacies": Route(OFFICE),
    "administration:pharmacy": Route(OFFICE, _site, scoped=False),
    "administration:deactivate_pharmacy": Route(
        OFFICE, lambda side: [side.site.pk, PROGRAM], looks=False, scoped=False
    ),
    "administration:patients": Route(OFFICE),
    "administration:patient": Route(OFFICE, _patient, scoped=False),
    "administration:reports": Route(OFFICE),
    "administration:report": Route(OFFICE, _report, scoped=False),
    "administration:close_report": Route(OFFICE, _report, looks=False, scoped=False),
    # The report of a side was not closed yet, so that it has no outcome to put right.
    "administration:correct_outcome": Route(OFFICE, _report, looks=False, scoped=False),
    "administration:transfer": Route(OFFICE, _enrollment, looks=False, scoped=False),
    "administration:appoint_representative": Route(OFFICE, _site, looks=False, scoped=False),
    "administration:people": Route(OFFICE),
    "administration:create_person": Route(OFFICE),
    "administration:person": Route(OFFICE, _person, scoped=False),
    "administration:grant_role": Route(OFFICE, _person, looks=False, scoped=False),
    "administration:withdraw_role": Route(
        OFFICE, lambda side: [*_person(side), "pharmacist"], looks=False, scoped=False
    ),
    "administration:renew_password": Route(OFFICE, _person, looks=False, scoped=False),
    "administration:deactivate_person": Route(OFFICE, _person, looks=False, scoped=False),
    "administration:deviations": Route(READERS),
    "administration:decisions": Route(READERS),
    "administration:decision": Route(READERS, lambda side: [side.rows.number.decision_id], scoped=False),
    "administration:trail": Route(READERS),
    "administration:event": Route(READERS, lambda side: [Event.objects.latest("pk").pk], scoped=False),
    "administration:record": Route(READERS, lambda side: ["patients_patient", side.rows.patient.pk], scoped=False),
    "administration:export_trail": Route(READERS),
    "administration:reviews": Route(READERS),
    "administration:review": Route(READERS, lambda side: [side.review.pk], scoped=False),
    "administration:sign_review": Route(OFFICE),
    "administration:verification": Route(READERS),
    "administration:start_verification": Route(READERS, looks=False),
    "administration:stop_verification": Route(READERS, lambda side: [side.run.pk], looks=False, scoped=False),
    "site:home": Route(SITE),
    "site:register": Route(SITE),
    "site:site": Route(SITE, _site),
    "site:correct": Route(SITE, _site),
    "site:apply": Route(SITE, lambda side: [side.site.pk, PROGRAM]),
    "site:take_on": Route(SITE, _site),
    "site:end": Route(SITE, lambda side: [side.site.pk, side.member.pk], looks=False),
    "site:correct_training": Route(SITE, lambda side: [side.site.pk, side.member.pk, PROGRAM]),
    "site:training": Route(SITE, lambda side: [side.site.pk, side.member.pk, PROGRAM]),
}
SCOPED = [name for name, route in ROUTES.items() if route.scoped and route.args is not _nothing]
"""Routes that name a row which belongs to one side; for the other it does not exist."""


def address(name: str, side: Side) -> str:
    """The route's address, about a side."""
    return reverse(name, args=ROUTES[name].args(side))


def named(patterns: "list[URLPattern | URLResolver] | None" = None, space: str = "") -> list[str]:
    """The names of all routes that the resolver knows, through all included files."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            found += named(pattern.url_patterns, inner)
        else:
            found.append(f"{space}{pattern.name}")
    return found
