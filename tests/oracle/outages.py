"""What the oracle says of outages, from the decision record's words and not from the engine.

"An extension gives back the time that an outage took, and no more; only a window that closed within it; only
once a second administrator approved it. The authorization of whoever can get pregnant rests on her test and is
never extended; her confirmation no further than that window."
"""

from datetime import datetime, timedelta

from eligibility.facts import Facts, IssuedNumber
from eligibility.vocabulary import Window
from tests.oracle.record import CAN_GET_PREGNANT


def extended_to(facts: Facts, window: Window, closed: datetime, by: datetime) -> datetime:
    """The last instant of a window with what was given back to it by an instant; without any its own."""
    last = closed
    for one in facts.extensions:
        lost = one.ended - one.began
        in_outage = closed >= one.began and one.ended >= closed and one.approved >= one.ended
        if one.window is window and one.closed == closed and in_outage and one.until - closed <= lost:
            last = one.until if one.approved <= by else last
    if facts.patient.category not in CAN_GET_PREGNANT and facts.patient.category is not None:
        return last
    number = facts.authorization
    if window is Window.AUTHORIZATION or number is None or number.closes is None:
        return closed
    return max(closed, min(last, number.closes))


def hours_end(facts: Facts, issued: datetime) -> datetime:
    """The last instant of a confirmation."""
    return extended_to(facts, Window.CONFIRMATION, issued + timedelta(hours=24), facts.at)


def window_was_given_back(facts: Facts, number: IssuedNumber, judged: datetime) -> bool:
    """Whether an instant lies after the window that was fixed at the issue, and within what was given back."""
    if number.closes is None or judged <= number.closes:
        return False
    return judged <= extended_to(facts, Window.AUTHORIZATION, number.closes, judged)
