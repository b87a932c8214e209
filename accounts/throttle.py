"""How often somebody may try to sign in: counted in the database, before a password is looked at.

Five wrong tries for an address from one network are followed by a pause of a minute, the next five by
two, and so on up to fifteen. A colleague on the same network is not held up: only addresses that never
signed in from there share a count, of twenty. After a hundred failures in a row from everywhere
(NIST SP 800-63B, 3.2.2) an address is closed until somebody who keeps the accounts opens it, or its
passkey is used. An address that no account has is counted and answered in the same way.

A try is counted as wrong when it begins, and taken back when it was right. So of fifty that come at one
instant only five are looked at, and no lock is held while a password is checked.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from accounts.models import SignInTries
from audit import clock

EACH, STRANGERS, CEILING = 5, 20, 100
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)
EVERYWHERE = ANY_STRANGER = ""


class Try(NamedTuple):
    """One try. ``closed`` or ``paused_until``: it is not looked at. ``used``: wrong ones of this round, with it."""

    email: str
    network: str
    stranger: bool = False
    closed: bool = False
    paused_until: datetime | None = None
    used: int = 0
    pause: timedelta = FIRST_PAUSE

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it may be looked at."""
        return self.closed or self.paused_until is not None


def begin(*, email: str, network: str) -> Try:
    """Count a try for the address from the network, or say that it must wait."""
    with transaction.atomic():
        own, everywhere = _locked(email, network), _locked(email, EVERYWHERE)
        stranger = own.signed_in_at is None
        counted = [(own, EACH), *([(_locked(ANY_STRANGER, network), STRANGERS)] if stranger else [])]
        at = clock.now()
        made = Try(email=email, network=network, stranger=stranger)
        if everywhere.failures >= CEILING:
            return made._replace(closed=True)
        pauses = [row.paused_until for row, _ in counted if row.paused_until is not None and at < row.paused_until]
        if pauses:
            return made._replace(paused_until=max(pauses))
        pause = _next_pause(own)
        for row, most in counted:
            _count(row, most, at)
        everywhere.failures += 1
        _save(everywhere, *(row for row, _ in counted))
        return made._replace(used=(own.failures - 1) % EACH + 1, pause=pause)


def take_back(tried: Try) -> None:
    """What was given is right, and something more is asked: the try was none, and nothing is forgiven by it."""
    with transaction.atomic():
        rows = list(_rows_of(tried))
        for row, most in rows:
            _discount(row, most)
        _save(*(row for row, _ in rows))


def forgive(tried: Try, *, at: datetime) -> None:
    """Everything that was asked was right: the count begins anew, and the address is known on this network."""
    with transaction.atomic():
        own, everywhere = _locked(tried.email, tried.network), _locked(tried.email, EVERYWHERE)
        own.failures, own.pauses, own.paused_until, own.signed_in_at = 0, 0, None, at
        everywhere.failures = 0
        _save(own, everywhere)
        if tried.stranger:
            strangers = _locked(ANY_STRANGER, tried.network)
            _discount(strangers, STRANGERS)
            _save(strangers)


def open_again(email: str) -> None:
    """Somebody who keeps the accounts has looked at this one: it may be tried again, from everywhere."""
    SignInTries.objects.filter(email=email).update(failures=0, pauses=0, paused_until=None)


def _locked(email: str, network: str) -> SignInTries:
    """The count, locked until the transaction ends. Always in this order: address, everywhere, strangers."""
    SignInTries.objects.bulk_create([SignInTries(email=email, network=network)], ignore_conflicts=True)
    return SignInTries.objects.select_for_update().get(email=email, network=network)


def _rows_of(tried: Try) -> Iterator[tuple[SignInTries, int]]:
    yield _locked(tried.email, tried.network), EACH
    yield _locked(tried.email, EVERYWHERE), CEILING
    if tried.stranger:
        yield _locked(ANY_STRANGER, tried.network), STRANGERS


def _count(row: SignInTries, most: int, at: datetime) -> None:
    row.failures += 1
    if row.failures % most == 0:
        row.paused_until = at + _next_pause(row)
        row.pauses += 1


def _discount(row: SignInTries, most: int) -> None:
    if row.failures == 0:
        return
    if row.failures % most == 0 and row.pauses:
        row.pauses -= 1
        row.paused_until = None
    row.failures -= 1


def _next_pause(row: SignInTries) -> timedelta:
    return min(FIRST_PAUSE * 2 ** min(row.pauses, 10), LONGEST_PAUSE)


def _save(*rows: SignInTries) -> None:
    SignInTries.objects.bulk_update(rows, ["failures", "pauses", "paused_until", "signed_in_at"])
