"""The first page: where each role's work is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from accounts.policy import person_of, signed_in
from accounts.roles import Role

FIRST_PAGES = {
    Role.PHARMACIST: "pharmacy:home",
    Role.PRESCRIBER: "prescriber:home",
    Role.DELEGATE: "prescriber:home",
    Role.REPRESENTATIVE: "site:home",
    Role.ADMINISTRATOR: "administration:home",
    Role.AUDITOR: "administration:trail",
    Role.PATIENT: "my:home",
}


@require_safe
@signed_in
def go_home(request: HttpRequest) -> HttpResponse:
    """To the first page of the first role held, in the order above; without one, a page that says so."""
    held = person_of(request).roles()
    for role, name in FIRST_PAGES.items():
        if role in held:
            try:
                return redirect(reverse(name))
            except NoReverseMatch:
                continue
    return render(request, "rems/no_role.html")
