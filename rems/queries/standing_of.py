"""How a prescriber or a site stands in each program, and how that came about."""

from datetime import datetime
from typing import Any, NamedTuple

from accounts.certification import is_certified
from eligibility.editions import programs

HISTORY = ("certifications__by", "deactivations__by", "applications__submitted_by", "applications__decided_by")
"""What ``histories`` reads, to be fetched in advance for many at once."""


class Step(NamedTuple):
    """One thing that happened to a certification: ``kind`` names it, ``words`` says why where known."""

    at: datetime
    kind: str
    words: str
    by: Any
    application: Any = None


class History(NamedTuple):
    """A program's certification: whether it stands now, since when or until when, and its steps, newest first."""

    program: str
    name: str
    state: str
    since: datetime | None
    steps: list[Step]

    @property
    def certified(self) -> bool:
        """Whether it stands now."""
        return self.state == "certified"


def histories(subject: Any) -> list[History]:
    """Each program in which the prescriber or the site ever applied or was certified."""
    return [history for code, name in program_names().items() if (history := _history(subject, code, name)).steps]


def program_names() -> dict[str, str]:
    """The name of each program by its code."""
    return {code: editions[-1].name for code, editions in programs().items()}


def _history(subject: Any, program: str, name: str) -> History:
    certified = [row for row in subject.certifications.all() if row.program == program]
    ended = [row for row in subject.deactivations.all() if row.program == program]
    applied = [row for row in subject.applications.all() if row.program == program]
    began = max((row.certified_at for row in certified), default=None)
    stopped = max((row.deactivated_at for row in ended), default=None)
    if is_certified((began, stopped)):
        state, since = "certified", began
    elif began is not None:
        state, since = "deactivated", stopped
    elif any(row.outcome == "" for row in applied):
        state, since = "waiting", max(row.submitted_at for row in applied)
    else:
        state, since = "not_certified", None
    steps = [Step(row.certified_at, "certified", "", row.by) for row in certified]
    steps += [Step(row.deactivated_at, "deactivated", row.reason, row.by) for row in ended]
    for row in applied:
        steps.append(Step(row.submitted_at, "applied", "", row.submitted_by, row))
        if row.outcome == "refused":
            steps.append(Step(row.decided_at, "refused", row.reason, row.decided_by, row))
    order = {"applied": 0}
    steps.sort(key=lambda step: (step.at, order.get(step.kind, 1)), reverse=True)
    return History(program, name, state, since, steps)
