"""How much the long proofs do: a little in every test run, everything in ``make soak``."""

import os

SOAK = os.environ.get("SOAK") == "1"


def count(*, soak: int, short: int) -> int:
    """Rounds or examples of a proof."""
    return soak if SOAK else short
