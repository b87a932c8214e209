"""A confirmation number: hand over or ship, or give it back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from audit.acts import Busy, KeyReused
from audit.denials import record_view
from pharmacies.models import Pharmacy
from rems.actions.gate import cancel_confirmation
from rems.actions.gate import hand_over as record_hand_over
from rems.actions.standing import Forbidden
from rems.forms.base import with_new_key
from rems.forms.pharmacy import CancelForm, HandOverForm
from rems.models import Confirmation
from rems.models.choices import Answer
from rems.queries import site_day
from rems.views.pharmacy.numbers import confirmation_of, missing
from rems.views.pharmacy.sites import at_site
from rems.views.pharmacy.verdicts import show_confirmation
from rems.views.pharmacy.verify import SENT_BEFORE


@require_safe
@requires(Permission.LOOK_UP_AUTHORIZATIONS)
@at_site
def show(request: HttpRequest, site: Pharmacy, number: str) -> HttpResponse:
    """The number is the page: open, handed over, cancelled or lapsed."""
    confirmation = confirmation_of(site, number)
    if confirmation is None:
        return missing(request, site, number=number)
    return show_confirmation(request, site, confirmation)


@require_POST
@requires(Permission.HAND_OVER)
@at_site
def hand_over(request: HttpRequest, site: Pharmacy, number: str) -> HttpResponse:
    """Record that the medicine leaves. Every rule is asked once more; a refusal is kept and shown."""
    confirmation = confirmation_of(site, number)
    if confirmation is None:
        return missing(request, site, number=number)
    form = HandOverForm(request.POST)
    if not form.is_valid():
        return show_confirmation(request, site, confirmation, form=form, status=422)
    try:
        return _record(request, site, confirmation, form)
    except Busy as busy:
        return show_confirmation(request, site, confirmation, form=form, status=503, notice=str(busy))
    except KeyReused:
        fresh = HandOverForm(with_new_key(request.POST))
        return show_confirmation(request, site, confirmation, form=fresh, status=409, notice=SENT_BEFORE)


def _record(request: HttpRequest, site: Pharmacy, confirmation: Confirmation, form: HandOverForm) -> HttpResponse:
    decision = record_hand_over(
        confirmation=confirmation,
        method=form.cleaned_data["method"],
        medication_guide=form.cleaned_data["medication_guide"],
        by=person_of(request),
        key=form.cleaned_data["key"],
    )
    if decision.outcome == Answer.ALLOWED:
        return redirect("pharmacy:confirmation", confirmation.number)
    now = confirmation_of(site, confirmation.number) or confirmation
    return show_confirmation(
        request, site, now, form=HandOverForm(with_new_key(request.POST)), kept=decision, status=409
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONFIRM_DISPENSING)
@at_site
def cancel(request: HttpRequest, site: Pharmacy, number: str) -> HttpResponse:
    """Give a number back with a reason: the authorization can be confirmed again in its window."""
    confirmation = confirmation_of(site, number)
    if confirmation is None:
        return missing(request, site, number=number)
    if site_day.dispensing_of(confirmation) or confirmation.cancelled_at:
        return redirect("pharmacy:confirmation", confirmation.number)
    form = CancelForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _ask_why(request, site, confirmation, form, status=422 if form.is_bound else 200)
    try:
        reason, key = form.cleaned_data["reason"], form.cleaned_data["key"]
        cancel_confirmation(confirmation=confirmation, reason=reason, by=person_of(request), key=key)
    except Busy as busy:
        return _ask_why(request, site, confirmation, form, status=503, notice=str(busy))
    except (Forbidden, KeyReused) as error:
        now = confirmation_of(site, number) or confirmation
        notice = str(error) if isinstance(error, Forbidden) else SENT_BEFORE
        return show_confirmation(request, site, now, status=409, notice=notice)
    return redirect("pharmacy:confirmation", confirmation.number)


def _ask_why(
    request: HttpRequest,
    site: Pharmacy,
    confirmation: Confirmation,
    form: CancelForm,
    *,
    status: int,
    notice: str = "",
) -> HttpResponse:
    authorization = confirmation.authorization
    record_view(
        action="pharmacy.view_confirmation",
        by=person_of(request),
        patient_ids=[authorization.patient_id],
        subject=confirmation,
        details={"site": site.pk, "page": "cancel"},
    )
    page = {
        "site": site,
        "form": form,
        "confirmation": confirmation,
        "authorization": authorization,
        "patient": authorization.patient,
        "state": site_day.state_of(confirmation, at=clock.now()),
        "notice": notice,
        "section": "pharmacy:home",
    }
    return render(request, "rems/pharmacy/cancel.html", page, status=status)
