"""Whether a patient is on treatment, for lists. No requirement asks it."""

from zoneinfo import ZoneInfo

from eligibility.calendar import day_of
from eligibility.facts import Facts


def is_stopped(facts: Facts, zone: ZoneInfo) -> bool:
    """Whether the therapy ended, without a dispensing or an agreement after the day of its end."""
    ended, last = facts.therapy_ended, facts.last_dispense
    if ended is None:
        return False
    signed = facts.agreement.signed_on if facts.agreement else None
    later = [when for when in (last.date if last else None, signed) if when is not None]
    return all(day_of(when, zone) <= ended for when in later)


def is_on_treatment(facts: Facts, zone: ZoneInfo) -> bool:
    """Whether anything was dispensed and the therapy did not end since."""
    return facts.last_dispense is not None and not is_stopped(facts, zone)
