"""What exists for a pharmacist, and what the pages of a site show.

Which numbers exist for whom ("a foreign number answers as an unknown one"):

- A pharmacist is a person with a row in force in ``pharmacies.Pharmacist``, and works at one site at
  a time. Without one, nothing exists.
- An authorization stands on a prescription, and the patient may take that to any site. It exists for
  every pharmacist, but only by its whole number, which cannot be guessed: there is no list of
  authorizations. A site that is not certified in its program is told that, and nothing about the
  patient (``rems.views.pharmacy.verdicts``).
- A confirmation is a site's own. At any other site, another one of the same pharmacist included, it
  answers as an unknown number. That another site has confirmed or used an authorization is said by
  the engine's reasons only.
- A patient exists at a site that has confirmed or dispensed for them, or for whom presents one of
  the numbers above.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from eligibility import windows
from eligibility.editions import edition_in_force
from patients.models import Patient
from pharmacies.models import Pharmacy
from rems import numbers
from rems.extended import hours_open
from rems.models import Authorization, CapsuleReturn, Confirmation, Dispensing, Product


def authorizations_visible_to(site: Pharmacy | None) -> QuerySet[Authorization]:
    """All, to be asked by number only; none without a site."""
    rows = Authorization.objects.select_related(
        "patient", "prescription__enrollment__patient", "prescription__prescriber"
    )
    return rows if site is not None else rows.none()


def confirmations_visible_to(site: Pharmacy | None) -> QuerySet[Confirmation]:
    """The site's own, and no other."""
    return Confirmation.objects.filter(pharmacy=site).select_related(
        "by",
        "cancelled_by",
        "pharmacy",
        "decision",
        "dispensing__by",
        "dispensing__decision",
        "authorization__patient",
        "authorization__prescription__enrollment__patient",
        "authorization__prescription__prescriber",
    )


def confirmation_of_another(site: Pharmacy, *, number: str) -> Confirmation | None:
    """Another site's confirmation, for the trail's entry of the denial alone; never to be shown."""
    rows = Confirmation.objects.exclude(pharmacy=site).select_related("authorization")
    return rows.filter(number=number).first()


def open_confirmation(authorization: Authorization, *, site: Pharmacy, at: datetime) -> Confirmation | None:
    """The confirmation of this number that the site can still hand over, if there is one."""
    rows = confirmations_visible_to(site).filter(
        hours_open(at), authorization=authorization, cancelled_at__isnull=True, dispensing__isnull=True
    )
    return rows.order_by("-issued_at").first()


def category_of(authorization: Authorization) -> str:
    """The patient's risk category now, as enrolled; where none is recorded, the authorization's."""
    rows = authorization.prescription.enrollment.categories.current().order_by("-since", "-pk")
    newest = rows.first()
    return newest.category if newest else authorization.category


def days_on_hand(authorization: Authorization, *, at: datetime) -> int:
    """As the engine computes them: last dispensing + days supplied - today; never below 0."""
    last = (
        Dispensing.objects.filter(patient=authorization.patient_id, program=authorization.program)
        .order_by("-handed_over_at")
        .first()
    )
    edition = edition_in_force(authorization.program, at)
    if last is None or edition is None:
        return 0
    return windows.days_on_hand(edition, dispensed=last.handed_over_at, days_supply=last.days_supply, at=at)


def returns_visible_to(site: Pharmacy) -> QuerySet[CapsuleReturn]:
    """The capsules that came back to this site, newest first."""
    rows = CapsuleReturn.objects.filter(pharmacy=site)
    return rows.select_related("patient", "product", "by").order_by("-received_at", "-pk")


def products() -> QuerySet[Product]:
    """What the programs dispense."""
    return Product.objects.order_by("program", "drug", "strength_mg", "brand")


@dataclass(frozen=True, kw_only=True)
class ReturnSource:
    """Whose capsules came back. Without a patient ``why_not`` says what to do at the field."""

    patient: Patient | None = None
    program: str = ""
    why_not: str = ""


UNKNOWN_RETURN = "No such number for your site. Compare it with the prescription or the label."


def source_of_return(site: Pharmacy, *, typed: str) -> ReturnSource:
    """The patient behind what was typed: an authorization, a confirmation or a patient's number."""
    found = numbers.parse(typed)
    if isinstance(found, numbers.Number):
        return _source_of_number(site, found)
    patient = patients_visible_to(site).filter(number=typed.strip().upper()).first()
    if patient is not None:
        return ReturnSource(patient=patient)
    if isinstance(found, numbers.Mistyped):
        return ReturnSource(why_not="The number has a typing error: its last character does not fit.")
    return ReturnSource(why_not=UNKNOWN_RETURN)


def authorization_behind(site: Pharmacy, *, typed: str) -> Authorization | None:
    """The authorization of a typed number: its own, or that of a confirmation of this site."""
    number = numbers.parse(typed)
    if not isinstance(number, numbers.Number):
        return None
    if number.kind is numbers.Kind.CONFIRMATION:
        confirmation = confirmations_visible_to(site).filter(number=number.text).first()
        return confirmation.authorization if confirmation else None
    return authorizations_visible_to(site).filter(number=number.text).first()


def _source_of_number(site: Pharmacy, number: numbers.Number) -> ReturnSource:
    authorization = authorization_behind(site, typed=number.text)
    if authorization is None:
        return ReturnSource(why_not=UNKNOWN_RETURN)
    return ReturnSource(patient=authorization.patient, program=authorization.program)


def patients_visible_to(site: Pharmacy) -> QuerySet[Patient]:
    """Patients for whom the site has confirmed or dispensed."""
    return Patient.objects.filter(authorizations__confirmations__pharmacy=site).distinct()


def holder_of(authorization: Authorization, *, at: datetime) -> str:
    """The name of the site whose confirmation of this number is open; '' where none is."""
    held = authorization.confirmations.filter(hours_open(at), cancelled_at__isnull=True, lapsed_at__isnull=True)
    newest = held.select_related("pharmacy").order_by("issued_at").last()
    return newest.pharmacy.name if newest else ""
