"""The pharmacy's representative: the site's data, its certification, its staff and their training."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policy import person_of, requires
from accounts.roles import Permission
from pharmacies import actions
from pharmacies.models import Pharmacist, Pharmacy
from rems.actions.staff import reset_second_factor as reset_factor_of
from rems.actions.staff import take_on_pharmacist
from rems.forms.base import ActForm
from rems.forms.people import ResetFactorForm
from rems.forms.site import (
    DETAILS,
    CorrectSiteForm,
    CorrectTrainingForm,
    EndForm,
    SiteApplicationForm,
    SiteForm,
    TakeOnForm,
    TrainingForm,
)
from rems.queries import site as queries
from rems.queries.signatures import by_row, signed_applications
from rems.queries.standing_of import program_names
from rems.views.doing import attempt

GET_OR_POST = ["GET", "POST"]
SECTION = "site:home"

PURPOSES = {
    "register": "Puts a pharmacy on record, with you as the one who signs for it. It is certified afterwards.",
    "correct": "What the programs and prescribers read about the site. What stood before is kept.",
    "apply": "Asks the program to certify the site. Until it has, nothing is confirmed here.",
    "take_on": "Lets somebody verify and confirm at this site, once the training is recorded.",
    "reset_second_factor": "For a pharmacist whose telephone or passkey is lost.",
    "training": "Who has no training on record for a program confirms nothing in it.",
    "correct_training": "Puts a training right that was recorded wrongly. Both entries stay.",
}
"""What the form of each address is for."""


@require_GET
@requires(Permission.KEEP_SITE_STAFF)
def home(request: HttpRequest) -> HttpResponse:
    """One's only site, or the list of one's sites; nobody's yet: how to register one."""
    sites = list(queries.sites_visible_to(person_of(request)))
    if len(sites) == 1:
        return redirect("site:site", sites[0].pk)
    rows = [(site, queries.standings(site)) for site in sites]
    return render(request, "rems/site/home.html", {"rows": rows, "section": SECTION})


@require_GET
@requires(Permission.KEEP_SITE_STAFF)
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """The site: standing in each program, staff, data."""
    found = _site(request, pk)
    members = queries.members(person_of(request), found)
    context = {
        "pharmacy": found,
        "programs": queries.standings(found),
        "members": members,
        "signed": signed_applications(found),
        "signed_trainings": by_row(row for member in members for *_, row in member.trainings if row is not None),
        "end_form": EndForm(auto_id=False),
        "section": SECTION,
    }
    return render(request, "rems/site/site.html", context)


@require_http_methods(GET_OR_POST)
@requires(Permission.APPLY_FOR_SITE)
def register(request: HttpRequest) -> HttpResponse:
    """Put a site on record, with oneself as its representative."""
    person = person_of(request)
    form = SiteForm(request.POST or None)

    def act(key: str) -> Pharmacy:
        return actions.register(**form.details(), representative=person, by=person, key=key)

    return _do(request, form, act, "Register the site", "Registered. Apply for a program next.", "site:home")


@require_http_methods(GET_OR_POST)
@requires(Permission.APPLY_FOR_SITE)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the site's data, and say why."""
    found = _site(request, pk)
    form = CorrectSiteForm(request.POST or None, initial={name: getattr(found, name) for name in DETAILS})

    def act(key: str) -> Pharmacy:
        changes = {name: value for name, value in form.details().items() if value != getattr(found, name)}
        reason = form.cleaned_data["reason"]
        return actions.correct_details(pharmacy=found, changes=changes, reason=reason, by=person_of(request), key=key)

    return _do(request, form, act, "Change the data", "Changed. What stood before is in the trail.", "site:site", found)


