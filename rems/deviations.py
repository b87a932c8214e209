"""Finding departures from the program, once each, in the transaction of the act in which they happen or are seen.

What was departed from is said by the engine's findings and the windows of numbers; nothing is judged here a
second time. A deviation is a record for people: no gate reads it.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from eligibility import windows
from eligibility.calendar import instant_of
from eligibility.edition import Edition
from eligibility.facts import Facts
from eligibility.findings import Decision as Answered
from eligibility.findings import Finding
from eligibility.reasons import Reason
from rems.gate import findings_on_record
from rems.models import Authorization, Confirmation, Decision, Deviation, Enrollment
from rems.models.choices import DeviationKind as Kind


class Rule(NamedTuple):
    """From what a kind of deviation departs, and how well that is sourced."""

    says: str
    mark: str


RULES = {
    Kind.TEST_LATE: Rule("A test that came after its due day is noted as a deviation and does not block.", "A/D"),
    Kind.FILL_EARLY: Rule("The next fill comes with few days on hand, as computed from the last one.", "B"),
    Kind.CONFIRMATION_LAPSED: Rule("A number that is not dispensed in time is cancelled.", "C"),
    Kind.AUTHORIZATION_CLOSED: Rule("A number that is not used in its window is listed, so that no fill is lost.", "D"),
    Kind.SHIPPED_LATE: Rule("Can get pregnant: the parcel leaves on the day of the confirmation.", "B"),
    Kind.NO_CONFIRMATION: Rule("No dispensing without a confirmation number.", "A"),
    Kind.SITE_NOT_CERTIFIED: Rule("The site is certified when it dispenses.", "A/C"),
    Kind.WRONG_CATEGORY: Rule("The category on the prescription is the enrolled one.", "A"),
    Kind.SUPPLY_OVER: Rule("A prescription covers no more days than the program allows.", "A"),
    Kind.CHECKLIST_MISSING: Rule("The counseling checklist is complete before the hand-over.", "B"),
}
"""Each kind with its rule. All that is recorded here as a deviation is so by the rule book (C) or by D."""

REFUSED = {
    Reason.NOT_SHIPPED_SAME_DAY: Kind.SHIPPED_LATE,
    Reason.CONFIRMATION_MISSING: Kind.NO_CONFIRMATION,
    Reason.PHARMACY_NOT_CERTIFIED: Kind.SITE_NOT_CERTIFIED,
    Reason.CATEGORY_MISMATCH: Kind.WRONG_CATEGORY,
    Reason.SUPPLY_OVER_LIMIT: Kind.SUPPLY_OVER,
    Reason.TOO_EARLY: Kind.FILL_EARLY,
    Reason.CHECKLIST_INCOMPLETE: Kind.CHECKLIST_MISSING,
}
"""What a refused hand-over departs from: somebody asked to record it, and was told no."""
NOT_YET_SAID = frozenset({(Reason.NOT_SHIPPED_SAME_DAY, "unknown")})
"""A question that left something open departs from nothing."""


def note(found: Iterable[Deviation]) -> None:
    """Write those that were not written yet, by their natural keys."""
    Deviation.objects.bulk_create(list(found), ignore_conflicts=True)


def late_tests(
    enrollment: Enrollment, answered: Answered, *, at: datetime, decision: Decision | None = None
) -> Iterator[Deviation]:
    """That the newest negative came after its due day, once for each due day, as the engine's answer says."""
    for finding in answered.warnings:
        if finding.reason is Reason.TEST_WAS_LATE:
            due, collected = finding.details["due"], finding.details["collected"]
            yield Deviation(
                kind=Kind.TEST_LATE,
                subject=f"enrollment:{enrollment.pk}",
                period=str(due),
                at=collected if isinstance(collected, datetime) else answered.at,
                found_at=at,
                decision=decision,
                caused_by_id=enrollment.prescriber.person_id,
                details=_said(finding),
                **_about(enrollment),
            )


def note_at_hand_over(
    enrollment: Enrollment,
    row: Decision,
    answered: Answered,
    facts: Facts,
    edition: Edition | None,
) -> None:
    """Write what a hand-over that was asked for departs from, whether it was allowed or refused."""
    found = [*late_tests(enrollment, answered, at=row.at, decision=row)] if answered.allowed else []
    if answered.allowed and edition is not None:
        found += _early_by_count(enrollment, row, facts, edition)
    for finding in answered.unmet:
        kind = REFUSED.get(finding.reason) if finding.reason else None
        if kind is not None and (finding.reason, finding.case) not in NOT_YET_SAID:
            found.append(_at_counter(kind, enrollment, row, stopped=True, details=_said(finding)))
    note(found)


def _early_by_count(enrollment: Enrollment, row: Decision, facts: Facts, edition: Edition) -> Iterator[Deviation]:
    """A fill before the day on which the calendar would have opened it: the pharmacist counted fewer days."""
    last, counted = facts.last_dispense, facts.days_on_hand
    if counted is None or last is None or last.date is None or last.days_supply is None:
        return
    opens = windows.next_fill_opens(
        edition, dispensed=instant_of(last.date, edition.zone), days_supply=last.days_supply
    )
    if opens is not None and row.at < opens:
        details = {"opens": opens, "counted": counted, "dispensed": last.date, "supplied": last.days_supply}
        yield _at_counter(Kind.FILL_EARLY, enrollment, row, stopped=False, details=details)


