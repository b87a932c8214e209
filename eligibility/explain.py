"""An edition as a person reads it: every value with its source and mark."""

from collections.abc import Iterator

from eligibility.edition import Edition
from eligibility.vocabulary import Stage

STAGES = {
    Stage.AUTHORIZE: "Asked when the prescriber asks for an authorization",
    Stage.CONFIRM: "Asked again with all of that, and more, when the pharmacy asks for a confirmation",
    Stage.HAND_OVER: "Asked again with all of that, and more, at the hand-over",
}
MARKS = {
    "A": "read in an official page, label or program document (possibly an older edition)",
    "B": "a public secondary source says what the program document says",
    "C": "professional background; no source was opened",
    "D": "sources are silent: this project's own convention, never the regulator's",
}


def explain(edition: Edition) -> str:
    """The whole edition as text."""
    return "\n".join(_lines(edition))


def _lines(edition: Edition) -> Iterator[str]:
    state = "ended: nothing is asked" if edition.ended else "in force"
    yield f"{edition.name} ({edition.program}), edition {edition.id}, {state} from {edition.starts}"
    yield f"SHA-256 {edition.sha256}"
    yield ""
    for name, value in edition.header.items():
        yield f"{name.replace('_', ' ')}: {value.words} [{value.mark}] {value.source}"
    if edition.reminders:
        yield "\nReminders of what is due; they hold and clear nothing"
    for name, value in edition.reminders.items():
        yield f"  - {name.replace('_', ' ')}: {value.words} [{value.mark}] {value.source}"
    for stage, heading in STAGES.items():
        rows = [r for r in edition.requirements if r.stage is stage]
        if not rows:
            continue
        yield f"\n{heading}"
        for row in rows:
            yield f"\n  {row.title} ({row.id}) [{row.mark}] {row.source}"
            yield f"    {row.words}"
            for name, value in row.values.items():
                yield f"    - {name.replace('_', ' ')}: {value.words} [{value.mark}] {value.source}"
    yield "\nMarks"
    for mark, meaning in MARKS.items():
        yield f"  {mark}: {meaning}"
