"""Check digits: Python and the database judge alike."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.identifiers import (
    ncpdp_check_digit,
    npi_check_digit,
    validate_ncpdp_id,
    validate_npi,
    validate_zone,
)

PUBLISHED_NPI = "1234567893"
"""The example of CMS's own text."""
PUBLISHED_NCPDP = ["3151266", "4844824"]
"""Ids that two sites publish for electronic prescriptions."""
NEARLY = st.one_of(
    st.from_regex(r"[0-9]{7}", fullmatch=True),
    st.from_regex(r"[0-9]{10}", fullmatch=True),
    st.text(alphabet="0123456789 -x", max_size=12),
)


def python_says(validate: object, value: str) -> bool:
    try:
        validate(value)  # type: ignore[operator]
    except ValidationError:
        return False
    return True


def database_says(function: str, value: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [value])
        return bool(cursor.fetchone()[0])


def test_published_numbers_are_valid() -> None:
    validate_npi(PUBLISHED_NPI)
    for published in PUBLISHED_NCPDP:
        validate_ncpdp_id(published)
    assert npi_check_digit(PUBLISHED_NPI[:9]) == "3"


@pytest.mark.parametrize("place", range(10))
def test_an_npi_with_one_digit_changed_is_wrong(place: int) -> None:
    for digit in set("0123456789") - {PUBLISHED_NPI[place]}:
        with pytest.raises(ValidationError):
            validate_npi(PUBLISHED_NPI[:place] + digit + PUBLISHED_NPI[place + 1 :])


@pytest.mark.parametrize("published", PUBLISHED_NCPDP)
def test_an_ncpdp_id_with_its_check_digit_changed_is_wrong(published: str) -> None:
    right = ncpdp_check_digit(published[:6])
    for digit in set("0123456789") - {right}:
        with pytest.raises(ValidationError, match="mistyped"):
            validate_ncpdp_id(published[:6] + digit)


@pytest.mark.parametrize("text", ["", "123456789", "12345678930", "3234567893", "12345 7893", "１234567893"])
def test_what_has_not_the_form_of_an_npi_is_told_so(text: str) -> None:
    with pytest.raises(ValidationError, match="10 digits"):
        validate_npi(text)


@pytest.mark.parametrize("zone", ["America/Chicago", "Europe/Vienna", "UTC"])
def test_a_time_zone_is_known_by_name(zone: str) -> None:
    validate_zone(zone)


@pytest.mark.parametrize("zone", ["", "Chicago", "America/chicago", "EST5", "../etc/passwd", "UTC+5"])
def test_anything_else_is_no_time_zone(zone: str) -> None:
    with pytest.raises(ValidationError, match="IANA"):
        validate_zone(zone)


class Judges(TestCase):
    """Hypothesis needs a class here: each example is its own transaction."""

    @settings(max_examples=150, deadline=None)
    @given(text=NEARLY)
    def test_python_and_the_database_judge_alike(self, text: str) -> None:
        assert python_says(validate_npi, text) == database_says("accounts_npi_is_valid", text)
        assert python_says(validate_ncpdp_id, text) == database_says("accounts_ncpdp_is_valid", text)

    @settings(max_examples=50, deadline=None)
    @given(first=st.from_regex(r"[12][0-9]{8}", fullmatch=True), six=st.from_regex(r"[0-9]{6}", fullmatch=True))
    def test_a_made_check_digit_is_right_for_both(self, first: str, six: str) -> None:
        assert database_says("accounts_npi_is_valid", first + npi_check_digit(first))
        assert database_says("accounts_ncpdp_is_valid", six + ncpdp_check_digit(six))
