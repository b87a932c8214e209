"""Who may do an act: the role's permission, and the place in which it is held. Views ask before; acts ask again."""

from accounts.models import Person
from accounts.standing import Forbidden, must
from pharmacies.models import Pharmacist, Pharmacy
from prescribers.models import Prescriber
from prescribers.queries import served_by

__all__ = ["Forbidden", "must", "must_prescribe", "must_serve", "must_work_at"]


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
