"""At which site the pharmacist works now. Without a site no number exists."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts.policy import person_of, requires
from accounts.roles import Permission
from audit import clock, context
from audit.denials import record_denial
from pharmacies.models import Pharmacy
from pharmacies.queries import sites_of
from rems.forms.pharmacy import SiteForm

SITE, SITE_NAME, SEVERAL = "pharmacy_site", "pharmacy_site_name", "pharmacy_several_sites"
Params = ParamSpec("Params")


def at_site(
    view: Callable[Concatenate[HttpRequest, Pharmacy, Params], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Params], HttpResponseBase]:
    """Give the view the site at which its pharmacist works now.

    The list of sites is read at each request: who was taken off a site has lost it at once. With
    several sites the pharmacist is asked for one first; without any the page says who can help.
    """

    @wraps(view)
    def at_one(request: HttpRequest, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponseBase:
        sites = list(sites_of(person_of(request), at=clock.now()))
        if not sites:
            return _nowhere(request)
        site = _chosen(request, sites)
        if site is None:
            back = f"?next={request.path}" if request.method in ("GET", "HEAD") else ""
            return redirect(f"{reverse('pharmacy:site')}{back}")
        context.identify(person_of(request), organization=site.name)
        return view(request, site, *args, **kwargs)

    return at_one


def _nowhere(request: HttpRequest) -> HttpResponse:
    """A pharmacist whom no site has named, or names no more."""
    record_denial(
        action="pharmacy.denied",
        by=person_of(request),
        reason="Not named as a pharmacist of a site",
        details={"method": request.method, "path": request.path[:500].replace("\0", "")},
    )
    return render(request, "rems/pharmacy/no_site.html", status=403)


def _chosen(request: HttpRequest, sites: list[Pharmacy]) -> Pharmacy | None:
    """The site kept in the session if it is still one of theirs, or the only one there is."""
    wanted = request.session.get(SITE)
    site = sites[0] if len(sites) == 1 else next((s for s in sites if s.pk == wanted), None)
    if site is not None:
        _keep(request, site, several=len(sites) > 1)
    return site


def _keep(request: HttpRequest, site: Pharmacy, *, several: bool) -> None:
    kept = {SITE: site.pk, SITE_NAME: site.name, SEVERAL: several}
    for name, value in kept.items():
        if request.session.get(name) != value:
            request.session[name] = value


@require_http_methods(["GET", "POST"])
@requires(Permission.LOOK_UP_AUTHORIZATIONS)
def choose(request: HttpRequest) -> HttpResponse:
    """Choose one of one's sites; the session keeps it."""
    sites = sites_of(person_of(request), at=clock.now())
    form = SiteForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    form.fields["site"].queryset = sites  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        _keep(request, form.cleaned_data["site"], several=True)
        return redirect(_within(form.cleaned_data["next"], request))
    if not sites:
        return _nowhere(request)
    now = request.session.get(SITE)
    page = {"form": form, "sites": sites, "now": now}
    return render(request, "rems/pharmacy/site.html", page, status=422 if form.is_bound else 200)


def _within(address: str, request: HttpRequest) -> str:
    """Only addresses of this site are gone back to."""
    if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        return address
    return reverse("pharmacy:home")
