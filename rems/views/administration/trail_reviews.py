"""Reviews of the trail: the list, one review, and signing one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit.periods import Period, count_period, is_work_of_one
from rems.actions import reviewing
from rems.forms.trail import PeriodForm, ReviewForm, TrailFilters
from rems.queries import trail_reviews as queries
from rems.views.administration.listing import page_of
from rems.views.administration.trail_panels import SECTION
from rems.views.doing import attempt


@require_GET
@requires(Permission.READ_TRAIL)
def reviews(request: HttpRequest) -> HttpResponse:
    """Who reviewed which period, newest first; who may sign chooses the next one here."""
    person = person_of(request)
    page = page_of(request, queries.reviews_visible_to(person))
    context = {
        "section": SECTION,
        "page": page,
        "may_sign": person.may(Permission.SIGN_REVIEWS),
        "period_form": PeriodForm(),
    }
    return render(request, "rems/administration/reviews.html", context)


@require_GET
@requires(Permission.READ_TRAIL)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: what was counted, found and signed, and whether that still fits the trail."""
    found = get_object_or_404(queries.reviews_visible_to(person_of(request)), pk=pk)
    context = {"section": SECTION, "review": found, "signed": queries.signed(found)}
    return render(request, "rems/administration/review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SIGN_REVIEWS)
def sign(request: HttpRequest) -> HttpResponse:
    """What the chosen period holds, and the signature under its review."""
    if request.method == "POST":
        return _sign(request)
    period_form = PeriodForm(request.GET or None)
    if not period_form.is_valid():
        context = {"section": SECTION, "period_form": period_form}
        status = 422 if period_form.is_bound else 200
        return render(request, "rems/administration/sign_review.html", context, status=status)
    period = count_period(period_form.cleaned_data["since"], period_form.cleaned_data["until"])
    ends = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    form = ReviewForm(initial=ends | {"counted": period.events}, request=request)
    return _show(request, form, period, status=200)


def _sign(request: HttpRequest) -> HttpResponse:
    form, person = ReviewForm(request.POST, request=request), person_of(request)

    def act(key: str) -> None:
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
        said = {name: form.cleaned_data[name] for name in ("counted", "findings")}
        reviewing.sign_review(since=since, until=until, **said, given=form.given(), by=person, key=key)

    if status := attempt(form, act):
        ends = form.ends()
        return _show(request, form, count_period(*ends) if ends else None, status=status)
    messages.success(request, "Signed the review.")
    return redirect("administration:reviews")


def _show(request: HttpRequest, form: ReviewForm, period: Period | None, *, status: int) -> HttpResponse:
    """What the period holds now, whatever was sent."""
    context = {"section": SECTION, "form": form, "meaning": reviewing.MEANING, "period": period}
    if period is None:
        context |= {"period_form": PeriodForm()}
        return render(request, "rems/administration/sign_review.html", context, status=status)
    if form.is_bound:
        form.recount(period.events)
    context |= {
        "only_own": is_work_of_one(person_of(request).pk, period.since, period.until),
        "query": TrailFilters.query_of(period.since, period.until),
    }
    return render(request, "rems/administration/sign_review.html", context, status=status)
