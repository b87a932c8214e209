"""Numbers that are read over a telephone."""

import random
import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rems.numbers import (
    ALPHABET,
    FORM,
    LENGTH,
    Kind,
    Mistyped,
    NotANumber,
    Number,
    check_character,
    grouped,
    new_number,
    parse,
)

CHANCE = random.Random(1)  # noqa: S311 - the same samples in every process of a run


def a_number(kind: Kind) -> str:
    """A number as `new_number` makes one, but the same each time."""
    body = kind.value + "".join(CHANCE.choices(ALPHABET, k=LENGTH - 2))
    return body + check_character(body)


SAMPLE = [a_number(kind) for kind in Kind for _ in range(20)]
BODIES = st.builds(
    lambda kind, rest: kind + "".join(rest),
    st.sampled_from("AC"),
    st.lists(st.sampled_from(ALPHABET), min_size=10, max_size=10),
)


@pytest.mark.parametrize("kind", Kind)
def test_a_new_number_has_its_form_and_says_what_it_is(kind: Kind) -> None:
    number = new_number(kind)
    assert len(number.text) == LENGTH
    assert re.match(FORM[kind.value], number.text)
    assert parse(str(number)) == number == Number(kind, number.text)


def test_no_letter_is_taken_for_a_digit() -> None:
    assert not set("ILOU") & set(ALPHABET)
    assert len(set(ALPHABET)) == 32


def test_numbers_do_not_repeat() -> None:
    assert len({new_number(Kind.AUTHORIZATION).text for _ in range(5_000)}) == 5_000


@pytest.mark.parametrize("text", SAMPLE)
def test_every_single_wrong_character_is_noticed(text: str) -> None:
    for place in range(LENGTH):
        for wrong in set(ALPHABET) - {text[place]}:
            assert isinstance(parse(text[:place] + wrong + text[place + 1 :]), Mistyped)


@pytest.mark.parametrize("text", SAMPLE)
def test_every_exchange_of_two_characters_is_noticed_adjacent_or_not(text: str) -> None:
    for one, other in combinations(range(LENGTH), 2):
        letters = list(text)
        letters[one], letters[other] = letters[other], letters[one]
        if letters[one] != letters[other]:
            assert isinstance(parse("".join(letters)), Mistyped)


@given(BODIES)
def test_the_check_character_makes_a_number(body: str) -> None:
    assert parse(body + check_character(body)) == Number(Kind(body[0]), body + check_character(body))


@given(BODIES, st.sampled_from(ALPHABET))
def test_any_other_check_character_does_not(body: str, last: str) -> None:
    read = parse(body + last)
    assert isinstance(read, Number) == (last == check_character(body))


NUMBER = next(t for t in (a_number(Kind.AUTHORIZATION) for _ in range(10_000)) if "0" in t and "1" in t)


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        NUMBER.lower(),
        grouped(NUMBER),
        f"  {grouped(NUMBER)}\n",
        grouped(NUMBER).replace(" ", "-"),
        grouped(NUMBER).replace(" ", " – "),
        "\u200b".join(NUMBER),
        NUMBER.replace("0", "O"),
        NUMBER.replace("0", "o").replace("1", "l"),
        NUMBER.replace("1", "I"),
        "".join(chr(ord(c) + 0xFEE0) for c in NUMBER),
    ],
    ids=repr,
)
def test_it_is_read_however_it_is_typed(typed: str) -> None:
    assert parse(typed) == Number(Kind.AUTHORIZATION, NUMBER)


@pytest.mark.parametrize("typed", [NUMBER[:-1], NUMBER + "7", "B" + NUMBER[1:], NUMBER[0] + NUMBER[2] + NUMBER[1:]])
def test_a_number_with_a_slip_is_mistyped(typed: str) -> None:
    assert isinstance(parse(typed), Mistyped)


@pytest.mark.parametrize(
    "typed", ["", " ", "Maria Gomez", "2026-03-02", "U" * 12, "A7KQ 2M9D", "A" * 200, "A7KQ'; DROP"]
)
def test_anything_else_is_not_a_number(typed: str) -> None:
    assert isinstance(parse(typed), NotANumber)


@given(st.text(max_size=40))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    assert isinstance(parse(text), (Number, Mistyped, NotANumber))


def test_people_read_it_in_groups_of_four() -> None:
    assert grouped("A7KQ2M9DXW4P") == "A7KQ 2M9D XW4P"
