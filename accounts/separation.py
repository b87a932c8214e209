"""Separation of duties, in one place: what one person may not do both halves of.

Who asks does not decide: an act that decides on somebody's request, exception, opening or edition
calls ``must_be_another``. Who reviews a period looks at others (``audit.periods.is_work_of_one``). Roles
whose holder could do both halves alone are not held together: ``must_go_together``, asked at each grant.
"""

from collections.abc import Iterable
from typing import NamedTuple

from accounts.models import Person
from accounts.roles import Role
from audit.facts import InvalidFact


class Apart(NamedTuple):
    """A role and those that nobody holds beside it, with the reason in words. Mark D: this project's convention."""

    role: Role
    others: frozenset[Role]
    why: str


R = Role
APART = (
    Apart(
        R.ADMINISTRATOR,
        frozenset({R.PRESCRIBER, R.DELEGATE, R.PHARMACIST, R.REPRESENTATIVE}),
        "An administrator decides on certifications and never signs, attests or dispenses for others.",
    ),
    Apart(
        R.AUDITOR,
        frozenset({R.PRESCRIBER, R.DELEGATE, R.PHARMACIST, R.REPRESENTATIVE, R.ADMINISTRATOR}),
        "An auditor reads what others did, and writes nothing.",
    ),
    Apart(
        R.PHARMACIST,
        frozenset({R.PRESCRIBER, R.DELEGATE}),
        "Who asks for an authorization, or prepares it, does not dispense on it.",
    ),
)
DUTIES = (
    "Nobody decides on an application that is their own, or that they signed or submitted.",
    "Nobody grants a role to themselves, takes one from themselves or ends their own account.",
    "An administrator never signs, attests, asks for a number or dispenses for others.",
    "Who opened a record by break-glass does not review the opening; another administrator does.",
    "An opened record never opens the gate: it is for reading.",
    "Who caused a deviation, or with whom it lies, does not sign it off.",
    "Nobody signs the review of a period of the trail that holds their own acts alone.",
    "Who asks for an exception or a rule edition does not approve it.",
)
"""What holds, in words, beside the roles that are kept apart."""


def must_be_another(*than: Person | int | None, by: Person, field: str, message: str) -> None:
    """InvalidFact at ``field`` where ``by`` is one of those who asked, signed or own what is decided on.

    ``than``: the people or the ids of their rows; None where nobody is known.
    """
    if by.pk in {one.pk if isinstance(one, Person) else one for one in than}:
        raise InvalidFact(field=field, message=message)


def apart_from(role: Role, held: Iterable[Role]) -> str:
    """Why the role is not held beside one of those; '' where it may be."""
    beside = frozenset(held)
    for rule in APART:
        if (role is rule.role and beside & rule.others) or (rule.role in beside and role in rule.others):
            return rule.why
    return ""


def must_go_together(role: Role, held: Iterable[Role]) -> None:
    """InvalidFact at ``role`` where it would defeat the separation together with one that is held."""
    if why := apart_from(role, held):
        raise InvalidFact(field="role", message=f"{role.label} is not held beside the roles of this account. {why}")
