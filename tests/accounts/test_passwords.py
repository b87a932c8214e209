"""Which passwords will do: how long they are and how little of them anybody would guess."""

import unicodedata
from types import SimpleNamespace

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts import passwords
from accounts.models import Person
from accounts.roles import Role
from tests.people import LONG_AGO, person

NORA = SimpleNamespace(
    name="Nora Lindqvist", email="nora.lindqvist@cedarstreet.example", password_words=("Harbor Oncology Pharmacy",)
)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "try-the-gate-now",
        "wolkenbruch im april",
        "Xk7#pQ9!mZ2$",
        "überraschung für alle",
        "x" * 3 + " walnut orbit ladle " + "y" * 40,
        "revlimid but walnut orbit ladle",
        "nora likes walnut orbits",
        "seven words of rems make a sentence",
        "84!#92$cat!!88&2",
    ],
)
def test_a_long_password_that_nobody_would_guess_will_do(password: str) -> None:
    validate_password(password, NORA)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "12 characters"),
        ("password1234", "too common|tried first everywhere"),
        ("Password2026!!", "tried first everywhere"),
        ("iloveyou!!2026", "tried first everywhere"),
        ("lenalidomide-lenalidomide", "repetition|this program"),
        ("Revlimid2026!", "this program"),
        ("Revl1m1d-2026", "this program"),
        ("REMS gate 2026", "this program"),
        ("revlimid12345678", "this program"),
        ("nora.lindqvist1", "knows you"),
        ("L1ndqv1st-N0ra", "knows you"),
        ("cedarstreet2026", "knows you"),
        ("harbor-oncology", "knows you"),
        ("aaaaaaaaaaaaaaaa", "repetition"),
        ("abcabcabcabcabc", "repetition"),
        ("abcdefghijklmnop", "sequence"),
        ("987654321098765", "sequence"),
        ("qwertyuiopasdfgh", "sequence"),
    ],
)
def test_what_would_be_guessed_first_is_refused_and_the_reason_said(password: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        validate_password(password, NORA)  # type: ignore[arg-type]


@pytest.mark.parametrize(("length", "will_do"), [(11, False), (12, True), (13, True)])
def test_twelve_characters_are_enough(length: int, will_do: bool) -> None:
    password = "wolkenbruch-xq"[:length]
    if will_do:
        validate_password(password)
    else:
        with pytest.raises(ValidationError):
            validate_password(password)


@pytest.mark.parametrize(("left", "will_do"), [(7, False), (8, True), (9, True)])
def test_eight_characters_must_remain_without_the_guessable_ones(left: int, will_do: bool) -> None:
    password = "revlimid" + "walnutorb"[:left]
    if will_do:
        validate_password(password)
    else:
        with pytest.raises(ValidationError):
            validate_password(password)


def test_a_password_is_the_same_however_its_accents_are_sent() -> None:
    composed = "caf\u00e9 cr\u00e8me br\u00fbl\u00e9e"
    someone = Person(name="Zoé", email="z@example.org", created_at=LONG_AGO)
    someone.set_password(unicodedata.normalize("NFD", composed))
    assert someone.check_password(composed)
    assert someone.check_password(unicodedata.normalize("NFD", composed))
    assert not someone.check_password("cafe creme brulee")


@pytest.mark.django_db
def test_looking_at_a_password_writes_nothing(settings: object) -> None:
    """A digest made by an older hasher would be renewed by Django outside of every act."""
    nora = person("Nora Lindqvist", Role.PHARMACIST)
    before = nora.password
    settings.PASSWORD_HASHERS = list(reversed(settings.PASSWORD_HASHERS))  # type: ignore[attr-defined]
    assert nora.check_password("correct horse battery staple")
    nora.refresh_from_db()
    assert nora.password == before


def test_without_a_person_only_the_program_and_patterns_count() -> None:
    assert list(passwords.words_of(None)) == []
    validate_password("nora.lindqvist1")


@pytest.mark.parametrize(
    ("written", "shortened"),
    [("aaab", "ab"), ("1234x", "1x"), ("4321x", "4x"), ("abab", "ab"), ("walnut", "walnut"), ("aab", "aab")],
)
def test_runs_count_as_one_character(written: str, shortened: str) -> None:
    assert passwords.without_runs(written) == shortened
