"""Every address of the site as the code has it, and what an address names of a side.

Who may go there, by which methods and whose rows exist for them is read from the views' policies and
the table of rights; nothing of that is written down here.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.policy import Openness, Policy, policy_of
from accounts.roles import RIGHTS, Role, Scope
from audit.models import Event
from rems import numbers
from tests.adversary.world import PROGRAM, Side

OPEN = {Openness.PUBLIC, Openness.LINK}
"""Policies that ask nobody to sign in."""
NOWHERE = 2_000_000_000
"""The number of a row that no table has."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One address: its name, its view, and whether it names a row."""

    name: str
    view: Any
    names_row: bool

    @property
    def policy(self) -> Policy | None:
        """Who may use it, as the view says."""
        return policy_of(self.view)

    @property
    def methods(self) -> frozenset[str]:
        """The methods that the view answers, as its decorator says."""
        return methods_of(self.view)

    @property
    def looks(self) -> bool:
        """Whether there is something to look at."""
        return "GET" in self.methods

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that the policy lets in."""
        everybody = isinstance(self.policy, Openness) and self.policy not in OPEN
        return frozenset(role for role in Role if everybody or self.scopes(role))

    def scopes(self, role: Role) -> frozenset[Scope]:
        """Where the role holds the permissions that the policy asks for; empty: it holds none of them."""
        asked = self.policy if isinstance(self.policy, frozenset) else frozenset()
        return frozenset(scope for permission, scope in RIGHTS[role].items() if permission in asked)


def methods_of(view: Any) -> frozenset[str]:
    """What ``require_http_methods`` was given, out of the view's own closure; the methods of a class of views.

    Raises LookupError where a view says nowhere which it answers.
    """
    while view is not None:
        if kind := getattr(view, "view_class", None):
            return frozenset(method.upper() for method in kind.http_method_names if hasattr(kind, method))
        found = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if found:
            return frozenset(found)
        view = getattr(view, "__wrapped__", None)
    raise LookupError("the view says nowhere which methods it answers")


def _walk(patterns: Any, space: str = "", *, names_row: bool = False) -> Iterator[Route]:
    for pattern in patterns:
        row = names_row or bool(pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, inner, names_row=row)
        elif isinstance(pattern, URLPattern):
            yield Route(name=f"{space}{pattern.name}", view=pattern.callback, names_row=row)


def _patient(side: Side) -> list[Any]:
    return [side.rows.patient.number]


def _enrollment(side: Side) -> list[Any]:
    return [side.rows.patient.number, PROGRAM]


def _prescription(side: Side) -> list[Any]:
    return [side.rows.prescription.pk]


def _authorization(side: Side) -> list[Any]:
    return [side.rows.number.number]


def _confirmation(side: Side) -> list[Any]:
    return [side.rows.confirmed.number]


def _site(side: Side) -> list[Any]:
    return [side.site.pk]


def _report(side: Side) -> list[Any]:
    return [side.report.pk]


def _person(side: Side) -> list[Any]:
    return [side.rows.pharmacist.pk]


def _application(side: Side) -> list[Any]:
    return ["site", side.application.pk]


def _member(side: Side) -> list[Any]:
    return [side.site.pk, side.member.pk]


def _prepared(side: Side) -> list[Any]:
    return [side.prepared.pk]


def _opening(side: Side) -> list[Any]:
    return [side.opening.pk]


def _deviation(side: Side) -> list[Any]:
    return [side.deviation.pk]


def _item(side: Side) -> list[Any]:
    return ["test", f"enrollment:{side.rows.enrollment.pk}", "2026-06-13T03:59:59.999999+00:00"]


def _outage(side: Side) -> list[Any]:
    return [side.outage.pk]


def _later(side: Side) -> list[Any]:
    return [side.later.pk]


def _ahead(side: Side) -> list[Any]:
    found = side.rows.confirmed
    return ["confirmation", f"confirmation:{found.pk}", found.lapses_at.isoformat()]


ROWS: dict[str, Callable[[Side], list[Any]]] = {
    "agreement_link": lambda side: ["no-such-token"],
    "patient_link": lambda side: ["no-such-token"],
    "open_demo_phone": _patient,
    "my:survey": lambda side: [side.rows.enrollment.pk],
    "my:contraception": lambda side: [side.rows.enrollment.pk],
    "accounts:end_session": lambda side: [NOWHERE],
    "mfa_remove_webauthn": lambda side: [NOWHERE],
    "programs:edition": lambda side: [PROGRAM, "2021-05-21"],
    "pharmacy:verify": _authorization,
    "pharmacy:confirm": _authorization,
    "pharmacy:confirmation": _confirmation,
    "pharmacy:hand_over": _confirmation,
    "pharmacy:cancel": _confirmation,
    "pharmacy:report": _authorization,
    "pharmacy:item": _ahead,
    "prescriber:due_item": _item,
    "administration:item": _item,
    "administration:waiver": lambda side: [side.waiver.pk],
    "prescriber:end_delegate": lambda side: [side.delegate.pk],
    "prescriber:prescription": _prescription,
    "prescriber:counsel": _prescription,
    "prescriber:answer_survey": _prescription,
    "prescriber:ask": _prescription,
    "prescriber:authorization": _authorization,
    "prescriber:cancel": _authorization,
    "prescriber:patient": _patient,
    "prescriber:enroll_in": _patient,
    "prescriber:correct_identity": _patient,
    "prescriber:record_test": _patient,
    "prescriber:record_attestation": _patient,
    "prescriber:record_cycle": _patient,
    "prescriber:record_menarche": _patient,
    "prescriber:record_report": _patient,
    "prescriber:evaluate": _patient,
    "prescriber:prepare": _patient,
    "prescriber:course": _enrollment,
    "prescriber:prepare_change": _enrollment,
    "prescriber:prepare_renewal": _enrollment,
    "prescriber:prepared": _prepared,
    "prescriber:make_link": _prepared,
    "prescriber:withdraw_prepared": _prepared,
    "prescriber:complete_prepared": _prepared,
    "prescriber:own_pages": _patient,
    "prescriber:make_patient_link": _patient,
    "prescriber:end_patient_access": _patient,
    "prescriber:see_concern": lambda side: [side.concern.pk],
    "prescriber:correct": lambda side: [side.rows.patient.number, "date", side.dose.pk],
    "prescriber:plan": _enrollment,
    "prescriber:record_survey": _enrollment,
    "prescriber:prescribe": _enrollment,
    "prescriber:change_category": _enrollment,
    "prescriber:re_enroll": _enrollment,
    "prescriber:record_first_dose": _enrollment,
    "prescriber:record_interruption": _enrollment,
    "prescriber:record_end": _enrollment,
    "administration:application": _application,
    "administration:approve": _application,
    "administration:refuse": _application,
    "administration:prescriber": lambda side: [side.rows.prescriber.pk],
    "administration:deactivate_prescriber": lambda side: [side.rows.prescriber.pk, PROGRAM],
    "administration:pharmacy": _site,
    "administration:deactivate_pharmacy": lambda side: [side.site.pk, PROGRAM],
    "administration:appoint_representative": _site,
    "administration:patient": _patient,
    "administration:transfer": _enrollment,
    "administration:open_record": _patient,
    "administration:record": _patient,
    "administration:close_record": _patient,
    "administration:opening": _opening,
    "administration:outage": _outage,
    "administration:decide_outage": _outage,
    "administration:extend_windows": _outage,
    "administration:decide_extensions": _outage,
    "administration:later_entry": _later,
    "administration:decide_later_entry": _later,
    "prescriber:by_telephone": _enrollment,
    "administration:review_opening": _opening,
    "administration:report": _report,
    "administration:close_report": _report,
    "administration:correct_outcome": _report,
    "administration:decision": lambda side: [side.rows.number.decision_id],
    "administration:deviation": _deviation,
    "administration:plan_correction": _deviation,
    "administration:sign_off_deviation": _deviation,
    "administration:person": _person,
    "administration:grant_role": _person,
    "administration:withdraw_role": lambda side: [*_person(side), "pharmacist"],
    "administration:renew_password": _person,
    "administration:reset_second_factor": _person,
    "administration:end_sessions": _person,
    "administration:deactivate_person": _person,
    "administration:event": lambda side: [Event.objects.latest("pk").pk],
    "administration:life": lambda side: ["patients_patient", side.rows.patient.pk],
    "administration:review": lambda side: [side.review.pk],
    "administration:send_now": lambda side: [side.letter.pk],
    "administration:stop_verification": lambda side: [side.run.pk],
    "site:site": _site,
    "site:correct": _site,
    "site:apply": lambda side: [side.site.pk, PROGRAM],
    "site:take_on": _site,
    "site:end": _member,
    "site:reset_second_factor": _member,
    "site:correct_training": lambda side: [*_member(side), PROGRAM],
    "site:training": lambda side: [*_member(side), PROGRAM],
}
"""What an address names of a side. What stands in none of the tables of a side stays as it is."""

ROUTES: dict[str, Route] = {route.name: route for route in _walk(get_resolver().url_patterns)}
GUARDED: dict[str, Route] = {name: route for name, route in ROUTES.items() if route.policy not in OPEN}


def address(name: str, side: Side) -> str:
    """The route's address, about a side."""
    return reverse(name, args=ROWS[name](side) if name in ROWS else [])


def address_of_nothing(name: str, side: Side) -> str:
    """The same with the number of a row that does not exist, well formed where numbers have a form."""
    return reverse(name, args=[_nothing(arg) for arg in ROWS[name](side)])


def _nothing(arg: Any) -> Any:
    if isinstance(arg, int):
        return NOWHERE
    if arg.startswith(("enrollment:", "confirmation:")):
        return f"{arg.partition(':')[0]}:{NOWHERE}"
    if arg.startswith("P-"):
        return "P-9999999"
    found = numbers.parse(arg)
    if isinstance(found, numbers.Number):
        return numbers.new_number(found.kind).text
    return "1999-01-01" if arg == "2021-05-21" else arg