def _at_counter(
    kind: Kind, enrollment: Enrollment, row: Decision, *, stopped: bool, details: dict[str, object]
) -> Deviation:
    """One at the site, once for each number that was presented; without one, for each prescription."""
    presented = ("confirmation", "authorization", "prescription")
    subject = next((f"{name}:{key}" for name in presented if (key := getattr(row, f"{name}_id"))), f"decision:{row.pk}")
    return Deviation(
        kind=kind,
        subject=subject,
        period="refused" if stopped else "dispensed",
        at=row.at,
        found_at=row.at,
        stopped=stopped,
        pharmacy_id=row.pharmacy_id,
        caused_by_id=row.by_id,
        decision=row,
        details=details,
        **_about(enrollment),
    )


def note_lapsed(*, confirmations: Collection[int], authorizations: Collection[int], at: datetime) -> None:
    """Write which of these numbers ended unused: it was neither used nor taken back while it stood."""
    found: list[Deviation] = []
    if confirmations:
        found += [_of_confirmation(row, at=at) for row in lapsed_confirmations(at=at).filter(pk__in=confirmations)]
    if authorizations:
        found += [_of_authorization(row, at=at) for row in closed_authorizations(at=at).filter(pk__in=authorizations)]
    note(found)


def lapsed_confirmations(*, at: datetime) -> "QuerySet[Confirmation]":
    """Confirmations whose hours were over at ``at``, neither handed over nor cancelled within them."""
    found = Confirmation.objects.filter(_stood_until("lapses_at"), lapses_at__lt=at, dispensing__isnull=True)
    return found.select_related("authorization__prescription__enrollment__prescriber")


def closed_authorizations(*, at: datetime) -> "QuerySet[Authorization]":
    """Authorizations whose window was over at ``at``: not used, not cancelled, not confirmed when it closed.

    One that a later number had replaced by then is missed by nobody.
    """
    later = Authorization.objects.filter(
        prescription__enrollment=OuterRef("prescription__enrollment"),
        issued_at__gt=OuterRef("issued_at"),
        issued_at__lte=OuterRef("closes_at"),
    )
    confirmed = Confirmation.objects.filter(
        Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=OuterRef("closes_at")),
        authorization=OuterRef("pk"),
        issued_at__lte=OuterRef("closes_at"),
        lapses_at__gt=OuterRef("closes_at"),
    )
    found = Authorization.objects.filter(_stood_until("closes_at"), closes_at__lt=at, dispensing__isnull=True)
    found = found.filter(~Exists(later), ~Exists(confirmed))
    return found.select_related("prescription__enrollment__prescriber")


def _stood_until(end: str) -> Q:
    return Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=F(end))


def _of_confirmation(row: Confirmation, *, at: datetime) -> Deviation:
    return Deviation(
        kind=Kind.CONFIRMATION_LAPSED,
        subject=f"confirmation:{row.pk}",
        period=row.lapses_at.isoformat(),
        at=row.lapses_at,
        found_at=at,
        pharmacy_id=row.pharmacy_id,
        caused_by_id=row.by_id,
        details={"issued": row.issued_at, "ended": row.lapses_at},
        **_about(row.authorization.prescription.enrollment),
    )


def _of_authorization(row: Authorization, *, at: datetime) -> Deviation:
    about = _about(row.prescription.enrollment) | {"prescriber_id": row.prescription.prescriber_id}
    return Deviation(
        kind=Kind.AUTHORIZATION_CLOSED,
        subject=f"authorization:{row.pk}",
        period=row.closes_at.isoformat(),
        at=row.closes_at,
        found_at=at,
        caused_by_id=row.by_id,
        details={"issued": row.issued_at, "ended": row.closes_at},
        **about,
    )


def _about(enrollment: Enrollment) -> dict[str, object]:
    return {
        "patient_id": enrollment.patient_id,
        "enrollment_id": enrollment.pk,
        "program": enrollment.program,
        "prescriber_id": enrollment.prescriber_id,
    }


def _said(finding: Finding) -> dict[str, object]:
    """What the engine found, to be said again in its words."""
    [kept] = findings_on_record([finding])
    return {"finding": kept}


def alike(deviation: Deviation) -> "QuerySet[Deviation]":
    """Others of the same kind that are open and lie with the same site, or with the prescriber where none has part."""
    found = Deviation.objects.filter(same_as(deviation), sign_off__isnull=True)
    return found.exclude(pk=deviation.pk)


def same_as(deviation: Deviation) -> Q:
    """Of the same kind, with the same site or prescriber."""
    if deviation.pharmacy_id is not None:
        return Q(kind=deviation.kind, pharmacy=deviation.pharmacy_id)
    return Q(kind=deviation.kind, pharmacy__isnull=True, prescriber=deviation.prescriber_id)


def had_part(deviation: Deviation) -> list[int | None]:
    """The people whose act it was, or with whom it lies: they do not sign it off."""
    asked, site = deviation.decision, deviation.pharmacy
    people = [deviation.caused_by_id, deviation.prescriber.person_id]
    return [*people, asked.by_id if asked else None, site.representative_id if site else None]
