"""What is filled in on the pages of the trail: filters, a period, the signature under its review."""

from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from audit.triggers import recorded_tables
from rems.display.rows import row_words
from rems.forms.administration import Filters, choice, instant, words
from rems.forms.base import ActForm, validate_visible
from rems.forms.signing import Signing

KINDS = [
    ("", "Acts, views, denials"),
    ("acts", "Acts"),
    ("changes", "Row changes"),
    ("views", "Views"),
    ("denials", "Denials and refusals"),
    ("out_of_band", "Out of band"),
    ("sign_ins", "Sign-ins"),
    ("system", "Of the trail itself"),
]


class TrailFilters(Filters):
    """Which events of the trail."""

    person = words("Person")
    patient = words("Patient")
    kind = choice("Kind", KINDS)
    action = forms.CharField(label="Action", required=False, max_length=80, widget=forms.Select)
    table = forms.CharField(label="Record", required=False, max_length=80, widget=forms.Select)
    row = forms.CharField(label="Its id", required=False, max_length=40, strip=True)
    since = instant("From")
    until = instant("To")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["table"].widget.choices = table_choices()

    @staticmethod
    def query_of(since: datetime, until: datetime) -> str:
        """The part of an address that narrows the list to a period."""
        ends = {"since": since, "until": until}
        return urlencode({name: f"{timezone.localtime(end):%Y-%m-%dT%H:%M}" for name, end in ends.items()})


@cache
def table_choices() -> list[tuple[str, str]]:
    """Every table under the trail, by what a row of it is called."""
    named = sorted((row_words(table), table) for table in recorded_tables())
    return [("", "All records"), *((table, name.capitalize()) for name, table in named)]


class PeriodForm(Filters):
    """The period that somebody is about to review."""

    since = instant("From")
    until = instant("To, not included")

    def clean(self) -> dict[str, Any]:
        """Both ends, in their order."""
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if not since or not until:
            raise ValidationError("Give both ends of the period.")
        if since >= until:
            raise ValidationError("The period ends before it begins.")
        return found


class ReviewForm(Signing, ActForm):
    """Findings and signature. ``counted`` is what the page showed: if it is more now, it is shown anew."""

    findings = forms.CharField(
        label="Findings",
        help_text="What you looked at, and what you found. “None” is a finding.",
        max_length=4000,
        validators=[validate_visible],
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write down what you found, or that you found nothing."},
    )
    since = forms.DateTimeField(widget=forms.HiddenInput)
    until = forms.DateTimeField(widget=forms.HiddenInput)
    counted = forms.IntegerField(widget=forms.HiddenInput)

    def ends(self) -> tuple[datetime, datetime] | None:
        """Both ends of the period, once the form was judged; None where they make none."""
        since, until = (self.cleaned_data.get(name) for name in ("since", "until"))
        return (since, until) if since and until and since < until else None

    def recount(self, events: int) -> None:
        """To be sent again with the count that the page shows now."""
        self.data = {**self.data.dict(), "counted": str(events)} if isinstance(self.data, QueryDict) else self.data
