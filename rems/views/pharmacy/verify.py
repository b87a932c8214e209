"""From a number to its verdict, and from the verdict to a confirmation number."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from audit.acts import Busy, KeyReused
from pharmacies.models import Pharmacy
from rems import numbers
from rems.actions.gate import confirm as confirm_authorization
from rems.forms.base import with_new_key
from rems.forms.pharmacy import ConfirmForm
from rems.models import Authorization
from rems.models.choices import Answer
from rems.queries import pharmacy as queries
from rems.views.pharmacy.numbers import authorization_of, missing
from rems.views.pharmacy.queue import after
from rems.views.pharmacy.sites import at_site
from rems.views.pharmacy.verdicts import confirm_form, show_authorization

SENT_BEFORE = (
    "This form was sent before, with other answers. Those count, and nothing was done now. "
    "Look at the answer below and ask again if you have to."
)


@require_safe
@requires(Permission.LOOK_UP_AUTHORIZATIONS)
@at_site
def verify(request: HttpRequest, site: Pharmacy, number: str) -> HttpResponse:
    """The verdict on a number. A confirmation, and an authorization confirmed here, go to their page."""
    found = numbers.parse(number)
    if isinstance(found, numbers.Number) and found.kind is numbers.Kind.CONFIRMATION:
        return redirect("pharmacy:confirmation", found.text)
    authorization = authorization_of(site, number)
    if authorization is None:
        return missing(request, site, number=number)
    open_here = queries.open_confirmation(authorization, site=site, at=clock.now())
    if open_here is not None:
        return redirect(after(request, open_here))
    return show_authorization(request, site, authorization)


@require_POST
@requires(Permission.CONFIRM_DISPENSING)
@at_site
def confirm(request: HttpRequest, site: Pharmacy, number: str) -> HttpResponse:
    """Ask for a confirmation number. A refusal is an answer: it is kept and shown."""
    authorization = authorization_of(site, number)
    if authorization is None:
        return missing(request, site, number=number)
    form = confirm_form(authorization, data=request.POST)
    if not form.is_valid():
        return show_authorization(request, site, authorization, form=form, status=422)
    try:
        return _ask(request, site, authorization, form)
    except Busy as busy:
        return show_authorization(request, site, authorization, form=form, status=503, notice=str(busy))
    except KeyReused:
        fresh = confirm_form(authorization, data=with_new_key(request.POST))
        return show_authorization(request, site, authorization, form=fresh, status=409, notice=SENT_BEFORE)


def _ask(request: HttpRequest, site: Pharmacy, authorization: Authorization, form: ConfirmForm) -> HttpResponse:
    decision = confirm_authorization(
        authorization=authorization,
        pharmacy=site,
        category=form.read_category,
        points=form.cleaned_data["points"],
        days_counted=form.cleaned_data["days_counted"],
        by=person_of(request),
        key=form.cleaned_data["key"],
    )
    if decision.outcome == Answer.ALLOWED:
        return redirect(after(request, decision.issued_confirmation))
    again = confirm_form(authorization, data=with_new_key(request.POST))
    return show_authorization(request, site, authorization, form=again, kept=decision, status=409)
