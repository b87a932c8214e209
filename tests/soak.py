"""How much the long proofs do: a little in every test run, everything in ``make soak``."""

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast
from zlib import crc32

import pytest

T = TypeVar("T")
Test = TypeVar("Test", bound=Callable[..., Any])
SOAK = os.environ.get("SOAK") == "1"


def count(*, soak: int, short: int) -> int:
    """Rounds or examples of a proof."""
    return soak if SOAK else short


def turn(things: Sequence[T], name: str) -> Sequence[T]:
    """All of them in the soak; otherwise one, always the same one for a name, so that among many names all have it."""
    return things if SOAK or not things else things[crc32(name.encode()) % len(things) :][:1]


def in_full(test: Test) -> Test:
    """A test for ``make soak`` alone: what it proves is proven in every run in a smaller way elsewhere."""
    skipped = pytest.mark.skipif(not SOAK, reason="make soak; every run proves it in a smaller way elsewhere")
    return cast(Test, pytest.mark.soak(skipped(test)))
