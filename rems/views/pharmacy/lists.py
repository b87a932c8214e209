"""The day of the site, and the capsules that came back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from audit.acts import Busy, KeyReused
from audit.denials import record_view
from pharmacies.models import Pharmacy
from rems.actions.returns import record_return
from rems.forms.base import with_new_key
from rems.forms.pharmacy import ReturnForm
from rems.queries import pharmacy as queries
from rems.queries import site_day
from rems.views.pharmacy.sites import at_site
from rems.views.pharmacy.viewed import record_list

SHOWN_RETURNS = 20
SENT_BEFORE = (
    "This form was sent before, with other content, and that was recorded. If these capsules came back as well, "
    "send it once more."
)


@require_safe
@requires(Permission.LOOK_UP_AUTHORIZATIONS)
@at_site
def today(request: HttpRequest, site: Pharmacy) -> HttpResponse:
    """The site's numbers and dispensings of its calendar day."""
    now = clock.now()
    entries = site_day.today_at(site, at=now)
    record_list(request, site, entries)
    page = {
        "site": site,
        "now": now,
        "waiting": [entry for entry in entries if entry.open],
        "done": [entry for entry in entries if not entry.open],
    }
    return render(request, "rems/pharmacy/today.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.RECEIVE_RETURNS)
@at_site
def returns(request: HttpRequest, site: Pharmacy) -> HttpResponse:
    """Record unused capsules that came back; they never return to stock."""
    form = ReturnForm(request.POST or None, initial={"number": request.GET.get("n", "")[:60]})
    if request.method != "POST":
        return _show_returns(request, site, form, status=200)
    try:
        if form.is_valid() and _receive(request, site, form):
            return redirect("pharmacy:returns")
    except Busy as busy:
        return _show_returns(request, site, form, status=503, notice=str(busy))
    except KeyReused:
        fresh = ReturnForm(with_new_key(request.POST))
        return _show_returns(request, site, fresh, status=409, notice=SENT_BEFORE)
    return _show_returns(request, site, form, status=422)


def _receive(request: HttpRequest, site: Pharmacy, form: ReturnForm) -> bool:
    product = form.cleaned_data["product"]
    source = queries.source_of_return(site, typed=form.cleaned_data["number"])
    if source.patient is None:
        form.refuse_number(source.why_not)
        return False
    if source.program and source.program != product.program:
        form.add_error("product", "This product belongs to another program than the number.")
        return False
    try:
        record_return(
            patient=source.patient,
            program=product.program,
            pharmacy=site,
            product=product,
            capsules=form.cleaned_data["capsules"],
            by=person_of(request),
            key=form.cleaned_data["key"],
        )
    except ValidationError as error:
        form.blame(error)
        return False
    messages.success(request, f"Recorded: {form.cleaned_data['capsules']} × {product} from {source.patient.name}.")
    return True


def _show_returns(
    request: HttpRequest, site: Pharmacy, form: ReturnForm, *, status: int, notice: str = ""
) -> HttpResponse:
    rows = list(queries.returns_visible_to(site)[:SHOWN_RETURNS])
    if rows:
        patients = sorted({row.patient_id for row in rows})
        record_view(
            action="pharmacy.view_returns", by=person_of(request), patient_ids=patients, details={"site": site.pk}
        )
    page = {"site": site, "form": form, "rows": rows, "notice": notice}
    return render(request, "rems/pharmacy/returns.html", page, status=status)
