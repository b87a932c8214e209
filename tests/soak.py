"""How much the long proofs do: a little in every test run, everything in ``make soak``."""

import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

import pytest

Test = TypeVar("Test", bound=Callable[..., Any])
SOAK = os.environ.get("SOAK") == "1"


def count(*, soak: int, short: int) -> int:
    """Rounds or examples of a proof."""
    return soak if SOAK else short


def in_full(test: Test) -> Test:
    """A test for ``make soak`` alone: what it proves is proven in every run in a smaller way elsewhere."""
    skipped = pytest.mark.skipif(not SOAK, reason="make soak; in every run the crawl of all pages looks at them")
    return cast(Test, pytest.mark.soak(skipped(test)))
