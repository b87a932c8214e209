"""Program editions as people read them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.policy import requires
from accounts.roles import Permission
from audit import clock
from rems.display import editions


@require_safe
@requires(Permission.SEE_PROGRAMS)
def show_programs(request: HttpRequest) -> HttpResponse:
    """Every program with the edition in force."""
    return render(request, "rems/programs.html", {"shelves": editions.shelves(now=clock.now())})


@require_safe
@requires(Permission.SEE_PROGRAMS)
def show_edition(request: HttpRequest, program: str, edition: str) -> HttpResponse:
    """One edition: each rule in words, each value with its source and mark."""
    read = editions.edition_with(program, edition)
    if read is None:
        raise Http404
    shelf = next(s for s in editions.shelves(now=clock.now()) if s.program == program)
    shown = {
        "edition": read,
        "shelf": shelf,
        "in_force": shelf.current is read,
        "others": [e for e in shelf.editions if e is not read],
        "header": editions.header_of(read),
        "switches": editions.switches_of(read),
        "reminders": editions.reminders_of(read),
        "marks": editions.marks_of(read),
        "total": sum(mark.values for mark in editions.marks_of(read)),
        "topics": editions.topics_of(read),
        "section": "programs:list",
    }
    return render(request, "rems/program.html", shown)
