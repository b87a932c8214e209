"""What the pages of the trail show of its state: sealed up to when, and how the verification stands."""

from datetime import timedelta
from typing import Any

from accounts.models import Person
from eligibility.moments import count_words, span_words
from rems.queries import trail_state, verification

SECTION = "administration:trail"
ROOT_SHOWN = 16
"""Hex digits of a root that are shown; all of them stand in the seal."""


def panels(person: Person) -> dict[str, Any]:
    """The two panels on top: seals and verification."""
    return sealing() | verifying(person)


def sealing() -> dict[str, Any]:
    """How far the trail is sealed, in words."""
    state = trail_state.state()
    root = state.newest.root[:ROOT_SHOWN] if state.newest else ""
    return {
        "state": state,
        "ago": short_span(state.ago),
        "waits": short_span(timedelta(seconds=state.oldest_unsealed)),
        "root": [root[start : start + 4] for start in range(0, len(root), 4)],
    }


def verifying(person: Person) -> dict[str, Any]:
    """The newest run of the verification, and the last one with a result."""
    run = verification.newest_run(by=person)
    return {
        "run": run,
        "left": short_span(run.left) if run and run.left is not None else "",
        "complete": verification.last_complete(by=person),
    }


def short_span(span: timedelta) -> str:
    """Seconds up to two minutes, then minutes, hours and days."""
    seconds = max(int(span.total_seconds()), 0)
    return count_words(seconds, "second") if seconds < 120 else span_words(span)
