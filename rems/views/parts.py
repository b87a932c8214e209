"""Every template part in every state, on one page, from the templates that the product itself uses."""

import re
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from accounts.models import Signature, SigningMethod
from accounts.policy import signed_in
from audit import clock
from rems.display import example_rows, examples
from rems.forms.base import ActForm
from rems.forms.signing import Signing
from rems.queries.due_bars import age_bars

ICON = re.compile(r'id="i-([a-z]+)"')
STATES = (
    ("allowed", "check", "Signed", ""),
    ("warning", "warning", "Signed an earlier version", "The record was corrected after it."),
    ("refused", "refused", "Does not fit: altered", "Do not rely on it; tell the program."),
)


class ExampleForm(Signing, ActForm):
    """Fields of each kind."""

    collected = forms.DateField(label="Collected on", help_text="When the sample was taken.")
    result = forms.ChoiceField(
        label="Result", choices=[("negative", "Negative"), ("positive", "Positive")], widget=forms.RadioSelect
    )
    laboratory = forms.CharField(label="Laboratory", required=False)


@require_safe
@signed_in
def parts(request: HttpRequest) -> HttpResponse:
    """For those who build, word and check the pages. Its people and answers are made up, and it says so."""
    at = clock.now()
    faulty = ExampleForm({"faulty-collected": "someday", "faulty-key": "example"}, prefix="faulty")
    faulty.is_valid()
    context: dict[str, Any] = {
        "now": at,
        "decisions": examples.decisions(at),
        "names": examples.NAMES,
        "windows": examples.windows(at),
        "course": examples.course(at),
        "meeting": examples.meeting(at),
        "plots": examples.plots(at),
        "bars": age_bars([17, 11, 6, 3]),
        "form": ExampleForm(prefix="empty"),
        "faulty": faulty,
        "signing": ExampleForm(prefix="signing", request=request),
        "signatures": [_signature(state, at) for state in STATES],
        "icons": ICON.findall(get_template("parts/icons.html").render()),
        "listed": Paginator(range(90), 30).page(2),
        "number": examples.NUMBER,
        "witness": examples.WITNESS,
        "program": examples.PROGRAM,
        "tones": ("allowed", "refused", "warning", "held", "neutral", "note"),
        "marks": ("A", "B", "C", "D"),
    }
    context |= examples.person(at) | example_rows.rows(at)
    return render(request, "rems/parts.html", context)


def _signature(state: tuple[str, str, str, str], at: Any) -> SimpleNamespace:
    tone, icon, words, told = state
    signature = Signature(
        printed_name="Ruth Abara, MD", signed_at=at, meaning="I counseled the patient", method=SigningMethod.PASSWORD,
        sha256=examples.WITNESS * 4,
    )  # fmt: skip
    return SimpleNamespace(signature=signature, tone=tone, icon=icon, words=words, told=told)
