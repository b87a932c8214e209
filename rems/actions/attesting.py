"""What she attests with an agreement: contraception, and how her cycles are. Part of the act that signs it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from accounts.models import Person
from accounts.signatures import Given
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

    def signed(self) -> dict[str, Any]:
        """What of it stands in the agreement; the name stands under the agreement itself."""
        stated = asdict(self) | {"methods": list(self.methods), "since": self.since.isoformat() if self.since else None}
        del stated["by_name"]
        return stated

    @classmethod
    def of(cls, stated: Mapping[str, Any], *, by_name: str) -> "Attested | None":
        """What ``signed`` wrote down, None for nothing."""
        if not stated:
            return None
        since = date.fromisoformat(stated["since"]) if stated["since"] else None
        return cls(by_name=by_name, **{**stated, "since": since})


def record_attested(patient: Patient, attested: Attested | None, *, given: Given | None = None, by: Person) -> None:
    """Record it, where there is something. Raises ValidationError that names the field.

    ``by`` signs it in the same sending that signs the agreement; a passkey's answer serves the agreement.
    """
    if attested is None:
        return
    record_attestation(
        patient=patient,
        attested_by_name=attested.by_name,
        methods=attested.methods,
        abstinence=attested.abstinence,
        since=attested.since,
        given=replace(given, proof="") if given else None,
        by=by,
    )
    record_cycle(patient=patient, cycle=attested.cycle, by=by)
