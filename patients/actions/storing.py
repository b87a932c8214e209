"""How one fact about a patient is stored: checked, inserted, recorded."""

from typing import Any, TypeVar

from audit import facts
from audit.acts import Act
from audit.facts import OF_THE_RECORD, Fact
from patients import validity
from patients.models import Patient

FactT = TypeVar("FactT", bound=Fact)


def store(frame: Act, fact: FactT, *, patient: Patient) -> FactT:
    """Store a new fact about a patient who is locked, with its entry in the trail.

    Raises ValidationError that names the field.
    """
    references = [field.name for field in fact._meta.fields if field.is_relation or field.name == "recorded_at"]
    fact.clean_fields(exclude=references)
    validity.check(fact, patient=patient, at=frame.at)
    facts.insert(frame, fact)
    frame.record(fact, patient=patient, details=as_recorded(fact), reason=fact.correction_reason)
    return fact


def as_recorded(fact: Fact) -> dict[str, Any]:
    """What the trail keeps of a fact: its own fields, and which entry it supersedes or withdraws."""
    own = {f.attname: getattr(fact, f.attname) for f in fact._meta.fields if f.name not in OF_THE_RECORD}
    if fact.supersedes is not None:
        old = {f: getattr(fact.supersedes, f) for f in own}
        changed = {name: value for name, value in old.items() if value != own[name]}
        own |= {"supersedes": fact.supersedes.pk, "void": fact.void, "before": changed}
    return own
