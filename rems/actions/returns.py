"""Capsules that come back from a patient."""

from accounts.models import Person
from accounts.roles import Permission
from audit.acts import Act, act
from audit.facts import InvalidFact
from patients.lock import lock
from patients.models import Patient
from pharmacies.models import Pharmacy
from rems import models
from rems.actions.standing import must, must_work_at


@act("rems.record_return")
def record_return(
    frame: Act,
    *,
    patient: Patient,
    program: str,
    pharmacy: Pharmacy,
    product: models.Product,
    capsules: int,
    by: Person,
    key: str | None = None,
) -> models.CapsuleReturn:
    """Unused capsules came back to the site. They never return to stock. InvalidFact names the field."""
    must(by, Permission.RECEIVE_RETURNS)
    must_work_at(by, pharmacy)
    lock(patient.pk)
    if product.program != program:
        raise InvalidFact(field="product", message="This product belongs to another program.")
    if not models.Enrollment.objects.filter(patient=patient, program=program).exists():
        raise InvalidFact(field="product", message="This product is of a program in which the patient is not enrolled.")
    row = models.CapsuleReturn(
        patient=patient,
        program=program,
        pharmacy=pharmacy,
        product=product,
        capsules=capsules,
        received_at=frame.at,
        by=by,
    )
    row.clean_fields(exclude=["patient", "pharmacy", "product", "by"])
    row.save(force_insert=True)
    frame.record(row, details={"product": str(product), "capsules": capsules})
    return row
