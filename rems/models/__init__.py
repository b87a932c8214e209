"""The records that join patients, prescribers and pharmacies to the programs."""

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
from rems.models.prescription import (
    Counseling,
    PrescriberSurvey,
    Prescription,
    PrescriptionItem,
    Product,
)

__all__ = [
    "Agreement",
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
    "Enrollment",
    "Horizon",
    "Message",
    "Notice",
    "PrescriberSurvey",
    "Prescription",
    "PrescriptionItem",
    "Product",
    "Transfer",
]
