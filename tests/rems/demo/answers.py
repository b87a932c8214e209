"""The cast against the gate."""

from collections import Counter

from rems.demo.cast import CAST
from rems.demo.subjects import subject_of


def wrong_answers() -> list[str]:
    """Members of the cast whom the gate answers otherwise than the demonstration says, one line each."""
    wrong = []
    for member in CAST:
        subject = subject_of(member)
        for expected in member.expects:
            decision = subject.answer(expected)
            said = Counter(f.reason for f in (*decision.unmet, *decision.warnings))
            if decision.outcome is not expected.outcome or said != Counter([*expected.reasons, *expected.warnings]):
                wrong.append(f"{member.name}, {expected.stage}: {decision.outcome}, {list(said)}")
    return wrong
