"""What is due, in the patient's words; what the program asks; the language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.policy import requires
from accounts.roles import Permission
from audit.facts import InvalidFact
from eligibility.vocabulary import Category
from rems.actions.own_access import choose_language
from rems.display.clock import now_of
from rems.own_words import ASKS
from rems.queries.own import due_for, enrollments_of
from rems.queries.prescriber import categories_of
from rems.views.patient.cards import card_of
from rems.views.patient.common import Own, own_page, show


@require_safe
@requires(Permission.SEE_OWN_RECORD)
@own_page
def home(request: HttpRequest, own: Own) -> HttpResponse:
    """What to do, and when; what comes first on top."""
    enrollments = list(enrollments_of(own.person))
    due = due_for(enrollments, at=now_of({"request": request}))
    assigned = categories_of(enrollments)
    page = {
        "cards": [card_of(one) for one in due],
        "stopped": any(one.kind == "stop" for one in due),
        "dated": any(one.day for one in due),
        "enrolled": enrollments,
        "attests": [
            row for row in enrollments if row.pk in assigned and Category(assigned[row.pk].category).can_get_pregnant
        ],
        "female": any(not Category(row.category).male for row in assigned.values()),
    }
    return show(request, own, "home", page, what="own_pages")


@require_safe
@requires(Permission.SEE_OWN_RECORD)
@own_page
def program(request: HttpRequest, own: Own) -> HttpResponse:
    """What the program asks of the patient, by their category."""
    enrollments = list(enrollments_of(own.person))
    assigned = categories_of(enrollments)
    asks = [(row, ASKS[Category(assigned[row.pk].category)]) for row in enrollments if row.pk in assigned]
    return show(request, own, "program", {"asks": asks}, what="own_program")


@require_POST
@requires(Permission.SEE_OWN_RECORD)
@own_page
def language(request: HttpRequest, own: Own) -> HttpResponse:
    """The other language from now on."""
    try:
        choose_language(account=own.account, language=request.POST.get("language", ""), by=own.person)
    except InvalidFact:
        return redirect("my:home")
    return redirect("my:home")
