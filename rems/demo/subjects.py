"""The cast as it stands in the records: whom a member's state is asked about, and their numbers."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q

from eligibility import Decision, Reason, Stage
from pharmacies.models import Pharmacy
from rems import numbers
from rems.demo.cast import CAST, Expected, Member
from rems.demo.loading import loaded_at
from rems.demo.registry import site_of
from rems.gate import preview
from rems.models import Authorization, Confirmation, Enrollment

MAY, MAY_NOT = "May be dispensed", "Do not dispense"


class DemoNumber(NamedTuple):
    """A number to try at a site, the answer there at the load, and what it shows."""

    number: str
    site: str
    answer: str
    patient: str
    sees: str


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The newest papers of one of the cast."""

    member: Member
    enrollment: Enrollment

    def answer(self, expected: Expected) -> Decision:
        """What the gate says now of the stage and the site that are asked."""
        if expected.stage is Stage.AUTHORIZE:
            return self._before_number()
        site = Pharmacy.objects.get(name=site_of(expected.site).name)
        if expected.stage is Stage.CONFIRM:
            return preview(stage=Stage.CONFIRM, authorization=self._authorization(), pharmacy=site)
        confirmation = self._authorization().confirmations.latest("pk")
        return preview(stage=Stage.HAND_OVER, confirmation=confirmation, pharmacy=site)

    def _before_number(self) -> Decision:
        newest = self.enrollment.prescriptions.current().order_by("pk").last()
        if newest is None or Authorization.objects.filter(prescription=newest).exists():
            return preview(stage=Stage.AUTHORIZE, enrollment=self.enrollment)
        return preview(stage=Stage.AUTHORIZE, prescription=newest)

    def _authorization(self) -> Authorization:
        return Authorization.objects.filter(prescription__enrollment=self.enrollment).latest("pk")


def subject_of(member: Member) -> Subject:
    """The member in the records. A visitor's own patient of the same name came later."""
    enrollments = Enrollment.objects.filter(_named(member), program=member.program)
    return Subject(member=member, enrollment=enrollments.earliest("pk"))


def demo_numbers() -> list[DemoNumber]:
    """The cast's numbers as of the load: an authorization each, and confirmations to hand over.

    In a fixed number of queries; none where the demonstration is not loaded. A database that was filled before
    somebody joined the cast has no numbers of theirs.
    """
    moment = loaded_at()
    if moment is None:
        return []
    wanted = Q()
    for member in CAST:
        wanted |= _named(member) & Q(program=member.program)
    authorizations = {
        (row.patient.name, row.program): row
        for row in Authorization.objects.filter(wanted, issued_at__lte=moment)
        .select_related("patient")
        .order_by("issued_at", "pk")
    }
    confirmations = {
        row.authorization_id: row
        for row in Confirmation.objects.filter(authorization__in=authorizations.values(), issued_at__lte=moment)
        .select_related("pharmacy")
        .order_by("issued_at", "pk")
    }
    return [
        _number(member, expected, authorization, confirmations)
        for member in CAST
        if (authorization := authorizations.get((member.name, member.program))) is not None
        for expected in member.expects
        if expected.stage is not Stage.AUTHORIZE and not _leads_on(member, expected)
    ]


def _leads_on(member: Member, expected: Expected) -> bool:
    """Whether the page of an authorization leads on to the site's open confirmation, which is listed itself."""
    sites = {other.site for other in member.expects if other.stage is Stage.HAND_OVER}
    return Reason.CONFIRMATION_OPEN in expected.reasons and expected.site in sites


def _number(
    member: Member, expected: Expected, authorization: Authorization, confirmations: dict[int, Confirmation]
) -> DemoNumber:
    issued: Authorization | Confirmation = authorization
    if expected.stage is Stage.HAND_OVER:
        issued = confirmations[authorization.pk]
    return DemoNumber(
        number=numbers.grouped(issued.number),
        site=site_of(expected.site).name,
        answer=MAY_NOT if expected.reasons else MAY,
        patient=member.name,
        sees=member.sees,
    )


def _named(member: Member) -> Q:
    first, _, last = member.name.rpartition(" ")
    return Q(patient__first_name=first, patient__last_name=last)
