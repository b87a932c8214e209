"""Who may do what, for everybody who is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.policy import person_of, signed_in
from accounts.roles import Role
from rems.display import rights


@require_safe
@signed_in
def who_may_do_what(request: HttpRequest) -> HttpResponse:
    """What the reader may do; then each role with its permissions and where they hold; then what nobody may."""
    held = person_of(request).roles()
    context = {
        "own": rights.rights_of(held, held=held),
        "roles": rights.rights_of(Role, held=held),
        "apart": rights.kept_apart(),
        "duties": rights.duties(),
    }
    return render(request, "rems/rights.html", context)
