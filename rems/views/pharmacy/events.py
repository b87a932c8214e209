"""What a pharmacist hears from the patient and reports: a missed period, bleeding, a pregnancy."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock
from audit.denials import record_view
from eligibility.vocabulary import Category
from patients.actions import open_report
from pharmacies.models import Pharmacy
from pharmacies.queries import is_certified
from rems.forms.pharmacy import EventForm
from rems.models import Authorization
from rems.queries import pharmacy as queries
from rems.views.doing import attempt
from rems.views.pharmacy.numbers import missing
from rems.views.pharmacy.sites import at_site


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.LOOK_UP_AUTHORIZATIONS)
@at_site
def report(request: HttpRequest, site: Pharmacy, number: str) -> HttpResponse:
    """Report what happened to the patient behind a number. About the patient it holds everything at once.

    Who may look up numbers may see the page; the act asks for REPORT_EVENTS, which others hold too.
    """
    authorization = queries.authorization_behind(site, typed=number)
    if authorization is None:
        return missing(request, site, number=number)
    if not is_certified(site.pk, authorization.program, clock.now()):
        return redirect("pharmacy:verify", number)
    form = EventForm(request.POST or None, category=Category(queries.category_of(authorization)))
    status: int | None = 200
    if request.method == "POST":
        status = attempt(
            form,
            lambda key: open_report(patient=authorization.patient, by=person_of(request), key=key, **form.values()),
        )
    if status is None:
        messages.success(request, form.done)
        return redirect("pharmacy:verify", number)
    return _show(request, site, authorization, form, number=number, status=status)


def _show(
    request: HttpRequest, site: Pharmacy, authorization: Authorization, form: EventForm, *, number: str, status: int
) -> HttpResponse:
    record_view(
        action="pharmacy.view_authorization",
        by=person_of(request),
        patient_ids=[authorization.patient_id],
        subject=authorization,
        details={"site": site.pk, "page": "report"},
    )
    page = {
        "site": site,
        "form": form,
        "authorization": authorization,
        "patient": authorization.patient,
        "number": number,
        "section": "pharmacy:home",
    }
    return render(request, "rems/pharmacy/report.html", page, status=status)
