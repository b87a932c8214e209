"""It is Tuesday, June 16, 2026; Ruth prescribes, and Leila is on treatment. Who is told wants it at all hours."""

import pytest

from rems.models import Enrollment
from tests.rems.horizon.people import reached, treated
from tests.rems.horizons import renewed
from tests.rems.program_cast import Cast, standing_clock
from tests.rems.program_cast import cast as plain_cast

__all__ = ["plain_cast", "standing_clock"]


@pytest.fixture
def cast(plain_cast: Cast) -> Cast:
    for someone in (plain_cast.jo, plain_cast.ruth):
        reached(someone, quiet_from=None, quiet_until=None)
    return plain_cast


@pytest.fixture
def leila(cast: Cast) -> Enrollment:
    """Tested 1 day ago, on June 15, with unknown cycles: the next test is due on June 29."""
    made = treated("Leila Haddad", cast, days_ago=1)
    renewed()
    return made
