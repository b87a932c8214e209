"""Reviews of the trail that were signed."""

from django.db.models import QuerySet

from accounts.models import Person
from accounts.roles import Permission
from audit import sealed
from audit.periods import Period
from rems.models import TrailReview


def reviews_visible_to(person: Person) -> "QuerySet[TrailReview]":
    """All signed reviews, newest first, for who may read the trail."""
    found = TrailReview.objects.select_related("signature")
    return found if person.may(Permission.READ_TRAIL) else found.none()


def is_intact(review: TrailReview) -> bool:
    """Whether the signature is of what the row says, and the seals of its period are still those that were signed."""
    seals = sealed.SealsOfPeriod(review.first_seal, review.last_seal, review.seals_sha256)
    said = Period(
        review.since, review.until, review.events, review.out_of_band, review.denials, seals, unsealed=False
    ).signed(review.findings)
    if not review.signature.covers(review.signature.content) or not review.signature.covers(said):
        return False
    return sealed.hash_of_seals(review.first_seal, review.last_seal) == review.seals_sha256
