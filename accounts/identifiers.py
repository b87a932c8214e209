"""Numbers that the field gives out, and their check digits.

The database judges by the same rules, in the functions ``accounts_npi_is_valid`` and
``accounts_ncpdp_is_valid``; a test compares the two.
"""

import re
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, CheckConstraint, F, Func

NPI_PREFIX = "80840"


def luhn_check_digit(digits: str) -> str:
    """The digit that completes ``digits`` under ISO/IEC 7812-1 (Luhn, mod 10)."""
    doubled = [int(digit) * 2 for digit in reversed(digits)][::2]
    plain = [int(digit) for digit in reversed(digits)][1::2]
    return str(-sum(value // 10 + value % 10 for value in doubled + plain) % 10)


def npi_check_digit(first_nine: str) -> str:
    """The tenth digit of a National Provider Identifier: Luhn over 80840 and the first nine.

    Source: CMS, "Requirements for National Provider Identifier (NPI) and NPI Check Digit".
    """
    return luhn_check_digit(NPI_PREFIX + first_nine)


def ncpdp_check_digit(first_six: str) -> str:
    """The seventh digit of an NCPDP Provider ID, formerly the NABP number.

    The first, third and fifth digit and twice the second, fourth and sixth are added; the last
    digit of the sum is the check digit. Confidence: background knowledge, tried on two published
    numbers (which the Luhn rule fails); NCPDP's own text is not public.
    """
    digits = [int(digit) for digit in first_six]
    return str((sum(digits[::2]) + 2 * sum(digits[1::2])) % 10)


def validate_npi(value: str) -> None:
    """Raise ValidationError for what cannot be an NPI."""
    if not re.fullmatch(r"[12][0-9]{9}", value):
        raise ValidationError("An NPI has 10 digits and starts with 1 or 2.", code="npi")
    if npi_check_digit(value[:9]) != value[9]:
        raise ValidationError("The check digit of this NPI is wrong. Is it mistyped?", code="npi")


def has_dea_form(text: str) -> bool:
    """Whether it looks like a DEA registration: two letters, or a letter and 9, and seven digits."""
    return re.fullmatch(r"[A-Z][A-Z9][0-9]{7}", text) is not None


def validate_dea(value: str) -> None:
    """Raise ValidationError for what cannot be a DEA number."""
    digits = [int(character) for character in value[2:]] if has_dea_form(value) else []
    if not digits or (sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])) % 10 != digits[6]:
        raise ValidationError("The check digit of this DEA number is wrong. Is it mistyped?", code="dea")


def validate_ncpdp_id(value: str) -> None:
    """Raise ValidationError for what cannot be an NCPDP Provider ID."""
    if not re.fullmatch(r"[0-9]{7}", value):
        raise ValidationError("An NCPDP Provider ID has 7 digits.", code="ncpdp_id")
    if ncpdp_check_digit(value[:6]) != value[6]:
        raise ValidationError("The check digit of this NCPDP Provider ID is wrong. Is it mistyped?", code="ncpdp_id")


def validate_zone(value: str) -> None:
    """Raise ValidationError for what is no IANA time zone."""
    if value not in available_timezones():
        raise ValidationError("This is no IANA time zone, such as America/Chicago.", code="zone")


def npi_constraint() -> CheckConstraint:
    """The field ``npi`` holds a valid NPI, as the database judges it."""
    return _judged_by("npi", function="accounts_npi_is_valid")


def ncpdp_constraint() -> CheckConstraint:
    """The field ``ncpdp_id`` holds a valid NCPDP Provider ID, as the database judges it."""
    return _judged_by("ncpdp_id", function="accounts_ncpdp_is_valid")


def _judged_by(field: str, *, function: str) -> CheckConstraint:
    return CheckConstraint(
        condition=Func(F(field), function=function, output_field=BooleanField()),
        name=f"%(app_label)s_%(class)s_{field}_valid",
    )
