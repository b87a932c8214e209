"""Every night all horizons are compared with a fresh computation. A difference is a defect, and is put right.

What is compared is read without a lock; what differs is asked once more under the patient's lock, so that
nothing that is just being recorded counts as a defect.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from accounts.models import Person
from accounts.people import system_person
from audit import clock
from audit.acts import Act, act
from eligibility.vocabulary import Stage
from patients.models import Patient
from rems.horizon.asking import Key, Seen, look, subjects_of
from rems.horizon.book import key_of
from rems.horizon.deadlines import read
from rems.horizon.lines import Looked, kept_lines
from rems.horizon.passing import JOB
from rems.horizon.renewal import renew
from rems.models import Comparison, Defect, Enrollment, Horizon
from rems.records import Records

log = logging.getLogger(__name__)

FROM = time(3)
"""The hour of the night, in the project's zone, from which the day's comparison may begin."""
AT_A_TIME = 200
Difference = tuple[dict[str, Any] | None, dict[str, Any] | None]


def compare(*, most: int) -> Comparison | None:
    """Go on with the comparison that was begun, or begin that of the day; None: it is done, or too early.

    Looks at about ``most`` enrollments, so that a run has an end; what a crash left is done by the next run.
    """
    by = system_person(JOB)
    comparison = _open_one(by=by)
    if comparison is None:
        return None
    after, compared, different, more = comparison.after, 0, 0, True
    while more and compared < most:
        rows = list(_enrollments().filter(pk__gt=after)[:AT_A_TIME])
        more = bool(rows)
        if rows:
            after, compared = rows[-1].pk, compared + len(rows)
            for enrollment in rows_that_differ(rows, at=clock.now()):
                different += report(comparison=comparison, enrollment=enrollment, by=by)
    return record_progress(
        comparison=comparison, after=after, compared=compared, different=different, done=not more, by=by
    )


def _enrollments() -> Any:
    return Enrollment.objects.select_related("patient", "prescriber").order_by("pk")


def _open_one(*, by: Person) -> Comparison | None:
    unfinished = Comparison.objects.filter(finished_at__isnull=True).order_by("day").first()
    if unfinished is not None:
        return unfinished
    now = clock.now()
    today = clock.local_date(now)
    if clock.local_time(now) < FROM or Comparison.objects.filter(day=today).exists():
        return None
    return begin(by=by)


@act("rems.begin_comparison")
def begin(frame: Act, *, by: Person, key: str | None = None) -> Comparison:
    """Begin the day's comparison, once."""
    day = clock.local_date(frame.at)
    comparison, _ = Comparison.objects.get_or_create(day=day, defaults={"started_at": frame.at})
    frame.record(comparison, details={"day": day})
    return comparison


@act("rems.compare_horizons")
def record_progress(
    frame: Act,
    *,
    comparison: Comparison,
    after: int,
    compared: int,
    different: int,
    done: bool,
    by: Person,
    key: str | None = None,
) -> Comparison:
    """Keep how far it came. Where another run was quicker, its progress stands."""
    held = Comparison.objects.select_for_update().get(pk=comparison.pk)
    if held.after == comparison.after and held.finished_at is None:
        held.after, held.finished_at = after, frame.at if done else None
        held.compared, held.different = held.compared + compared, held.different + different
        held.save(update_fields=["after", "compared", "different", "finished_at"])
    frame.record(held, details={"compared": held.compared, "different": held.different, "done": done})
    return held


@act("rems.report_defect")
def report(frame: Act, *, comparison: Comparison, enrollment: Enrollment, by: Person, key: str | None = None) -> int:
    """Compare one enrollment once more, under its patient's lock; what differs is kept, logged and put right."""
    Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=enrollment.patient_id)
    found = differences([enrollment], at=frame.at)
    for subject, (stored, fresh) in found.items():
        defect = Defect.objects.create(
            comparison=comparison,
            enrollment=enrollment,
            subject=subject,
            stored=stored,
            fresh=fresh,
            found_at=frame.at,
        )
        log.error("The horizon of %s differed from a fresh computation (defect %s)", subject, defect.pk)
        reason = "The horizon differed from a fresh computation."
        frame.record(defect, patient=enrollment.patient, reason=reason, details={"subject": subject})
    if found:
        renew([enrollment.patient_id], at=frame.at)
    else:
        frame.record(enrollment, details={"defects": 0})
    return len(found)


