"""Which patients are told of what falls due: of what they can do something about, where a message reaches them."""

from patients.models import Patient
from patients.queries import person_of
from rems.models.choices import DueKind

THEIRS = frozenset({DueKind.TEST, DueKind.SURVEY, DueKind.RE_ENROLLMENT, DueKind.ADULT_FORM})
"""A number and a certification are for others to mind."""


def patients_told(kind: DueKind, patient: Patient) -> list[int]:
    """The person that the patient is, if this is theirs to do and they gave an address."""
    person = person_of(patient) if kind in THEIRS else None
    return [person.pk] if person is not None and person.is_active and person.is_reachable else []
