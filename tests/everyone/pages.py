"""Every page that somebody may look at, found from the routes: a new page is among them without a line here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse

from accounts.roles import Role
from audit import clock
from patients.actions import open_report
from rems.actions.links import make_link
from rems.models import Prescription
from tests.adversary.routes import OPEN, ROUTES, Route, address
from tests.adversary.world import World


class Leaf(NamedTuple):
    """A page and who looks at it; nobody in particular where it asks nobody to sign in."""

    name: str
    where: str
    role: Role | None

    def __str__(self) -> str:
        return f"{self.name} as {self.role or 'nobody'}"


@dataclass(kw_only=True)
class Further:
    """Rows for the pages that the world's own rows lead away from: what is done opens no form any more."""

    evaluated: str
    asked: int
    token: str

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Routes, and where each of them shows a form."""
        yield "prescriber:evaluate", reverse("prescriber:evaluate", args=[self.evaluated])
        for name in ("prescription", "counsel", "answer_survey"):
            yield f"prescriber:{name}", reverse(f"prescriber:{name}", args=[self.asked])
        yield "agreement_link", reverse("agreement_link", args=[self.token])


def further(everybody: World) -> Further:
    """A prescription without a number, an evaluation that is open, and a link that was sent."""
    rows = everybody.ours.rows
    open_report(patient=rows.patient, kind="missed_period", subject="patient", by=rows.doctor)
    written = Prescription.objects.create(
        enrollment=rows.enrollment,
        prescriber=rows.prescriber,
        written_at=clock.now(),
        days_supply=28,
        category="adult_female_rp",
        recorded_at=clock.now(),
        recorded_by=rows.doctor,
    )
    made = make_link(prepared=everybody.ours.prepared, by=rows.doctor)
    return Further(evaluated=rows.patient.number, asked=written.pk, token=made.token)


def leaves(everybody: World) -> Iterator[Leaf]:
    """Every page as each role that may look at it, of both sides where they differ."""
    rows = dict(further(everybody).addresses())
    for name, route in ROUTES.items():
        if not route.looks:
            continue
        places = [address(name, everybody.ours), *([rows[name]] if name in rows else [])]
        if route.names_row:
            places.append(address(name, everybody.theirs))
        for where in dict.fromkeys(places):
            yield from (Leaf(name, where, role) for role in _lookers(route))


def _lookers(route: Route) -> list[Role | None]:
    return [None] if route.policy in OPEN else [role for role in Role if role in route.roles]
