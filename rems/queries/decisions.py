"""Decisions as they were taken: the list, one of them, and the figures of a day."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Person
from accounts.roles import Permission
from eligibility.findings import Decision as Answered
from eligibility.findings import Finding
from eligibility.wording import say
from rems import gate
from rems.display import names as display
from rems.display.clock import zone_of
from rems.display.verdicts import edition_of
from rems.models import Decision
from rems.models.choices import Answer
from rems.queries.audit import patients_named


def decisions_visible_to(person: Person) -> "QuerySet[Decision]":
    """Every decision, newest first, for who may see them all."""
    found = Decision.objects.select_related("patient", "by").order_by("-at", "-pk")
    return found if person.may(Permission.SEE_DECISIONS) else found.none()


def with_subjects(found: "QuerySet[Decision]") -> "QuerySet[Decision]":
    """The same with what each was asked about."""
    return found.select_related("prescription__prescriber", "authorization", "confirmation__pharmacy", "pharmacy")


def narrow(found: "QuerySet[Decision]", chosen: Mapping[str, Any], *, by: Person) -> "QuerySet[Decision]":
    """Decisions with an answer, at a stage, in a program, for a reason, about a patient, within a time."""
    for name in ("outcome", "stage", "program"):
        if chosen.get(name):
            found = found.filter(**{name: chosen[name]})
    if reason := chosen.get("reason"):
        found = found.filter(findings__contains=[{"reason": reason}])
    if whom := chosen.get("patient"):
        found = found.filter(patient__in=patients_named(whom, by=by))
    if since := chosen.get("since"):
        found = found.filter(at__gte=since)
    if until := chosen.get("until"):
        found = found.filter(at__lte=until)
    return found


def findings_of(decision: Answered, *, names: Mapping[str, str]) -> list[tuple[Finding, str, str]]:
    """Each finding with the title of its requirement and, where it says something, of its reason."""
    edition = edition_of(decision)
    titles = {requirement.id: requirement.title for requirement in edition.requirements} if edition else {}
    zone = zone_of(decision.program)
    return [
        (
            finding,
            titles.get(finding.requirement, finding.requirement),
            say(finding, zone=zone, names=names).title if finding.reason else "",
        )
        for finding in decision.findings
    ]


def why_not(decision: Answered) -> list[str]:
    """The titles of what blocked, in the order in which people are told."""
    zone = zone_of(decision.program)
    return [say(finding, zone=zone, names={}).title for finding in decision.unmet]


def of_the_last_day(person: Person, *, at: datetime) -> dict[str, int]:
    """How many questions were asked in the last 24 hours, and how many were refused."""
    asked = decisions_visible_to(person).filter(at__gt=at - timedelta(days=1), at__lte=at)
    return asked.aggregate(asked=Count("pk"), refused=Count("pk", filter=Q(outcome=Answer.REFUSED)))


def names_for(decision: Decision, *, by: Person) -> dict[str, str]:
    """How the sentences of this decision call the people; the patient's name for who may see it."""
    return display.names_for(
        program=decision.program,
        patient=decision.patient,
        prescriber=decision.prescription.prescriber if decision.prescription else None,
        site=decision.pharmacy,
        decision=gate.decision_of(decision),
        named=by.may(Permission.SEE_ALL_PATIENTS),
    )
