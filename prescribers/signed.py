"""What is signed of an application for certification."""

from accounts import certification
from accounts.signed import Said, fields_of, says
from prescribers.models import CertificationApplication

IDENTITY = ("first_name", "last_name", "npi")


@says(CertificationApplication)
def said_of_application(application: CertificationApplication) -> Said:
    """The form as it was submitted, and who the applicant is on record."""
    return certification.said(application), {"applicant": fields_of(application.prescriber, *IDENTITY)}
