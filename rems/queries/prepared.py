"""What was prepared for signing from afar: whose it is, and what a link opens."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Person
from patients.models import Patient
from rems.models import AgreementLink, PreparedAgreement
from rems.queries.prescriber import prescribers_of
from rems.queries.signatures import Shown, shown


def prepared_visible_to(person: Person) -> QuerySet[PreparedAgreement]:
    """What was prepared for this person's prescribers."""
    rows = PreparedAgreement.objects.filter(prescriber__in=prescribers_of(person))
    return rows.select_related(
        "patient", "prescriber__person", "prepared_by", "patient_signature", "guardian_signature"
    )


def waiting_for(person: Person, patients: Iterable[Patient] | None = None) -> QuerySet[PreparedAgreement]:
    """Of those what still waits for somebody's signature, of these patients or of all."""
    rows = prepared_visible_to(person).filter(completed_at__isnull=True, withdrawn_at__isnull=True)
    if patients is not None:
        rows = rows.filter(patient__in=list(patients))
    return rows.order_by("prepared_at")


def open_link(prepared: PreparedAgreement) -> AgreementLink | None:
    """The link that was made last and is neither used nor revoked; whether it is too old, its own day says."""
    return prepared.links.filter(used_at__isnull=True, revoked_at__isnull=True).first()


def link_with(digest: str) -> AgreementLink | None:
    """The link of a token, by what is stored of it."""
    rows = AgreementLink.objects.select_related("prepared__patient", "prepared__prescriber")
    return rows.filter(digest=digest).first()


def signatures_under(prepared: PreparedAgreement) -> list[Shown]:
    """What patient and guardian signed, held against what was prepared."""
    agreement = prepared.unsigned()
    given = [prepared.patient_signature, prepared.guardian_signature]
    return [shown(signature, agreement) for signature in given if signature is not None]