@require_http_methods(GET_OR_POST)
@requires(Permission.APPLY_FOR_SITE)
def apply(request: HttpRequest, pk: int, program: str) -> HttpResponse:
    """Sign and submit the application of the site for one program."""
    found, person = _site(request, pk), person_of(request)
    name = _program(program)
    form = SiteApplicationForm(request.POST or None, request=request)

    def act(key: str) -> object:
        return actions.apply_for_certification(
            pharmacy=found,
            program=program,
            education_completed_on=form.cleaned_data["education_completed_on"],
            printed_name=person.name,
            form={"trains": True},
            given=form.given(),
            by=person,
            key=key,
        )

    title, done = f"Apply for the {name}", "Signed and submitted. The program decides."
    return _do(request, form, act, title, done, "site:site", found, verb="Sign and submit", meaning=actions.MEANING)


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_SITE_STAFF)
def take_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody work at the site as a pharmacist."""
    found = _site(request, pk)
    form = TakeOnForm(request.POST or None)

    def act(key: str) -> object:
        given = {name: form.cleaned_data[name] for name in ("email", "name", "password")}
        return take_on_pharmacist(pharmacy=found, **given, by=person_of(request), key=key)

    return _do(request, form, act, "Add a pharmacist", "Added. Record the training next.", "site:site", found)


@require_POST
@requires(Permission.KEEP_SITE_STAFF)
def end(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """End a pharmacist's work at the site, from the next request on."""
    pharmacist, form = _member(request, pk, member), EndForm(request.POST)
    act = _ending(request, pharmacist)
    if attempt(form, act):
        messages.error(request, " ".join(str(message) for errors in form.errors.values() for message in errors))
    else:
        messages.success(request, f"Ended. {pharmacist.person.name} confirms nothing here any more.")
    return redirect("site:site", pk)


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_SITE_STAFF)
def reset_second_factor(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Let a pharmacist whose telephone is lost set up a new second factor."""
    pharmacist, form = _member(request, pk, member), ResetFactorForm(request.POST or None)

    def act(key: str) -> object:
        reason = form.cleaned_data["reason"]
        return reset_factor_of(pharmacist=pharmacist, reason=reason, by=person_of(request), key=key)

    title, done = f"Second factor of {pharmacist.person.name}", "Reset. They set up a new one when they sign in."
    return _do(request, form, act, title, done, "site:site", pharmacist.pharmacy, verb="Reset the second factor")


def _ending(request: HttpRequest, pharmacist: Pharmacist) -> Callable[[str], object]:
    return lambda key: actions.end_pharmacist(pharmacist=pharmacist, by=person_of(request), key=key)


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_SITE_STAFF)
def training(request: HttpRequest, pk: int, member: int, program: str) -> HttpResponse:
    """Record that a pharmacist completed a program's training."""
    name, pharmacist = _program(program), _member(request, pk, member)
    form = TrainingForm(request.POST or None)

    def act(key: str) -> object:
        day = form.cleaned_data["completed_on"]
        return actions.record_training(
            person=pharmacist.person, program=program, completed_on=day, by=person_of(request), key=key
        )

    title = f"Training of {pharmacist.person.name} for the {name}"
    return _do(request, form, act, title, "Recorded.", "site:site", pharmacist.pharmacy, verb="Record the training")


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_SITE_STAFF)
def correct_training(request: HttpRequest, pk: int, member: int, program: str) -> HttpResponse:
    """Put right a training that was recorded wrongly, or withdraw it."""
    name, pharmacist = _program(program), _member(request, pk, member)
    recorded = queries.training_of(pharmacist, program)
    if recorded is None:
        raise Http404
    form = CorrectTrainingForm(request.POST or None, request=request, initial={"completed_on": recorded.completed_on})

    def act(key: str) -> object:
        given = form.cleaned_data
        void = given["what"] == "none"
        changes = {} if void else {"completed_on": given["completed_on"]}
        return actions.correct_training(
            training=recorded,
            changes=changes,
            reason=given["reason"],
            void=void,
            given=form.given(),
            by=person_of(request),
            key=key,
        )

    title = f"Training of {pharmacist.person.name} for the {name}"
    said = {"verb": "Correct the training", "meaning": actions.CORRECTED}
    return _do(request, form, act, title, "Corrected.", "site:site", pharmacist.pharmacy, **said)


def _site(request: HttpRequest, pk: int) -> Pharmacy:
    return get_object_or_404(queries.sites_visible_to(person_of(request)), pk=pk)


def _member(request: HttpRequest, pk: int, member: int) -> Pharmacist:
    return get_object_or_404(queries.staff_visible_to(person_of(request), _site(request, pk)), pk=member)


def _program(code: str) -> str:
    if code not in program_names():
        raise Http404
    return program_names()[code]


def _do(
    request: HttpRequest,
    form: ActForm,
    act: Callable[[str], Any],
    title: str,
    done: str,
    then: str,
    site: Pharmacy | None = None,
    *,
    verb: str = "",
    meaning: str = "",
) -> HttpResponse:
    """Show the form; or do what it says and go on, or show what is wrong with what was typed."""
    status: int | None = 200
    if request.method == "POST":
        status = attempt(form, act)
        if status is None:
            messages.success(request, done)
            return redirect(then, *([site.pk] if site else []))
    context = {"form": form, "title": title, "verb": verb or title, "pharmacy": site, "meaning": meaning}
    context["purpose"] = PURPOSES[request.resolver_match.url_name or ""] if request.resolver_match else ""
    return render(request, "rems/site/form.html", context | {"section": SECTION}, status=status)
