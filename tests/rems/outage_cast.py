"""A patient at the counter whose window closes in an outage, and two administrators."""

from datetime import timedelta
from typing import Any, cast

from accounts.models import Person
from accounts.roles import Role
from audit import clock
from eligibility import Stage
from rems import models
from rems.actions import outages as acts
from rems.actions.gate import authorize
from rems.extended import Number, closed_of
from tests.rems import counter
from tests.rems.scenario_rows import Rows, person

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
LONG = 6 * HOUR
WHY = "The provider's network was down; see its notice."


class Down:
    """An outage of six hours around the end of a number's window, over and recorded."""

    def __init__(self, number: Number, *, rows: Rows) -> None:
        self.rows, self.number = rows, cast(Any, number)
        self.closed = closed_of(number)
        self.since, self.until = self.closed - 2 * HOUR, self.closed + 4 * HOUR
        self.jo, self.max = person("Jo Lindgren", Role.ADMINISTRATOR), person("Max Ostrow", Role.ADMINISTRATOR)
        with clock.stand_at(self.until):
            self.outage = acts.record_outage(since=self.since, until=self.until, what=WHY, by=self.jo)

    @property
    def last(self) -> Any:
        """The last instant of the extension: the six hours given back."""
        return self.closed + LONG

    def approve_outage(self) -> None:
        """The other administrator approves the outage."""
        with clock.stand_at(self.until + SECOND):
            acts.decide_outage(outage=self.outage, ruling="approved", reason="Seen", by=self.max)
        self.outage.refresh_from_db()

    def ask(self, *, by: Person | None = None) -> models.Extension:
        """The one administrator asks for the extension."""
        with clock.stand_at(self.until + 2 * SECOND):
            return acts.ask_extension(outage=self.outage, number=self.number, reason=WHY, by=by or self.jo)

    def extend(self) -> models.Extension:
        """All three steps."""
        self.approve_outage()
        asked = self.ask()
        with clock.stand_at(self.until + 3 * SECOND):
            return acts.decide_extension(extension=asked, ruling="approved", reason="Seen", by=self.max)


def authorized(described: Any = counter.male) -> Down:
    """An authorization that was issued, and whose window closes in the outage."""
    rows = counter.at_the_counter(described, Stage.AUTHORIZE)
    decision = authorize(prescription=rows.prescription, by=rows.doctor)
    rows.authorization = decision.issued_authorization
    return Down(decision.issued_authorization, rows=rows)


def confirmed(described: Any = counter.male) -> Down:
    """A confirmation whose 24 hours end in the outage."""
    rows = counter.at_the_counter(described, Stage.HAND_OVER)
    assert rows.confirmation is not None
    return Down(rows.confirmation, rows=rows)
