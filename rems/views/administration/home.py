"""The administrator's first page: what waits, each figure a link to its list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from rems.lists.attention import narrowed_to
from rems.models.choices import DueKind
from rems.queries import (
    administration,
    decisions,
    deliveries,
    deviations,
    later,
    openings,
    outages,
    overdue,
    work_lists,
)
from rems.views.administration.listing import viewed


@require_GET
@requires(Permission.DECIDE_CERTIFICATIONS)
def home(request: HttpRequest) -> HttpResponse:
    """Counts, and whose opened records wait for a review."""
    person, at = person_of(request), clock.now()
    unreviewed = openings.unreviewed(person, at=at)
    viewed(request, "openings", (waiting.opening.patient_id for waiting in unreviewed))
    waiting = {
        kind: administration.applications_visible_to(person, kind).filter(outcome="").count()
        for kind in administration.APPLICATIONS
    }
    items = narrowed_to(overdue.items_visible_to(person, at=at), "", at=at)
    due = items.filter(item_kind=DueKind.TEST)
    came = overdue.escalations_visible_to(person, at=at)
    reports = administration.reports_visible_to(person).filter(ended=False)
    return render(
        request,
        "rems/administration/home.html",
        {
            "now": at,
            "unreviewed": unreviewed,
            "prescribers_waiting": waiting["prescriber"],
            "sites_waiting": waiting["site"],
            "reports_open": reports.count(),
            "pregnancies_open": reports.filter(kind="pregnancy").count(),
            "overdue": due.filter(late=True).count(),
            "very_late": administration.late_by(due, days=7, at=at).count(),
            "due_soon": due.filter(late=False).count(),
            "at_once": administration.due_within(due, days=1, at=at).count(),
            "others_overdue": items.filter(late=True).exclude(item_kind=DueKind.TEST).count(),
            "came": overdue.escalations_among(came, {}, at=at).count(),
            "deviations": deviations.standing_counts(person, today=clock.local_date(at)),
            "waivers_waiting": work_lists.waivers_in(work_lists.waivers_visible_to(person), "").count(),
            "outages_waiting": outages.waiting_for_decision(person),
            "later_waiting": later.waiting_for_decision(person),
            "not_taken": deliveries.in_state(deliveries.deliveries_visible_to(person), "", at=at).count(),
            "day": decisions.of_the_last_day(person, at=at),
            "patients": administration.patients_visible_to(person).count(),
            "prescribers": administration.prescribers_visible_to(person).count(),
            "pharmacies": administration.pharmacies_visible_to(person).count(),
        },
    )
