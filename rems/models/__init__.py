"""The records that join patients, prescribers and pharmacies to the programs."""

from rems.models.deviations import CorrectiveAction, Deviation, DeviationSignOff
from rems.models.enrollment import Agreement, CategoryAssignment, Enrollment, Transfer
from rems.models.followup import CapsuleReturn, DisplayFlag
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
from rems.models.prepared import AgreementLink, LinkTry, PreparedAgreement, Purpose
from rems.models.prescription import (
    Counseling,
    PrescriberSurvey,
    Prescription,
    PrescriptionItem,
    Product,
)
from rems.models.trail import TrailReview, VerificationRun
from rems.models.work_lists import Acknowledgment, ItemKey, Waiver

__all__ = [
    "Acknowledgment",
    "Agreement",
    "AgreementLink",
    "Authorization",
    "CapsuleReturn",
    "CategoryAssignment",
    "Checklist",
    "Comparison",
    "Confirmation",
    "CorrectiveAction",
    "Counseling",
    "DaysCounted",
    "Decision",
    "Defect",
    "Deviation",
    "DeviationSignOff",
    "Dispensing",
    "DisplayFlag",
    "Enrollment",
    "Horizon",
    "ItemKey",
    "LinkTry",
    "Message",
    "Notice",
    "Opening",
    "PreparedAgreement",
    "PrescriberSurvey",
    "Prescription",
    "PrescriptionItem",
    "Product",
    "Purpose",
    "TrailReview",
    "Transfer",
    "VerificationRun",
    "Waiver",
]
