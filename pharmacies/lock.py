"""The lock on a pharmacy: approving and deactivating change it, the gate holds it."""

from audit import locks
from pharmacies.models import Pharmacy


def lock(pharmacy_id: int) -> Pharmacy:
    """The row, locked FOR UPDATE until the act ends. Raises Pharmacy.DoesNotExist."""
    return locks.lock(Pharmacy, pharmacy_id)


def hold(pharmacy_id: int) -> Pharmacy:
    """The row, locked FOR SHARE: no certification ends while the act decides."""
    return locks.hold(Pharmacy, pharmacy_id)
