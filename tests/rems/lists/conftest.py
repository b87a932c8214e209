"""Ruth prescribes, Tom is her delegate; Leila is Ruth's patient, and her test was due on June 12."""

from dataclasses import dataclass

import pytest

from accounts.models import Person
from accounts.roles import Role
from prescribers.models import Delegate
from rems.lists.due import due_items, key_of
from rems.models import Enrollment, ItemKey
from tests.rems.horizon.people import treated
from tests.rems.horizons import looked
from tests.rems.program_cast import LONG_AGO, NOW, Cast, cast, person, standing_clock

__all__ = ["cast", "standing_clock"]


@dataclass(kw_only=True)
class Listed:
    """Who and what a test of the lists can name. ``item``: that Leila's test is overdue."""

    cast: Cast
    tom: Person
    kai: Person
    leila: Enrollment
    item: ItemKey


@pytest.fixture
def listed(cast: Cast) -> Listed:
    """Tested 18 days ago, with unknown cycles: the next test was due 4 days ago. Kai is another administrator."""
    tom, kai = person("Tom Weller", Role.DELEGATE), person("Kai Brandt", Role.ADMINISTRATOR)
    Delegate.objects.create(prescriber=cast.prescriber, person=tom, named_at=LONG_AGO, named_by=cast.ruth)
    leila = treated("Leila Haddad", cast, days_ago=18)
    looked()
    return Listed(cast=cast, tom=tom, kai=kai, leila=leila, item=key_of(due_items(at=NOW).get(item_kind="test")))
