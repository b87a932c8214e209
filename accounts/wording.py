"""What is said about tries to sign in. The same for every address, whether an account has it or not."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.throttle import EACH, Try

NUMBERS = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()  # noqa: SIM905
)
NO_MATCH = "E-mail and password do not belong together. Nobody was signed in."
WRONG_CODE = "Wrong code."
WRONG_PASSKEY = "This passkey does not fit. Try again, or use your password."
WRONG_PASSWORD = "This is not your password. Nothing was changed."  # noqa: S105 - a sentence
CLOSED = (
    "This address was tried too often, from everywhere, and is closed. Sign in with a passkey, "
    "or have your program's administrator set a new password: 1-888-423-5436."
)


def used_words(tried: Try) -> str:
    """How many tries are used, and for how long the pause after the last of them lasts."""
    used = f"{_number(tried.used).capitalize()} of {_number(EACH)} tries used"
    if tried.used < EACH:
        return f"{used}; then a pause of {_minutes(tried.pause)}."
    return f"{used}. Now a pause of {_minutes(tried.pause)}."


def refused_words(tried: Try) -> str:
    """Why nothing was looked at, and when it will be."""
    if tried.paused_until is None:
        return CLOSED
    until = tried.paused_until.astimezone(ZoneInfo(settings.TIME_ZONE))
    return (
        f"Too many wrong tries: a pause until {until:%H:%M:%S %Z}. Nothing was looked at. Your colleagues can sign in."
    )


def _minutes(pause: timedelta) -> str:
    minutes = int(pause.total_seconds() // 60)
    return f"{_number(minutes)} minute{'' if minutes == 1 else 's'}"


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)
