"""The one box: what was typed, and what it answers where there is no such number."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from audit.denials import record_denial, record_view
from pharmacies.models import Pharmacy
from rems import numbers
from rems.models import Authorization, Confirmation
from rems.queries import pharmacy as queries
from rems.queries import site_day
from rems.views.pharmacy.queue import in_queue, within_queue
from rems.views.pharmacy.sites import at_site
from rems.views.pharmacy.viewed import record_list

NO_SUCH_NUMBER = "No such number for your site. Compare it with the prescription, then call the prescriber."
TYPING_ERROR = "The number has a typing error: "
NOT_A_NUMBER = "This is no number of the program. A number has 12 letters and digits and begins with A or C."


@require_safe
@requires(Permission.LOOK_UP_AUTHORIZATIONS)
@at_site
def home(request: HttpRequest, site: Pharmacy) -> HttpResponse:
    """The box. A number in ``n`` is taken to its page, anything else is answered here."""
    typed = request.GET.get("n", "").strip()[:60]
    if not typed:
        return _show_box(request, site)
    found = numbers.parse(typed)
    if isinstance(found, numbers.Number):
        return redirect(within_queue(request, reverse("pharmacy:verify", args=[found.text])))
    return mistyped(request, site, typed=typed, found=found)


@require_safe
@requires(Permission.LOOK_UP_AUTHORIZATIONS)
@at_site
def queue(request: HttpRequest, site: Pharmacy) -> HttpResponse:
    """One number after the other: the box, and above it what came of the last one (``last``)."""
    last = confirmation_of(site, request.GET.get("last", ""))
    if last is not None:
        record_view(
            action="pharmacy.view_confirmation",
            by=person_of(request),
            patient_ids=[last.authorization.patient_id],
            subject=last,
            details={"site": site.pk, "page": "queue"},
        )
    return _show_box(request, site, queue=True, last=last)


def _show_box(request: HttpRequest, site: Pharmacy, **more: Any) -> HttpResponse:
    waiting = [entry for entry in site_day.today_at(site, at=clock.now()) if entry.open]
    record_list(request, site, waiting)
    return render(request, "rems/pharmacy/home.html", {"site": site, "waiting": waiting, "focus": True} | more)


def mistyped(
    request: HttpRequest, site: Pharmacy, *, typed: str, found: numbers.Mistyped | numbers.NotANumber
) -> HttpResponse:
    """What was typed is no number: say so at the box, and keep it there."""
    record_view(
        action="pharmacy.search_number", by=person_of(request), details={"site": site.pk, "query": {"n": typed}}
    )
    page = {"site": site, "typed": typed, "error": _error(found), "focus": True, "queue": in_queue(request)}
    return render(request, "rems/pharmacy/home.html", page, status=422)


def _error(found: numbers.Mistyped | numbers.NotANumber) -> str:
    if isinstance(found, numbers.NotANumber):
        return NOT_A_NUMBER
    length = len(found.typed)
    if length != numbers.LENGTH:
        return f"{TYPING_ERROR}it has {length} characters, not {numbers.LENGTH}."
    if found.typed[0] not in numbers.FORM:
        return f"{TYPING_ERROR}its first character is neither A nor C."
    return f"{TYPING_ERROR}its last character does not fit. Letters I, L, O and U are never used."


def unknown(request: HttpRequest, site: Pharmacy, *, number: str) -> HttpResponse:
    """The one answer for a number that does not exist and for another site's. Both are recorded."""
    foreign = queries.confirmation_of_another(site, number=number)
    record_denial(
        action="pharmacy.view_number",
        by=person_of(request),
        reason="Number of another site" if foreign else "Unknown number",
        subject=foreign,
        patient_id=foreign.patient_id if foreign else None,
        details={"number": number, "site": site.pk},
    )
    page = {"site": site, "typed": numbers.grouped(number), "error": NO_SUCH_NUMBER, "focus": True}
    page["queue"] = in_queue(request)
    return render(request, "rems/pharmacy/home.html", page, status=404)


def missing(request: HttpRequest, site: Pharmacy, *, number: str) -> HttpResponse:
    """The answer for a number in an address for which nothing was found: mistyped, or unknown."""
    found = numbers.parse(number)
    if isinstance(found, numbers.Number):
        return unknown(request, site, number=found.text)
    return mistyped(request, site, typed=number[:60], found=found)


def authorization_of(site: Pharmacy, number: str) -> Authorization | None:
    """The authorization of a typed number, if it exists for the site."""
    found = numbers.parse(number)
    text = found.text if isinstance(found, numbers.Number) else ""
    return queries.authorizations_visible_to(site).filter(number=text).first()


def confirmation_of(site: Pharmacy, number: str) -> Confirmation | None:
    """The confirmation of a typed number, if it is the site's own."""
    found = numbers.parse(number)
    text = found.text if isinstance(found, numbers.Number) else ""
    return queries.confirmations_visible_to(site).filter(number=text).first()
