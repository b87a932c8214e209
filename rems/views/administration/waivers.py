"""Items of work lists: an administrator's own decisions, and the ruling on what others asked to waive."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.policy import person_of, requires
from accounts.roles import Permission
from rems.actions.work_lists import rule_on_waiver
from rems.forms.work_lists import RuleForm, WaiverFilters
from rems.lists.listing import Column, Listing
from rems.queries.administration import narrowed
from rems.queries.work_lists import enrollments_in_lists, item_among, waivers_in, waivers_visible_to
from rems.views.administration.listing import viewed
from rems.views.doing import attempt
from rems.views.items import Place, decide_item

SECTION = "administration:overdue"
COLUMNS = (
    Column(name="asked", words="Asked", by=("asked_at",)),
    Column(name="patient", words="Patient", by=("patient__last_name", "patient__first_name")),
    Column(name="what", words="What", by=("kind", "due_at")),
    Column(name="who", words="Asked by", by=("asked_by__name",)),
    Column(name="state", words="State", by=("ruling", "ruled_at")),
)
FIELDS = ("patient__first_name", "patient__last_name", "patient__number", "asked_by__name")


@require_http_methods(["GET", "POST"])
@requires(Permission.WORK_OVERDUE)
def item(request: HttpRequest, kind: str, subject: str, period: str) -> HttpResponse:
    """One item of the program's lists."""
    found = item_among(kind, subject, period, enrollments_in_lists(person_of(request)))
    return decide_item(request, found, Place(reverse(SECTION), SECTION, "administration:patient"))


@require_GET
@requires(Permission.WORK_OVERDUE)
def waivers(request: HttpRequest) -> HttpResponse:
    """What others asked to waive; first what waits for a second person, the oldest on top."""
    filters = WaiverFilters(request.GET)
    chosen = filters.chosen()
    found = waivers_in(waivers_visible_to(person_of(request)), chosen.get("state", ""))
    found = narrowed(found, words=chosen.get("q", ""), fields=FIELDS)
    if program := chosen.get("program"):
        found = found.filter(enrollment__program=program)
    listing = Listing(found, COLUMNS, asked=request.GET, default="asked")
    page = listing.page
    viewed(request, "waivers", (row.patient_id for row in page), query=filters.given())
    context = {"section": SECTION, "filters": filters, "listing": listing, "page": page}
    return render(request, "rems/administration/waivers.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.WORK_OVERDUE)
def waiver(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: who asked and why, and the ruling. To who asked the act says no."""
    person = person_of(request)
    found = get_object_or_404(waivers_visible_to(person), pk=pk)
    form, status = RuleForm(request.POST or None), 200

    def act(key: str) -> object:
        given = {name: form.cleaned_data[name] for name in ("ruling", "reason")}
        return rule_on_waiver(waiver=found, **given, by=person, key=key)

    if request.method == "POST":
        if not (failed := attempt(form, act)):
            messages.success(request, "Recorded. The gate answers as before.")
            return redirect("administration:waivers")
        status = failed
        found = get_object_or_404(waivers_visible_to(person), pk=pk)
    viewed(request, "waiver", [found.patient_id], found)
    own = person.pk in (found.asked_by_id, found.on_behalf_of_id)
    context = {"section": SECTION, "waiver": found, "own": own, "form": form if form.is_bound or not own else None}
    return render(request, "rems/administration/waiver.html", context, status=status)
