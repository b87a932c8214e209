"""What the gate is asked about: the papers on the counter, besides what is on record."""

from dataclasses import dataclass

from eligibility import Category, Stage
from eligibility.vocabulary import Method
from pharmacies.models import Pharmacy
from rems import models


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked about: the papers on the counter, besides what is on record.

    ``category``: the one that the pharmacist reads on the prescription, where it was read.
    """

    enrollment: models.Enrollment
    prescription: models.Prescription | None = None
    authorization: models.Authorization | None = None
    confirmation: models.Confirmation | None = None
    pharmacy: Pharmacy | None = None
    category: Category | None = None
    category_was_read: bool = False
    method: Method | None = None
    medication_guide_given: bool | None = None
    again: models.Decision | None = None
    """A decision on record that is asked once more: what it issued itself was not there yet."""


def question_of(decision: models.Decision) -> Question:
    """The question that a decision on record answered, to be asked once more of the same rows."""
    prescription, read = decision.prescription, decision.facts.get("prescription", {}).get("category")
    if prescription is None:
        raise ValueError(f"decision {decision.pk} names no prescription")
    method = decision.facts.get("hand_over", {}).get("method")
    return Question(
        enrollment=prescription.enrollment,
        prescription=prescription,
        authorization=decision.authorization,
        confirmation=decision.confirmation,
        pharmacy=decision.pharmacy,
        category=Category(read) if read else None,
        category_was_read=decision.stage != Stage.AUTHORIZE,
        method=Method(method) if method else None,
        medication_guide_given=decision.facts.get("medication_guide_given", False),
        again=decision,
    )
