"""Who is told of what: the people around a patient, a number and the program, as they stand now."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from accounts.models import RoleGrant
from accounts.roles import Role
from pharmacies.models import Pharmacist
from prescribers.models import Delegate, Prescriber
from rems.models import Confirmation

People = list[int]


@dataclass(frozen=True, kw_only=True)
class Circle:
    """The people whom some notices may concern, read once for all of them."""

    program: People = field(default_factory=list)
    delegates: dict[int, People] = field(default_factory=dict)
    pharmacists: dict[int, People] = field(default_factory=dict)

    def care(self, prescriber: Prescriber) -> People:
        """The prescriber, and the delegates whom they named and who still work for them."""
        own = [prescriber.person_id] if prescriber.person_id is not None else []
        return own + [one for one in self.delegates.get(prescriber.pk, []) if one not in own]

    def counter(self, confirmation: Confirmation) -> People:
        """Who asked for the number; where they do not work at that site any more, its pharmacists."""
        there = self.pharmacists.get(confirmation.pharmacy_id, [])
        return [confirmation.by_id] if confirmation.by_id in there or not there else there


def circle(*, prescribers: Collection[int] = (), sites: Collection[int] = (), program: bool = False) -> Circle:
    """The circle of these prescribers and sites; ``program``: with the administrators."""
    return Circle(
        program=administrators() if program else [],
        delegates=_delegates(prescribers) if prescribers else {},
        pharmacists=_pharmacists(sites) if sites else {},
    )


def administrators() -> People:
    """The people who hold the administrator's role."""
    held = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, withdrawn_at__isnull=True, person__is_active=True)
    return list(held.order_by("person_id").values_list("person_id", flat=True))


def _delegates(prescribers: Collection[int]) -> dict[int, People]:
    found = Delegate.objects.filter(prescriber__in=prescribers, ended_at__isnull=True, person__is_active=True)
    return _by_first(found.order_by("person_id").values_list("prescriber_id", "person_id"))


def _pharmacists(sites: Collection[int]) -> dict[int, People]:
    found = Pharmacist.objects.filter(pharmacy__in=sites, ended_at__isnull=True, person__is_active=True)
    return _by_first(found.order_by("person_id").values_list("pharmacy_id", "person_id"))


def _by_first(pairs: Collection[tuple[int, int]]) -> dict[int, People]:
    grouped: dict[int, People] = defaultdict(list)
    for first, second in pairs:
        grouped[first].append(second)
    return dict(grouped)
