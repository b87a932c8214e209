"""Signing that a period of the trail was reviewed."""

from datetime import datetime

from accounts.models import Person
from accounts.roles import Permission
from accounts.signatures import Given, reserve_number, sign_record
from accounts.standing import must
from audit import clock, sealed
from audit.acts import Act, act
from audit.facts import InvalidFact
from audit.periods import Period, count_period, is_work_of_one
from rems.models import TrailReview

MEANING = "I reviewed this period of the trail: its changes, denials and out-of-band changes."
NOT_OVER = "The period is not over yet."
NOT_SEALED = "The period is not sealed to its end yet. Wait until the sealer has passed it, then sign."
ONLY_OWN = "Everything that was done in this period was done by you. Somebody else reviews it."
COUNTED_ANEW = "The period holds other entries than the page showed. Look at them, then sign."


@act("audit.sign_review")
def sign_review(
    frame: Act,
    *,
    since: datetime,
    until: datetime,
    counted: int,
    findings: str,
    given: Given,
    by: Person,
    key: str | None = None,
) -> TrailReview:
    """Sign the review of the entries from ``since`` until before ``until``; ``counted`` of them were shown.

    The signature covers the period, its counts, the hashes of its seals and the findings. Raises
    Forbidden, and InvalidFact for a period that is not over, not sealed, holds another number of
    entries than was shown, or nothing but the signer's own work.
    """
    must(by, Permission.SIGN_REVIEWS)
    period, sealed_entries = _counted(since, until, counted=counted, by=by)
    review = TrailReview(
        pk=reserve_number(TrailReview),
        since=since,
        until=until,
        events=period.events,
        out_of_band=period.out_of_band,
        denials=period.denials,
        first_seal=period.seals.first,
        last_seal=period.seals.last,
        seals_sha256=period.seals.sha256,
        sealed_entries=sealed_entries,
        findings=findings.strip(),
    )
    review.signature = sign_record(review, meaning=MEANING, by=by, given=given)
    review.save(force_insert=True)
    frame.record(review, details=period.counted())
    return review


def _counted(since: datetime, until: datetime, *, counted: int, by: Person) -> tuple[Period, int]:
    """What the period holds, and how many entries of the trail are sealed. Raises InvalidFact."""
    if since >= until:
        raise InvalidFact(field="until", message="The period ends before it begins.")
    if until > clock.unshifted():
        raise InvalidFact(field="until", message=NOT_OVER)
    if is_work_of_one(by.pk, since, until):
        raise InvalidFact(field="until", message=ONLY_OWN)
    # What is sealed is read first: what is sealed while the period is counted is not taken for reviewed.
    newest, period = sealed.newest(), count_period(since, until)
    if newest is None or period.unsealed:
        raise InvalidFact(field="until", message=NOT_SEALED)
    if period.events != counted:
        raise InvalidFact(field="counted", message=COUNTED_ANEW)
    return period, newest.entries
