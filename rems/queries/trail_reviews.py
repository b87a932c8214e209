"""Reviews of the trail that were signed."""

from django.db.models import QuerySet

from accounts.models import Person
from accounts.roles import Permission
from accounts.signed import State, verify
from audit import sealed
from rems.models import TrailReview
from rems.queries.signatures import LOOK, Shown

WHOLE = "Period, counts, findings and the seals of the period are those that were signed."
BROKEN = (
    "The signature does not fit any more: the review or a seal of its period is another than what was signed. "
    "Verify the trail."
)


def reviews_visible_to(person: Person) -> "QuerySet[TrailReview]":
    """All signed reviews, newest first, for who may read the trail."""
    found = TrailReview.objects.select_related("signature")
    return found if person.may(Permission.READ_TRAIL) else found.none()


def is_intact(review: TrailReview) -> bool:
    """Whether the signature is of what the row says, and the seals of its period are still those that were signed."""
    if verify(review.signature, review) is not State.FITS:
        return False
    return sealed.hash_of_seals(review.first_seal, review.last_seal) == review.seals_sha256


def signed(review: TrailReview) -> Shown:
    """The signature under a review, as it stands to the row and to the seals of its period."""
    intact = is_intact(review)
    state = State.FITS if intact else State.ALTERED
    return Shown(review.signature, state, *LOOK[state], WHOLE if intact else BROKEN)
