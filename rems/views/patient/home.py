"""What is due, in the patient's words; what the program asks; the language."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.policy import requires
from accounts.roles import Permission
from audit.facts import InvalidFact
from eligibility.calendar import day_of
from eligibility.vocabulary import Category
from rems.actions.own_access import choose_language
from rems.display.clock import now_of, zone_of
from rems.own_words import ANSWERS, ASKS, QUESTIONS, Words
from rems.queries.own import due_for, enrollments_of, surveys_of
from rems.queries.prescriber import categories_of
from rems.views.patient.cards import card_of, date_words
from rems.views.patient.common import Own, own_page, show

LAST = 12
"""So many surveys stand on the page: a year of monthly ones."""


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


@require_safe
@requires(Permission.SEE_OWN_RECORD)
@own_page
def answers(request: HttpRequest, own: Own) -> HttpResponse:
    """The last surveys as they were answered, by whom and when."""
    found = []
    for sent in surveys_of(own.person)[:LAST]:
        day = day_of(sent.completed_at, zone_of(sent.program))
        found.append((date_words(day), sent.answered_by, _lines(sent.answers)))
    return show(request, own, "answers", {"surveys": found}, what="own_answers")


def _lines(given: Mapping[str, str]) -> list[tuple[Words, Words]]:
    """Each question that has its plain words, with its answer."""
    return [(QUESTIONS[code].question, ANSWERS.get(said, said)) for code, said in given.items() if code in QUESTIONS]


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
