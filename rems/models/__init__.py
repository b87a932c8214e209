"""The records that join patients, prescribers and pharmacies to the programs."""

from rems.models.downtime import Downtime, LaterEntry
from rems.models.enrollment import Agreement, CategoryAssignment, Enrollment, Transfer
from rems.models.followup import CapsuleReturn, Deviation, DisplayFlag
from rems.models.gate import (
    Authorization,
    Checklist,
    Confirmation,
    DaysCounted,
    Decision,
    Dispensing,
)
from rems.models.horizon import Comparison, Defect, Horizon
from rems.models.notices import Message, Notice
from rems.models.openings import Opening
from rems.models.outages import Extension, Outage
from rems.models.prepared import AgreementLink, LinkTry, PreparedAgreement, Purpose
from rems.models.prescription import (
    Counseling,
    PrescriberSurvey,
    Prescription,
    PrescriptionItem,
    Product,
)
from rems.models.trail import TrailReview, VerificationRun

__all__ = [
    "Agreement",
    "AgreementLink",
    "Authorization",
    "CapsuleReturn",
    "CategoryAssignment",
    "Checklist",
    "Comparison",
    "Confirmation",
    "Counseling",
    "DaysCounted",
    "Decision",
    "Defect",
    "Deviation",
    "Dispensing",
    "DisplayFlag",
    "Downtime",
    "Enrollment",
    "Extension",
    "Horizon",
    "LaterEntry",
    "LinkTry",
    "Message",
    "Notice",
    "Opening",
    "Outage",
    "PreparedAgreement",
    "PrescriberSurvey",
    "Prescription",
    "PrescriptionItem",
    "Product",
    "Purpose",
    "TrailReview",
    "Transfer",
    "VerificationRun",
]
