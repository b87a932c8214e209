"""Bringing rows in line with what was seen: horizons, flags on lists, notices. One transaction, the caller's."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Q

from eligibility.vocabulary import Stage
from rems import deviations
from rems.horizon.asking import Key, Seen
from rems.horizon.deadlines import Deadline, read, steps
from rems.horizon.lines import Looked, kept_lines
from rems.models import Deviation, DisplayFlag, Horizon
from rems.models.choices import AT_ONCE, EventKind
from rems.notices import Due, tell

CHANGE = """
UPDATE rems_horizon AS h
   SET program = new.program, edition = new.edition, until = new.until, ends = new.ends::jsonb,
       deadlines = new.deadlines::jsonb, lines = new.lines::jsonb, looked_at = new.looked_at,
       computed_at = new.computed_at, wakes_at = new.wakes_at
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::text[],
              %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
       AS new (id, program, edition, until, ends, deadlines, lines, looked_at, computed_at, wakes_at)
 WHERE h.id = new.id
"""
"""One statement for a batch: the ORM's needs longer to be said than all the rest of a pass."""
COLUMNS = ("program", "edition", "until", "ends", "deadlines", "lines", "looked_at", "computed_at", "wakes_at")


@dataclass(kw_only=True)
class Book:
    """What one transaction writes of it. ``at``: the instant of the transaction's act."""

    at: datetime
    new: list[Horizon] = field(default_factory=list)
    changed: list[Horizon] = field(default_factory=list)
    over: list[Horizon] = field(default_factory=list)
    stand: dict[Key, tuple[Deadline, ...]] = field(default_factory=dict)
    due: list[Due] = field(default_factory=list)
    looked: dict[Key, Looked] = field(default_factory=dict)
    departed: list[Deviation] = field(default_factory=list)
    ended: set[Key] = field(default_factory=set)
    raised: int = 0
    cleared: int = 0
    told: int = 0

    def settle(self, horizon: Horizon, seen: Seen) -> None:
        """Take what was seen as of ``seen.at``; a deadline that stands already keeps its beginning.

        Each step of the ladder since the last look, of a deadline that still stands, becomes a notice.
        """
        stood = [read(stored) for stored in horizon.deadlines]
        before = {(deadline.kind, deadline.due_at): deadline for deadline in stood}
        deadlines = tuple(before.get((d.kind, d.due_at), d) for d in seen.deadlines)
        self._tell(horizon, seen, deadlines)
        self._look_for_deviations(horizon, seen)
        horizon.program = seen.subject.enrollment.program
        horizon.edition = seen.edition.id if seen.edition else ""
        horizon.until, horizon.ends = seen.until, seen.ends
        horizon.deadlines = [deadline.stored() for deadline in deadlines]
        horizon.looked_at, horizon.computed_at = seen.at, self.at
        horizon.wakes_at = None if seen.over else seen.wakes_at(deadlines)
        self.stand[key_of(horizon)] = () if seen.over else deadlines
        self.looked[key_of(horizon)] = Looked(seen, deadlines)

    def keep(self, horizon: Horizon, *, over: bool) -> None:
        """Write this horizon at the end; one that is over goes."""
        if over:
            self.over += [horizon] if horizon.pk else []
        else:
            (self.changed if horizon.pk else self.new).append(horizon)

    def end(self, horizon: Horizon) -> None:
        """Nothing is to be said any more of what this horizon stood for."""
        self.stand[key_of(horizon)] = ()
        self.over.append(horizon)
        self._note_ended(horizon, map(read, horizon.deadlines))

    def write(self) -> None:
        """Everything at once."""
        self._keep_lines()
        Horizon.objects.bulk_create(self.new)
        self._change()
        Horizon.objects.filter(pk__in=[horizon.pk for horizon in self.over]).delete()
        self._flag()
        self.told = tell(self.due, at=self.at)
        self._note_deviations()

    def _look_for_deviations(self, horizon: Horizon, seen: Seen) -> None:
        """A test that was late, as the answer says; a number that has ended. What was written already stays."""
        if seen.subject.stage is Stage.AUTHORIZE:
            self.departed += deviations.late_tests(seen.subject.enrollment, seen.decision, at=self.at)
        else:
            self._note_ended(horizon, seen.deadlines)

    def _note_ended(self, horizon: Horizon, deadlines: Iterable[Deadline]) -> None:
        """Whether it ended unused is asked when everything is written."""
        if any(deadline.kind.is_number and deadline.ends < self.at for deadline in deadlines):
            self.ended.add(key_of(horizon))

    def _note_deviations(self) -> None:
        if self.departed:
            deviations.note(self.departed)
        if self.ended:
            deviations.note_lapsed(
                confirmations=[confirmation for _, _, confirmation in self.ended if confirmation],
                authorizations=[number for _, number, confirmation in self.ended if number and not confirmation],
                at=self.at,
            )

    def _keep_lines(self) -> None:
        """What lists say of the enrollments; a horizon wakes when they say something else."""
        horizons = {key_of(horizon): horizon for horizon in (*self.new, *self.changed)}
        looked = [self.looked[key] for key in horizons if self.looked[key].seen.subject.stage is Stage.AUTHORIZE]
        for one, kept in zip(looked, kept_lines(looked, at=self.at), strict=True):
            horizon = horizons[one.seen.subject.key]
            horizon.lines = kept.lines
            horizon.wakes_at = min(filter(None, (horizon.wakes_at, kept.until)), default=None)

    def _change(self) -> None:
        if not self.changed:
            return
        columns = [[getattr(horizon, name) for horizon in self.changed] for name in ("pk", *COLUMNS)]
        for name in ("ends", "deadlines", "lines"):
            place = COLUMNS.index(name) + 1
            columns[place] = [None if value is None else json.dumps(value) for value in columns[place]]
        with connection.cursor() as cursor:
            cursor.execute(CHANGE, columns)

    def _tell(self, horizon: Horizon, seen: Seen, deadlines: Iterable[Deadline]) -> None:
        if seen.edition is None or horizon.pk is None or seen.over:
            return
        for deadline in deadlines:
            since = max(deadline.since, horizon.looked_at)
            for step, instant in steps(deadline, seen.ladder, seen.edition.zone):
                if since < instant <= seen.at:
                    self.due.append(
                        Due(
                            kind=deadline.kind,
                            step=step,
                            subject=seen.subject,
                            name=horizon.subject,
                            due_at=deadline.ends,
                            at=instant,
                            late_after=seen.ladder.late_after,
                        )
                    )

        self._tell_of_fill(horizon, seen)

    def _tell_of_fill(self, horizon: Horizon, seen: Seen) -> None:
        """That the next fill opens is told on its day: to the site, which is no step of a ladder (D)."""
        opens = seen.fill_opens
        if opens is not None and horizon.looked_at < opens <= seen.at:
            self.due.append(
                Due(
                    kind=EventKind.FILL_OPENS,
                    step=AT_ONCE,
                    subject=seen.subject,
                    name=horizon.subject,
                    due_at=opens,
                    at=opens,
                    late_after=seen.ladder.late_after,
                )
            )

    def _flag(self) -> None:
        """Clear the flags that no longer hold, raise those that do."""
        open_ones: dict[Key, list[DisplayFlag]] = {key: [] for key in self.stand}
        enrollments = {enrollment for enrollment, _, _ in self.stand}
        for flag in DisplayFlag.objects.filter(Q(enrollment__in=enrollments), cleared_at__isnull=True):
            open_ones.get((flag.enrollment_id, flag.authorization_id, flag.confirmation_id), []).append(flag)
        stale: list[int] = []
        wanted: list[DisplayFlag] = []
        for key, deadlines in self.stand.items():
            missing = [deadline for deadline in deadlines if deadline.flag_at(self.at) is not None]
            for flag in open_ones[key]:
                held = next((d for d in missing if self._holds(flag, d)), None)
                if held is None:
                    stale.append(flag.pk)
                else:
                    missing.remove(held)
            wanted += [self._raised(key, deadline) for deadline in missing]
        DisplayFlag.objects.filter(pk__in=stale).update(cleared_at=self.at)
        DisplayFlag.objects.bulk_create(wanted)
        self.raised, self.cleared = len(wanted), len(stale)

    def _holds(self, flag: DisplayFlag, deadline: Deadline) -> bool:
        same = (flag.what, flag.kind) == (deadline.requirement, deadline.flag_at(self.at))
        return same and deadline.due_at in (None, flag.due_at)

    def _raised(self, key: Key, deadline: Deadline) -> DisplayFlag:
        enrollment, authorization, confirmation = key
        return DisplayFlag(
            enrollment_id=enrollment,
            authorization_id=authorization,
            confirmation_id=confirmation,
            kind=str(deadline.flag_at(self.at)),
            what=deadline.requirement,
            due_at=deadline.ends,
            raised_at=self.at,
        )


def key_of(horizon: Horizon) -> Key:
    """The rows that a horizon stands for."""
    return horizon.enrollment_id, horizon.authorization_id, horizon.confirmation_id


def begun(seen: Seen, *, at: datetime) -> Horizon:
    """A horizon for what had none."""
    subject = seen.subject
    return Horizon(
        patient_id=subject.enrollment.patient_id,
        enrollment=subject.enrollment,
        authorization=subject.authorization,
        confirmation=subject.confirmation,
        looked_at=at,
    )
