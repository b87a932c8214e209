"""One's own account: the password, the second factor, the sessions."""

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import sessions, tours
from accounts.actions import set_password
from accounts.contact import choice_of
from accounts.forms import ChangePasswordForm, OwnPasswordForm
from accounts.policy import person_of, sent_from, setting_up, signed_in
from accounts.queries import codes_of, factor_of, proofs_of, session_of, sessions_of
from accounts.roles import Role
from accounts.views.confirming import confirmed

SITE_NAME = "pharmacy_site_name"


@require_GET
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """How one signs in, and where one is signed in."""
    return show(request)


@require_GET
@signed_in
def list_sessions(request: HttpRequest) -> HttpResponse:
    """One's sessions: where, since when, which is this one."""
    found = sessions_of(person_of(request), key=request.session.session_key)
    return render(request, "accounts/sessions.html", {"sessions": found})


@require_POST
@signed_in
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's sessions; of this one it is as signing out."""
    person = person_of(request)
    session = session_of(person, pk)
    if session is None:
        raise Http404
    sessions.end_session(session=session, by=person)
    messages.success(request, "Ended. Whoever used it is asked to sign in.")
    return redirect("usersessions_list")


@require_POST
@signed_in
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all of one's sessions but this one."""
    sessions.end_other_sessions(but=request.session.session_key or "", by=person_of(request))
    messages.success(request, "Ended. This is your only session now.")
    return redirect("usersessions_list")


@sensitive_post_parameters("current", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@setting_up
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password of one's own; all other sessions end."""
    form, person = ChangePasswordForm(request.POST or None), person_of(request)
    if request.method == "POST" and form.is_valid() and confirmed(request, form) and _changed(request, form):
        messages.success(request, "Changed. Your other sessions have ended.")
        return redirect("accounts:account")
    context = {"form": form, "given_by_other": person.password_set_by_other}
    return render(request, "accounts/change_password.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def close_tour(request: HttpRequest) -> HttpResponse:
    """Close the tour of a role that one holds, of no other, and go on where it was shown."""
    role = request.POST.get("role", "")
    if role in person_of(request).roles():
        tours.close_tour(role=Role(role), by=person_of(request))
    return redirect(sent_from(request))


def show(
    request: HttpRequest, *, failed: OwnPasswordForm | None = None, of: str = "", status: int = 200
) -> HttpResponse:
    """The page of one's own account; with the form that failed in its place."""
    person = person_of(request)
    rows = [(factor, _form(f"factor{factor.factor.pk}", failed, of)) for factor in proofs_of(person)]
    context = {
        "factors": rows,
        "has_app": factor_of(person, kind="totp") is not None,
        "codes": codes_of(person),
        "codes_form": _form("codes", failed, of),
        "sessions": sessions_of(person, key=request.session.session_key),
        "failed": failed,
        "contact": choice_of(person),
    }
    return render(request, "accounts/account.html", context, status=status)


def _form(name: str, failed: OwnPasswordForm | None, of: str) -> OwnPasswordForm:
    return failed if failed is not None and name == of else OwnPasswordForm(auto_id=f"{name}_%s")


def _changed(request: HttpRequest, form: forms.Form) -> bool:
    """Whether the password was changed; this session goes on under a new key."""
    key, site = request.session.session_key, request.session.get(SITE_NAME, "")
    person = person_of(request)
    try:
        held = set_password(
            person=person, password=form.cleaned_data["password"], organization=site, but=key, by=person
        )
    except ValidationError as error:
        form.add_error("password", error.messages[0])
        return False
    with transaction.atomic():
        update_session_auth_hash(request, held)
        sessions.renamed(request, before=key)
    return True
