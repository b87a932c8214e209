"""Authorization and confirmation numbers: made, read back, told apart.

A number has 12 characters, read in groups of four: the kind (``A`` or ``C``), ten random
characters (50 bits), and a check character. The alphabet is that of Crockford's base 32, without
I, L, O and U.

The check is a sum over the field of 32 elements (polynomial x^5 + x^2 + 1) with a different
power of x as weight at each place. Therefore it catches every substitution of one character and
every exchange of two, adjacent or not.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from enum import Enum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
POLYNOMIAL = 0b100101
GROUP = 4
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_READ_AS = str.maketrans("OIL", "011")
_BETWEEN = {"Pd", "Zs", "Cc", "Cf"}
FORM = {kind: f"^{kind}[0-9A-HJKMNP-TV-Z]{{11}}$" for kind in "AC"}
"""Regular expressions of a stored number, by the letter of its kind."""


class Kind(Enum):
    """What a number stands for; the value is its first character."""

    AUTHORIZATION = "A"
    CONFIRMATION = "C"


@dataclass(frozen=True)
class Number:
    """A well-formed number; whether it was ever issued is another question."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        return grouped(self.text)


@dataclass(frozen=True)
class Mistyped:
    """It looks like a number, but its length, kind or check character is wrong. ``typed`` as read."""

    typed: str


@dataclass(frozen=True)
class NotANumber:
    """It does not look like a number at all."""

    typed: str


def new_number(kind: Kind) -> Number:
    """A number nobody can guess. That it is not taken yet, the database must say."""
    body = kind.value + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 2))
    return Number(kind, body + check_character(body))


def check_character(body: str) -> str:
    """The last character of a number, over the eleven before it."""
    total, weight = 0, 1
    for character in reversed(body):
        weight = _times_x(weight)
        total ^= _product(_VALUE[character], weight)
    return ALPHABET[total]


def parse(text: str) -> Number | Mistyped | NotANumber:
    """Read what was typed, pasted or scanned.

    Capitals, spaces, hyphens and full-width characters do not matter; O is read as 0, I and L as 1.
    """
    plain = unicodedata.normalize("NFKC", text)
    typed = "".join(c for c in plain if unicodedata.category(c) not in _BETWEEN).upper()
    read = typed.translate(_READ_AS)
    if not (LENGTH - 1 <= len(read) <= LENGTH + 1) or not set(read) <= set(ALPHABET):
        return NotANumber(typed)
    if len(read) != LENGTH or read[0] not in FORM or check_character(read[:-1]) != read[-1]:
        return Mistyped(read)
    return Number(Kind(read[0]), read)


def grouped(text: str) -> str:
    """A number as people read it, in groups of four: ``A7KQ 2M9D XW4P``."""
    return " ".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def _times_x(value: int) -> int:
    shifted = value << 1
    return shifted ^ POLYNOMIAL if shifted & 0b100000 else shifted


def _product(left: int, right: int) -> int:
    total = 0
    while right:
        if right & 1:
            total ^= left
        left, right = _times_x(left), right >> 1
    return total
