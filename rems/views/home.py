"""The first page: where each role's work is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from accounts.models import Person
from accounts.policy import person_of, signed_in
from accounts.roles import Role
from rems.queries.prescriber import prescribers_of

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
    person = person_of(request)
    held = person.roles()
    for role, name in FIRST_PAGES.items():
        if role in held:
            try:
                return redirect(reverse(_begins(person) if role is Role.PRESCRIBER else name))
            except NoReverseMatch:
                continue
    return render(request, "rems/no_role.html")


def _begins(person: Person) -> str:
    """A prescriber who is not on record, and works for nobody else, begins with the enrollment form."""
    known = prescribers_of(person).exists()
    return FIRST_PAGES[Role.PRESCRIBER] if known else "prescriber:details"
