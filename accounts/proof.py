"""That somebody at the keyboard is still who signed in: shown again before an act that asks for it.

The one place where the ways to show it meet. A further way (a passkey, a code) makes a ``Proof`` here, and
every act that takes one accepts it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Person
from audit import clock
from audit.denials import record_denial
from audit.facts import InvalidFact

FRESH = timedelta(minutes=5)
NO_MATCH = "The password does not match. Nothing was done."
"""What is said at the field."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Whose it is, how it was given and when."""

    person_id: int
    how: str
    at: datetime


def prove(person: Person, *, password: str, purpose: str) -> Proof:
    """The proof by the person's own password, which is kept nowhere. ``purpose``: for what, in the trail's words.

    Raises InvalidFact at ``password``; the failed try stands in the trail.
    """
    if not person.check_password(password):
        record_denial(
            action="accounts.prove",
            by=person,
            reason="The password does not match.",
            details={"purpose": purpose, "how": "password"},
        )
        raise InvalidFact(field="password", message=NO_MATCH)
    return Proof(person_id=person.pk, how="password", at=clock.now())


def must_be_proven(proof: Proof, *, by: Person, at: datetime) -> None:
    """InvalidFact at ``password`` where the proof is another's, or older than FRESH, at the instant of the act."""
    if proof.person_id != by.pk or not timedelta(0) <= at - proof.at <= FRESH:
        raise InvalidFact(field="password", message="Show again that it is you.")
