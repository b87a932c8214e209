"""Who may do an act: the role's permission, and the place in which it is held. Views ask before; acts ask again."""

from accounts.models import Person
from accounts.standing import Forbidden, must
from patients.models import Patient, PatientAccount
from pharmacies.models import Pharmacist, Pharmacy
from prescribers.models import Prescriber
from prescribers.queries import served_by
from rems.models import Enrollment

__all__ = ["Forbidden", "must", "must_be_patient", "must_care_for", "must_prescribe", "must_serve", "must_work_at"]


def must_prescribe(by: Person, *prescribers: Prescriber) -> None:
    """Forbidden to anybody but these prescribers themselves."""
    if by.pk not in {prescriber.person_id for prescriber in prescribers}:
        raise Forbidden("Only the prescriber can do this.")


def must_serve(by: Person, prescriber: Prescriber) -> None:
    """Forbidden to anybody but this prescriber and the delegates in office."""
    if not served_by(by).filter(pk=prescriber.pk).exists():
        raise Forbidden("Only the patient's prescriber and their delegates can do this.")


def must_work_at(by: Person, pharmacy: Pharmacy) -> None:
    """Forbidden to anybody but the site's pharmacists in office."""
    if not Pharmacist.objects.filter(person=by, pharmacy=pharmacy, ended_at__isnull=True).exists():
        raise Forbidden(f"{by.name} is not a pharmacist of {pharmacy.name}.")


def must_care_for(by: Person, patient: Patient) -> None:
    """Forbidden to anybody but the prescribers with whom the patient is enrolled, and their delegates in office."""
    if not Enrollment.objects.filter(patient=patient, prescriber__in=served_by(by)).exists():
        raise Forbidden("Only the patient's prescriber and their delegates can do this.")


def must_be_patient(by: Person, patient: Patient) -> PatientAccount:
    """Forbidden to anybody but the person that this patient is; their account."""
    account = PatientAccount.objects.select_related("patient").filter(person=by, patient=patient).first()
    if account is None:
        raise Forbidden("Everybody sees their own record alone.")
    return account
