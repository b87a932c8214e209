"""Every template part in every state, on one page, from the templates that the product itself uses."""

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from accounts.models import Signature, SigningMethod
from accounts.policy import signed_in
from accounts.roles import Role
from accounts.signed import State
from audit import clock
from eligibility.reasons import Reason
from rems.display import example_rows, example_states, examples, shortcuts
from rems.display.roles import as_held, tour_heading
from rems.forms.administration import Filters, choice, words
from rems.forms.base import ActForm
from rems.forms.signing import Signing
from rems.queries.due_bars import age_bars
from rems.queries.signatures import LOOK, TOLD, Shown

ICON = re.compile(r'id="i-([a-z]+)"')
SECTIONS = (
    ("tone", "Tone"), ("type", "Type"), ("verdict", "Verdict"), ("reason", "Reason"), ("tags", "Tags"),
    ("number", "Number"), ("person", "Person"), ("forms", "Forms"), ("lists", "Lists"), ("pictures", "Pictures"),
    ("trail", "Trail"), ("messages", "Notices"), ("patients", "Patient"), ("frame", "Frame"), ("modes", "Modes"),
)  # fmt: skip
PEOPLE = [role for role in Role if role is not Role.SYSTEM]
SAID = (
    (messages.SUCCESS, "What was done is said once."),
    (messages.ERROR, "What was not done is said with its reason."),
)


class ExampleForm(Signing, ActForm):
    """Fields of each kind."""

    collected = forms.DateField(label="Collected on", help_text="When the sample was taken.")
    result = forms.ChoiceField(
        label="Result", choices=[("negative", "Negative"), ("positive", "Positive")], widget=forms.RadioSelect
    )
    laboratory = forms.CharField(label="Laboratory", required=False)


class ExampleFilters(Filters):
    """What a list is narrowed by."""

    q = words("Name or number")
    when = choice("When", [("", "All"), ("week", "This week")])


@require_safe
@signed_in
def parts(request: HttpRequest) -> HttpResponse:
    """For those who build, word and check the pages. Its people and answers are made up, and it says so."""
    at = clock.now()
    context = _pictures(at) | _forms(request) | _frame()
    context |= examples.person(at) | example_rows.rows(at) | example_states.states(at)
    context |= {
        "now": at,
        "soon": at + timedelta(hours=5),
        "decisions": examples.decisions(at),
        "names": examples.NAMES,
        "remedies": {Reason.TOO_EARLY: {"href": "#reason", "verb": "Count the capsules"}},
        "windows": examples.windows(at),
        "signatures": [_signature(state, at) for state in LOOK],
        "listed": Paginator(range(90), 30).page(2),
        "number": examples.NUMBER,
        "witness": examples.WITNESS,
        "program": examples.PROGRAM,
        "edition_hash": examples.edition().sha256,
    }
    return render(request, "rems/parts.html", context)


def _pictures(at: datetime) -> dict[str, Any]:
    return {
        "course": examples.course(at),
        "meeting": examples.meeting(at),
        "plots": examples.plots(at),
        "bars": age_bars([17, 11, 6, 3]),
        "icons": ICON.findall(get_template("parts/icons.html").render()),
    }


def _forms(request: HttpRequest) -> dict[str, Any]:
    faulty = ExampleForm({"faulty-collected": "someday", "faulty-key": "example"}, prefix="faulty")
    faulty.is_valid()
    return {
        "form": ExampleForm(prefix="empty"),
        "faulty": faulty,
        "signing": ExampleForm(prefix="signing", request=request),
        "filters": ExampleFilters(prefix="narrow"),
    }


def _frame() -> dict[str, Any]:
    """What stands around a page, and the tour of each role."""
    return {
        "sections": SECTIONS,
        "modes": ("light", "dark"),
        "ends": ("soon", "final", "over", "other"),
        "shortcuts": shortcuts.SHORTCUTS,
        "always": shortcuts.ALWAYS,
        "tours": [_tour(role) for role in PEOPLE],
        "roles": as_held(PEOPLE),
        "said": [Message(level, words) for level, words in SAID],
    }


def _tour(role: Role) -> dict[str, Any]:
    place = f"parts/tours/{role.value}.html"
    return {"role": role, "heading": tour_heading(role), "part": place, "titled": f"tour-{role.value}"}


def _signature(state: State, at: datetime) -> Shown:
    """A signature that stands so to its record."""
    signature = Signature(
        printed_name="Ruth Abara, MD", signed_at=at, meaning="I counseled the patient", method=SigningMethod.PASSWORD,
        sha256=examples.WITNESS * 4,
    )  # fmt: skip
    return Shown(signature, state, *LOOK[state], TOLD.get(state, ""))
