"""What is signed of an application for certification, and of a corrected training."""

from accounts import certification
from accounts.signed import Said, fields_of, says
from pharmacies.models import CertificationApplication, Training

IDENTITY = ("name", "ncpdp_id", "npi")


@says(CertificationApplication)
def said_of_application(application: CertificationApplication) -> Said:
    """The form as it was submitted, and who the applicant is on record."""
    return certification.said(application), {"applicant": fields_of(application.pharmacy, *IDENTITY)}


@says(Training)
def said_of_training(training: Training) -> Said:
    """Who completed it, for which program, on which day."""
    return {"person": training.person_id, **fields_of(training, "program", "completed_on")}, {
        "person": {"name": training.person.name}
    }
