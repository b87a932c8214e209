"""The page behind a patient's one-time link: the birth date, then the patient's own pages, without a password.

Before the birth date fits, the page names nobody and nothing. A link that opens nothing, for whatever
reason, gives one and the same answer.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.languages import Language
from accounts.people import system_person
from accounts.policy import by_link
from audit import clock, context
from audit.denials import record_view
from audit.facts import InvalidFact
from audit.network import address_of
from patients.queries import person_of
from rems.actions import own_access
from rems.actions.one_time import LinkClosed, digest_of
from rems.forms.base import with_new_key
from rems.forms.patient import EnterForm
from rems.models import PatientLink, PatientLinkTry
from rems.queries.own import link_with
from rems.views.agreement_link import JOB
from rems.views.patient.common import GUARDIAN


@by_link
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Asks for the birth date and who is there; where it fits, the session begins and the link is used up."""
    link, language = link_with(digest_of(token)), _language_of(request)
    with translation.override(language):
        if link is not None and _is_inside(request, link):
            return redirect("my:home")
        if link is None or not link.stands(clock.now()):
            return _closed(request, language)
        if request.method != "POST":
            return _ask(request, EnterForm(initial={"language": language}), language)
        try:
            return _enter(request, link, language)
        except LinkClosed:
            return _closed(request, language)


def _language_of(request: HttpRequest) -> str:
    """As asked for on the page, else as the browser says; English where that is neither."""
    asked = request.POST.get("language") or request.GET.get("lang") or ""
    if asked in Language.values:
        return asked
    return translation.get_language_from_request(request)[:2]


def _is_inside(request: HttpRequest, link: PatientLink) -> bool:
    """Whether this browser is the one that used the link up: a second click leads to the same page."""
    return link.used_at is not None and request.user == person_of(link.patient)


def _enter(request: HttpRequest, link: PatientLink, language: str) -> HttpResponse:
    form = EnterForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, language, status=422)
    tried = own_access.try_link(
        link=link, born=form.cleaned_data["born"], address=address_of(request), by=system_person(JOB)
    )
    if tried.fits:
        return _begin(request, link, tried, form)
    link.refresh_from_db()
    if not link.stands(clock.now()):
        return _closed(request, language)
    form = EnterForm(with_new_key(request.POST))
    form.add_error("born", _("This is not the right date. After five wrong dates the link is closed."))
    return _ask(request, form, language, status=422)


def _begin(request: HttpRequest, link: PatientLink, tried: PatientLinkTry, form: EnterForm) -> HttpResponse:
    """The session of the patient; who is at the phone is kept in it."""
    person, guardian = person_of(link.patient), form.guardian
    if person is None:
        raise LinkClosed
    language = form.cleaned_data["language"]
    try:
        with context.acting(person, role="guardian" if guardian else person.acting_as):
            own_access.enter(request=request, link=link, proven=tried, guardian=guardian, language=language, by=person)
    except InvalidFact as error:
        form.add_error(error.field, error.message)
        return _ask(request, form, language, status=422)
    request.session[GUARDIAN] = guardian or ""
    _note(link, tried, guardian)
    return redirect("my:home")


def _note(link: PatientLink, tried: PatientLinkTry, guardian: str | None) -> None:
    """That the pages were opened by this link, and by whom, in the trail."""
    record_view(
        action="rems.view_by_patient_link",
        by=person_of(link.patient),
        patient_ids=[link.patient_id],
        subject=link,
        details={"address": tried.address, "guardian": guardian or ""},
    )


def _ask(request: HttpRequest, form: EnterForm, language: str, *, status: int = 200) -> HttpResponse:
    page = {"form": form, "language": language, "languages": Language.choices}
    return render(request, "rems/patient/enter.html", page, status=status)


def _closed(request: HttpRequest, language: str) -> HttpResponse:
    """One answer for a link that is unknown, used, too old, revoked, or closed by wrong birth dates."""
    return render(request, "rems/patient/closed.html", {"language": language}, status=404)
