"""What she attests with an agreement: contraception, and how her cycles are. Part of the act that signs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import Person
from patients.actions import record_attestation, record_cycle
from patients.models import Patient


@dataclass(frozen=True, kw_only=True)
class Attested:
    """``by_name``: the patient, or the guardian of a child; ``since``: protected from that day, None: unknown."""

    by_name: str
    cycle: str
    methods: Sequence[str] = ()
    abstinence: bool = False
    since: date | None = None


def record_attested(patient: Patient, attested: Attested | None, *, by: Person) -> None:
    """Record it, where there is something. Raises ValidationError that names the field."""
    if attested is None:
        return
    record_attestation(
        patient=patient,
        attested_by_name=attested.by_name,
        methods=attested.methods,
        abstinence=attested.abstinence,
        since=attested.since,
        by=by,
    )
    record_cycle(patient=patient, cycle=attested.cycle, by=by)
