"""What somebody who is signed in must do before anything else opens."""

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from accounts import factors
from accounts.models import Person

SIGN_IN_AGAIN, CHANGE_PASSWORD, SET_UP_FACTOR = "accounts:sign_in", "account_change_password", "mfa_index"


def next_step(request: HttpRequest, person: Person) -> str | None:
    """The name of the page that comes first; None where nothing stands in the way.

    A session that was begun before there was a factor does not set up another: it begins anew.
    """
    without = settings.SECOND_FACTOR and not used_factor(request, person)
    if without and factors.has_factor(person):
        return SIGN_IN_AGAIN
    if person.password_set_by_other:
        return CHANGE_PASSWORD
    if without and factors.needs_factor(person):
        return SET_UP_FACTOR
    return None


def used_factor(request: HttpRequest, person: Person) -> bool:
    """Whether a second factor was given, or set up, in this session."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, person))
