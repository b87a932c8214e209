"""The page behind a one-time link: a patient or guardian reads an agreement and signs it, without an account.

Before the birth date fits, the page names nobody and nothing. A link that opens nothing, for whatever
reason, gives one and the same answer.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import proofs
from accounts.models import Person
from accounts.people import system_person
from accounts.policy import by_link
from audit import clock
from audit.denials import record_view
from eligibility.vocabulary import Category
from rems.actions import links
from rems.actions.agreeing import GUARDIAN_MEANING, PATIENT_MEANING
from rems.forms.base import with_new_key
from rems.forms.by_link import BirthDateForm, SignByLinkForm
from rems.models import AgreementLink
from rems.queries.prepared import link_with
from rems.views.doing import attempt

JOB = "one-time-link"
NOT_THE_DAY = "This is not the patient’s date of birth. After five wrong ones the link is closed."


@by_link
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """First the birth date, then the agreement with the fields to sign it, then a word of thanks."""
    link = link_with(links.digest_of(token))
    if link is None:
        return _closed(request)
    if request.method == "POST" and link.used_at and proofs.is_repeat(_job(), request.POST.get("key", "")):
        return _done(request)
    if not link.stands(clock.now()):
        return _closed(request)
    if request.method != "POST":
        return render(request, "rems/link/birth_date.html", {"form": BirthDateForm()})
    try:
        return _sign(request, link) if "patient_name" in request.POST else _open(request, link)
    except links.LinkClosed:
        return _closed(request)


def _open(request: HttpRequest, link: AgreementLink) -> HttpResponse:
    """The agreement, once the birth date fits."""
    form = BirthDateForm(request.POST)
    if not form.is_valid():
        return render(request, "rems/link/birth_date.html", {"form": form}, status=422)
    born = form.cleaned_data["born"]
    tried = links.try_link(link=link, born=born, address=_address(request), by=_job())
    if not tried.fits:
        return _wrong(request, link)
    return _show(request, link, SignByLinkForm(initial={"born": born}, child=_child(link)))


def _wrong(request: HttpRequest, link: AgreementLink) -> HttpResponse:
    link.refresh_from_db()
    if not link.stands(clock.now()):
        return _closed(request)
    form = BirthDateForm(with_new_key(request.POST))
    form.add_error("born", NOT_THE_DAY)
    return render(request, "rems/link/birth_date.html", {"form": form}, status=422)


def _sign(request: HttpRequest, link: AgreementLink) -> HttpResponse:
    """Signed, or the agreement again with what is missing. The birth date must fit this time, too."""
    form = SignByLinkForm(request.POST, child=_child(link))
    form.is_valid()
    born = form.cleaned_data.get("born")
    if born is None or not links.try_link(link=link, born=born, address=_address(request), by=_job()).fits:
        return _wrong(request, link)
    names = {name: form.cleaned_data.get(name, "") for name in ("patient_name", "guardian_name")}

    def act(key: str) -> object:
        return links.sign_by_link(link=link, **names, address=_address(request), by=_job(), key=key)

    status = attempt(form, act)
    return _done(request) if status is None else _show(request, link, form, status=status)


def _show(request: HttpRequest, link: AgreementLink, form: SignByLinkForm, *, status: int = 200) -> HttpResponse:
    """The agreement; that it was shown is recorded before."""
    prepared = link.prepared
    record_view(
        action="rems.view_agreement_by_link",
        by=_job(),
        patient_ids=[prepared.patient_id],
        subject=prepared,
        details={"address": _address(request), "link": link.pk},
    )
    page = {
        "form": form,
        "prepared": prepared,
        "child": _child(link),
        "patient_meaning": PATIENT_MEANING,
        "guardian_meaning": GUARDIAN_MEANING,
    }
    return render(request, "rems/link/agreement.html", page, status=status)


def _done(request: HttpRequest) -> HttpResponse:
    return render(request, "rems/link/done.html")


def _closed(request: HttpRequest) -> HttpResponse:
    """One answer for a link that is unknown, used, too old, revoked, or closed by wrong birth dates."""
    return render(request, "rems/link/closed.html", status=404)


def _child(link: AgreementLink) -> bool:
    return Category(link.prepared.category).child


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))[:64]


def _job() -> Person:
    """Who stands in the trail for somebody without an account."""
    return system_person(JOB)
