"""It is Tuesday, June 16, 2026; Ruth prescribes, and Leila is on treatment."""

import pytest

from rems.models import Enrollment
from tests.rems.horizon.people import treated
from tests.rems.horizons import renewed
from tests.rems.program_cast import Cast, cast, standing_clock

__all__ = ["cast", "standing_clock"]


@pytest.fixture
def leila(cast: Cast) -> Enrollment:
    """Tested 1 day ago, on June 15, with unknown cycles: the next test is due on June 29."""
    made = treated("Leila Haddad", cast, days_ago=1)
    renewed()
    return made
