"""Reviews of the trail that were signed."""

from django.db.models import QuerySet

from accounts.models import Person
from accounts.roles import Permission
from accounts.signed import State, verify
from audit import sealed
from rems.models import TrailReview


def reviews_visible_to(person: Person) -> "QuerySet[TrailReview]":
    """All signed reviews, newest first, for who may read the trail."""
    found = TrailReview.objects.select_related("signature")
    return found if person.may(Permission.READ_TRAIL) else found.none()


def is_intact(review: TrailReview) -> bool:
    """Whether the signature is of what the row says, and the seals of its period are still those that were signed."""
    if verify(review.signature, review) is not State.FITS:
        return False
    return sealed.hash_of_seals(review.first_seal, review.last_seal) == review.seals_sha256
