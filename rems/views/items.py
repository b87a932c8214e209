"""The page of one item of a work list, the same for every role: what it is, what was decided, and the form."""

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import person_of
from audit import clock
from eligibility.editions import programs
from rems.actions.work_lists import acknowledge_item, ask_to_waive
from rems.display.items import item_words
from rems.forms.work_lists import ACKNOWLEDGE, DecideForm
from rems.lists.attention import NOTHING, attention_to, history_of
from rems.lists.subjects import Subject
from rems.models import ItemKey
from rems.views.doing import attempt
from rems.views.seeing import viewed

DONE = {
    True: "Acknowledged. The item is quiet until the day that you named.",
    False: "Asked. The item stays on the list until a second person has approved.",
}


class Place(NamedTuple):
    """Where an item's page belongs: its list, its part of the navigation, and its patient's page ('': none)."""

    back: str
    section: str
    patient: str


def decide_item(request: HttpRequest, found: tuple[ItemKey, Subject] | None, place: Place) -> HttpResponse:
    """Show an item, and acknowledge it or ask to waive it. 404 for one that does not exist for this person."""
    if found is None:
        raise Http404
    item, subject = found
    form, status = DecideForm(request.POST or None), 200
    if request.method == "POST":
        status = attempt(form, lambda key: _decide(request, item, subject, form, key=key)) or 302
        if status == 302:
            messages.success(request, DONE[form.cleaned_data["do"] == ACKNOWLEDGE])
            return redirect(place.back)
    enrollment, at = subject.enrollment, clock.now()
    viewed(request, "due_item", [enrollment.patient_id], enrollment)
    said, waivers = history_of(item)
    page = {
        "section": place.section,
        "place": place,
        "item": item,
        "words": item_words(item.kind),
        "enrollment": enrollment,
        "patient": enrollment.patient,
        "attention": attention_to([item], at=at).get(item, NOTHING),
        "said": said,
        "waivers": waivers,
        "form": form,
        "now": at,
    }
    return render(request, "rems/lists/item.html", page, status=status)


def _decide(request: HttpRequest, item: ItemKey, subject: Subject, form: DecideForm, *, key: str) -> object:
    person, reason = person_of(request), form.cleaned_data["reason"]
    if form.cleaned_data["do"] != ACKNOWLEDGE:
        return ask_to_waive(item=item, reason=reason, by=person, key=key)
    zone = programs()[subject.enrollment.program][-1].zone
    return acknowledge_item(item=item, until=form.last_instant(zone), reason=reason, by=person, key=key)
