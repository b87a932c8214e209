"""The lock on a prescriber: approving and deactivating change it, the gate holds it."""

from audit import locks
from prescribers.models import Prescriber


def lock(prescriber_id: int) -> Prescriber:
    """The row, locked FOR UPDATE until the act ends. Raises Prescriber.DoesNotExist."""
    return locks.lock(Prescriber, prescriber_id)


def hold(prescriber_id: int) -> Prescriber:
    """The row, locked FOR SHARE: no certification ends while the act decides."""
    return locks.hold(Prescriber, prescriber_id)