def rows_that_differ(enrollments: list[Enrollment], *, at: datetime) -> list[Enrollment]:
    """The enrollments with a horizon that a fresh computation does not confirm."""
    found = differences(enrollments, at=at)
    ids = {int(fresh_or_stored["enrollment"]) for pair in found.values() for fresh_or_stored in pair if fresh_or_stored}
    return [enrollment for enrollment in enrollments if enrollment.pk in ids]


def differences(enrollments: list[Enrollment], *, at: datetime) -> dict[str, Difference]:
    """By subject: what is stored and what a fresh computation says. What is due now is left to the pass."""
    records = Records(enrollments, at=at)
    held = {key_of(h): h for h in Horizon.objects.filter(enrollment__in=enrollments)}
    fresh: dict[Key, Seen] = {}
    for subject in subjects_of(enrollments, at=at):
        seen = look(subject, at=at, records=records)
        if not seen.over:
            fresh[subject.key] = seen
    lines = _lines(fresh, held, at=at)
    found: dict[str, Difference] = {}
    for key in held.keys() | fresh.keys():
        horizon, seen_now = held.get(key), fresh.get(key)
        if horizon is not None and horizon.wakes_at is not None and horizon.wakes_at <= at:
            continue
        pair = (_stored(horizon) if horizon else None, _fresh(seen_now) if seen_now else None)
        if pair[0] and pair[1] and horizon is not None and horizon.lines is not None:
            pair[0]["lines"], pair[1]["lines"] = horizon.lines, lines.get(key)
        if pair[0] != pair[1]:
            found[_named(key)] = pair
    return found


def _lines(fresh: Mapping[Key, Seen], held: Mapping[Key, Horizon], *, at: datetime) -> dict[Key, Any]:
    """What lists say of the enrollments by a fresh computation."""
    looked = [
        Looked(seen, tuple(map(read, held[key].deadlines)))
        for key, seen in fresh.items()
        if key in held and seen.subject.stage is Stage.AUTHORIZE
    ]
    said = zip(looked, kept_lines(looked, at=at), strict=True)
    return {one.seen.subject.key: kept.lines for one, kept in said}


def _named(key: Key) -> str:
    enrollment, authorization, confirmation = key
    return Horizon(enrollment_id=enrollment, authorization_id=authorization, confirmation_id=confirmation).subject


def _stored(horizon: Horizon) -> dict[str, Any]:
    due = [(d.kind.value, d.requirement, d.due_at) for d in map(read, horizon.deadlines)]
    return _comparable(horizon.enrollment_id, horizon.edition, horizon.until, horizon.ends, due)


def _fresh(seen: Seen) -> dict[str, Any]:
    due = [(d.kind.value, d.requirement, d.due_at) for d in seen.deadlines]
    edition = seen.edition.id if seen.edition else ""
    return _comparable(seen.subject.enrollment.pk, edition, seen.until, seen.ends, due)


def _comparable(
    enrollment: int,
    edition: str,
    until: datetime | None,
    ends: list[dict[str, str | None]],
    due: list[tuple[str, str, datetime | None]],
) -> dict[str, Any]:
    """As it is compared, and as it is kept with a defect."""
    return {
        "enrollment": enrollment,
        "edition": edition,
        "until": until.isoformat() if until else None,
        "ends": sorted([row["requirement"], row["reason"]] for row in ends),
        "deadlines": sorted([kind, what, day.isoformat() if day else ""] for kind, what, day in due),
    }
