"""What a site did by telephone while this system was down, entered afterwards."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit.denials import record_view
from audit.facts import InvalidFact
from pharmacies.models import Pharmacy
from rems.actions.later import Told, enter_later
from rems.forms.later import AtCounterForm
from rems.queries import later as queries
from rems.views.doing import attempt
from rems.views.pharmacy.sites import at_site

UNKNOWN = "No such number, neither of this system nor told by telephone and entered by a prescriber. Compare it."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ENTER_DISPENSED)
@at_site
def by_telephone(request: HttpRequest, site: Pharmacy) -> HttpResponse:
    """Record after the fact a confirmation or a dispensing by telephone; what the site entered before."""
    form, status = AtCounterForm(request.POST or None), 200
    if request.method == "POST":
        if not (failed := attempt(form, lambda key: _enter(request, site, form, key))):
            messages.success(request, "Recorded after the fact. An administrator looks at it.")
            return redirect("pharmacy:by_telephone")
        status = failed
    rows = queries.of_site(site)
    if rows:
        patients = sorted({row.patient_id for row in rows})
        record_view(
            action="rems.view_later_entries", by=person_of(request), patient_ids=patients, details={"site": site.pk}
        )
    page = {"site": site, "form": form, "rows": rows}
    return render(request, "rems/pharmacy/by_telephone.html", page, status=status)


def _enter(request: HttpRequest, site: Pharmacy, form: AtCounterForm, key: str) -> object:
    """InvalidFact for a number behind which there is nobody."""
    found = queries.behind(site, typed=form.cleaned_data["number"])
    if found is None:
        raise InvalidFact(field="number", message=UNKNOWN)
    return enter_later(
        kind=form.cleaned_data["kind"],
        patient=found.patient,
        program=found.program,
        authorization=found.authorization,
        told=Told(*(form.cleaned_data[name] for name in Told._fields)),
        pharmacy=site,
        days_supply=form.cleaned_data["days_supply"],
        method=form.cleaned_data["method"],
        by=person_of(request),
        key=key,
    )
