"""Downtime mode: the administrator's switch, and when it was on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.policy import person_of, requires
from accounts.roles import Permission
from rems.actions.downtime import end_downtime, start_downtime
from rems.display.clock import zone_of
from rems.downtime import downtime_now
from rems.forms.outages import DowntimeForm
from rems.models import Downtime
from rems.queries import outages as queries
from rems.views.administration.listing import page_of
from rems.views.doing import attempt

SECTION = "administration:outages"


@require_GET
@requires(Permission.RECORD_OUTAGES)
def downtime(request: HttpRequest) -> HttpResponse:
    """Whether downtime mode is on, its switch, and when it was on before."""
    return _show(request)


@require_POST
@requires(Permission.RECORD_OUTAGES)
def switch_on(request: HttpRequest) -> HttpResponse:
    """Close the gate of the whole site."""
    form = DowntimeForm(request.POST)
    if status := attempt(
        form, lambda key: start_downtime(reason=form.cleaned_data["reason"], by=person_of(request), key=key)
    ):
        return _show(request, form, status=status)
    messages.success(request, "Downtime mode is on. The gate gives nothing until it is switched off.")
    return redirect("administration:downtime")


@require_POST
@requires(Permission.RECORD_OUTAGES)
def switch_off(request: HttpRequest) -> HttpResponse:
    """Open the gate again. Where it is open already, nothing is left to do."""
    now, form = downtime_now(), DowntimeForm(request.POST)
    if now is None:
        return redirect("administration:downtime")
    if status := attempt(
        form,
        lambda key: end_downtime(downtime=now, reason=form.cleaned_data["reason"], by=person_of(request), key=key),
    ):
        return _show(request, form, status=status)
    messages.success(request, "Downtime mode is off. The gate answers again.")
    return redirect("administration:downtime")


def _show(request: HttpRequest, form: DowntimeForm | None = None, *, status: int = 200) -> HttpResponse:
    page = page_of(request, queries.downtimes_visible_to(person_of(request)))
    context = {
        "section": SECTION,
        "now": downtime_now(),
        "page": page,
        "rows": [(row, span_of(row)) for row in page],
        "form": form or DowntimeForm(),
    }
    return render(request, "rems/administration/downtime.html", context, status=status)


def span_of(row: Downtime) -> str:
    """The address's query that brings a downtime into the form of an outage; '' while it is on."""
    if row.off_at is None:
        return ""
    began, ended = row.on_at.astimezone(zone_of(None)), row.off_at.astimezone(zone_of(None))
    return f"since_day={began:%Y-%m-%d}&since_time={began:%H:%M}&until_day={ended:%Y-%m-%d}&until_time={ended:%H:%M}"
