"""The frame of every write: one named act, one transaction, one entry in the trail.

``@act("patients.record_test")`` turns a function whose first parameter is the frame into one that
callers use without it. The act opens the transaction, claims the idempotency key before anything
else, runs the body and refuses to commit where the body recorded nothing.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.db import OperationalError, transaction
from django.db.models import Model
from psycopg.errors import DeadlockDetected, LockNotAvailable

from audit import clock, context, keys, trail
from audit.context import Actor
from audit.keys import KeyReused
from audit.models import Event

__all__ = ["Act", "Busy", "KeyReused", "Untraced", "act", "names"]

BUSY = "Busy: someone else is changing this patient's record. Nothing was done. Try again in a few seconds."

Params = ParamSpec("Params")
Outcome = TypeVar("Outcome")
_running: ContextVar["Act | None"] = ContextVar("audit.acts", default=None)
_names: set[str] = set()
_closing: list[Callable[["Act"], None]] = []


class Busy(Exception):
    """A lock was not to be had within two seconds. Nothing was done; the same key may be sent again."""

    def __init__(self) -> None:
        super().__init__(BUSY)


class Untraced(Exception):
    """A bug: an act would have changed the records without a word in the trail."""


class Act:
    """One running act: its name, who does it, and its instant."""

    def __init__(self, name: str, *, by: Actor, outer: "Act | None" = None) -> None:
        self.name = name
        self.by = by
        self.events: list[Event] = []
        self.locked: set[tuple[type[Model], int]] = set() if outer is None else outer.locked
        self._outer = outer
        self._at: datetime | None = None

    @property
    def at(self) -> datetime:
        """The act's one instant: the audit clock, read at the first use and kept.

        Take the locks first: what was committed while the act waited then lies before it.
        """
        if self._at is None:
            self._at = self._outer.at if self._outer is not None else clock.now()
        return self._at

    @property
    def on_behalf_of_id(self) -> int | None:
        """The person for whom this is done, where it is done for another."""
        return context.current().on_behalf_of_id

    def record(
        self,
        subject: Model | None,
        *,
        patient: Model | None = None,
        details: Mapping[str, Any] | None = None,
        reason: str = "",
        allowed: bool | None = None,
    ) -> Event:
        """Write the entry of this act. ``patient`` need only be given where the subject has none."""
        event = trail.write(
            self.name,
            at=self.at,
            by=self.by,
            subject=subject,
            patient_id=patient.pk if patient is not None else getattr(subject, "patient_id", None),
            details=details,
            reason=reason,
            allowed=allowed,
        )
        self.events.append(event)
        return event


def act(
    name: str,
    *,
    keep: Callable[[Any], Model | None] | None = None,
    recall: Callable[[Model], Any] | None = None,
) -> Callable[[Callable[Concatenate[Act, Params], Outcome]], Callable[Params, Outcome]]:
    """Make a function the act ``name``. Its callers give ``by=`` and, for a repeatable one, ``key=``.

    An outcome that is no row itself needs both ``keep`` (the row that stands for it) and ``recall``
    (the outcome that the row stands for).

    The act raises Busy, KeyReused (the key stood for another request), Untraced, and what its body
    raises; in each case nothing of it remains. A repeat with the same key returns the first outcome.
    """
    if name in _names:
        raise ValueError(f"There are two acts named {name}.")
    _names.add(name)

    def decorate(
        body: Callable[Concatenate[Act, Params], Outcome],
    ) -> Callable[Params, Outcome]:
        @functools.wraps(body)
        def run(*args: Params.args, **kwargs: Params.kwargs) -> Outcome:
            by = cast(Actor, kwargs["by"])
            key = cast(str | None, kwargs.get("key"))
            with _frame(name, by=by, reason=str(kwargs.get("reason") or "")) as frame:
                claim = keys.claim(name, by=by, key=key, arguments=kwargs) if key else None
                if claim is not None and claim.first is not None:
                    return cast(Outcome, recall(claim.first) if recall else claim.first)
                outcome = body(frame, *args, **kwargs)
                if not frame.events:
                    raise Untraced(f"{name} recorded nothing.")
                if claim is not None:
                    claim.settle(keep(outcome) if keep else outcome)
                return outcome

        return run

    return decorate


def close_with(step: Callable[[Act], None]) -> None:
    """Let every outermost act end with this step, in its transaction: it sees all that the act locked.

    What follows from a change so follows each change, whoever wrote the act. What it raises fails the act.
    """
    if step not in _closing:
        _closing.append(step)


def note_locked(row: Model) -> None:
    """The running act, if there is one, holds this row: what follows from the row is looked at when it ends."""
    frame = _running.get()
    if frame is not None:
        frame.locked.add((type(row), int(row.pk)))


def running() -> bool:
    """Whether an act is running here: what is written belongs to it."""
    return _running.get() is not None


def names() -> frozenset[str]:
    """The names of all acts whose modules were imported."""
    return frozenset(_names)


@contextmanager
def _frame(name: str, *, by: Actor, reason: str) -> Iterator[Act]:
    outer = _running.get()
    frame = Act(name, by=by, outer=outer)
    token = _running.set(frame)
    try:
        with _joined() if outer is not None else _one_transaction(frame, reason=reason):
            yield frame
    finally:
        _running.reset(token)


@contextmanager
def _joined() -> Iterator[None]:
    """Part of the outer act: its transaction, and its name on the changes of rows."""
    with transaction.atomic():
        yield


@contextmanager
def _one_transaction(frame: Act, *, reason: str) -> Iterator[None]:
    try:
        with transaction.atomic(durable=True):
            trail.announce(frame.name, by=frame.by, reason=reason)
            yield
            for step in _closing:
                step(frame)
    except OperationalError as error:
        if isinstance(error.__cause__, (LockNotAvailable, DeadlockDetected)):
            raise Busy from error
        raise
