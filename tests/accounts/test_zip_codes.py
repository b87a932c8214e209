"""The state that a ZIP code says, and the codes that say none."""

import pytest

from accounts.zip_codes import EXCEPT, PREFIXES, state_of


@pytest.mark.parametrize(
    ("zip_code", "state"),
    [
        ("12207", "NY"), ("10016", "NY"), ("04101", "ME"), ("97201", "OR"), ("60607", "IL"), ("30309", "GA"),
        ("94117", "CA"), ("02116", "MA"), ("00901", "PR"), ("00802", "VI"), ("20001", "DC"), ("20101", "VA"),
        ("20814", "MD"), ("73301", "TX"), ("73101", "OK"), ("88510", "TX"), ("87501", "NM"), ("99501", "AK"),
        ("96813", "HI"), ("06390", "NY"), ("06390-1234", "NY"), ("06389", "CT"), ("06391", "CT"),
    ],
)  # fmt: skip
def test_the_first_digits_say_the_state(zip_code: str, state: str) -> None:
    assert state_of(zip_code) == state


@pytest.mark.parametrize("zip_code", ["", "1", "09012", "34001", "96201", "96910", "00101", "99", "abcde"])
def test_military_mail_the_pacific_and_what_is_no_code_say_none(zip_code: str) -> None:
    assert state_of(zip_code) == ""


def test_no_prefix_stands_twice_and_each_exception_is_one() -> None:
    spans = [span.partition("-") for span in PREFIXES.split()[::2]]
    prefixes = [n for first, _, last in spans for n in range(int(first), int(last or first) + 1)]
    assert sorted(set(prefixes)) == prefixes
    assert all(state_of(code[:3]) != state for code, state in EXCEPT.items())
