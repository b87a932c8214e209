"""Which passwords will do: long ones that nobody would try first (NIST SP 800-63B, 3.1.1).

No rule asks for kinds of characters. What counts is how much of the password is left once the parts
that everybody would try are taken out: words of this program and of the person, the commonest
passwords, repetitions and sequences.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

MOST = 256
"""The longest password that can be chosen, in characters."""
MUST_REMAIN = 8
SHORTEST_WORD, SHORTEST_RUN = 4, 3
PROGRAM_WORDS = (
    "lenalidomide",
    "pomalidomide",
    "thalidomide",
    "revlimid",
    "pomalyst",
    "thalomid",
    "imnovid",
    "celgene",
    "bristol",
    "squibb",
    "remsgate",
    "remstracker",
    "program",
    "pharmacy",
    "dispense",
    "dispensing",
    "rems",
)
ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
LOOKALIKES = str.maketrans("01i3457@$", "olleastas")
CONTEXT = (
    "This is made of words that somebody who knows you or this program would try first. "
    "Take several words that have nothing to do with either."
)
COMMON = "This is one of the passwords that are tried first everywhere, with something added. Take another."
PATTERN = "This is mostly a repetition or a sequence. Take several words that do not belong together."


def normalized(password: str) -> str:
    """The same characters in one writing (NFKC): two keyboards may send an accent in two ways."""
    return unicodedata.normalize("NFKC", password)


class NotGuessable:
    """A validator of Django's: refuses what is left with fewer than MUST_REMAIN characters."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError that says which predictable part the password is made of."""
        written = normalized(password).casefold()
        if len(without_runs(written)) < MUST_REMAIN:
            raise ValidationError(PATTERN, code="password_pattern")
        middle = core(written)
        if middle in common_passwords() and len(without_runs(written.replace(middle, "", 1))) < MUST_REMAIN:
            raise ValidationError(COMMON, code="password_common_core")
        words = sorted({*PROGRAM_WORDS, *words_of(user)}, key=len, reverse=True)
        if len(without_runs(without(written, words))) < MUST_REMAIN:
            raise ValidationError(CONTEXT, code="password_context")

    def get_help_text(self) -> str:
        """What is said beside the field."""
        return "Several words that do not belong together are good. Nothing of your name, e-mail or this program."


def words_of(user: Any) -> Iterator[str]:
    """The parts of a person's name and e-mail address, and of ``password_words``: where they work, if it is known."""
    texts: Iterable[str] = (
        getattr(user, "name", ""),
        getattr(user, "email", ""),
        *getattr(user, "password_words", ()),
    )
    for text in texts:
        parts = re.split(r"[\W_]+", normalized(text).casefold())
        yield from (part for part in parts if len(part) >= SHORTEST_WORD)
        yield from (both for both in ("".join(parts),) if len(both) >= SHORTEST_WORD)


def without(written: str, words: Iterable[str]) -> str:
    """The text without the words, also where they are written apart or with look-alike signs for letters."""
    rest = re.sub(r"[^\w@$]|_", "", written)
    folded = [_folded(word) for word in words]
    found = [word for word in folded if word in _folded(rest)]
    for word in found:
        while (place := _folded(rest).find(word)) >= 0:
            rest = rest[:place] + rest[place + len(word) :]
    return rest if found else written


def _folded(text: str) -> str:
    """The text with one letter for all that look like it, as long as it was."""
    return text.translate(LOOKALIKES)


def core(written: str) -> str:
    """The text without the digits and signs before and after it."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", written)


def without_runs(written: str) -> str:
    """The text with each repetition and each sequence shortened to one character."""
    repeated = re.fullmatch(r"(.+?)\1+", written, re.DOTALL)
    rest = repeated[1] if repeated else written
    kept, place = [], 0
    while place < len(rest):
        kept.append(rest[place])
        length = _run(rest[place:])
        place += length if length >= SHORTEST_RUN else 1
    return "".join(kept)


def _run(text: str) -> int:
    """How many characters from the start are one repetition or one sequence, either way."""
    best = len(text) - len(text.lstrip(text[0]))
    for row in (*ROWS, *(row[::-1] for row in ROWS)):
        length = 1
        while length < len(text) and text[: length + 1] in row:
            length += 1
        best = max(best, length)
    return best


@functools.cache
def common_passwords() -> frozenset[str]:
    """The twenty thousand that Django's own validator refuses as a whole."""
    return frozenset(CommonPasswordValidator().passwords)
