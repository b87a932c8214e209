"""It is Tuesday, June 16, 2026, 09:12 in New York; Ruth prescribes, Dee prepares for her, and Leila is on treatment."""

import pytest

from accounts.models import Person
from accounts.roles import Role
from prescribers.models import Delegate
from rems.models import Enrollment
from tests.rems.horizon.people import treated
from tests.rems.horizons import renewed
from tests.rems.program_cast import LONG_AGO, Cast, cast, person, standing_clock

__all__ = ["cast", "standing_clock"]


@pytest.fixture
def leila(cast: Cast) -> Enrollment:
    """Her next test is due on June 29."""
    made = treated("Leila Haddad", cast, days_ago=1)
    renewed()
    return made


@pytest.fixture
def dee(cast: Cast) -> Person:
    """Ruth's delegate."""
    made = person("Dee Marsh", Role.DELEGATE)
    Delegate.objects.create(prescriber=cast.prescriber, person=made, named_at=LONG_AGO, named_by=cast.ruth)
    return made
