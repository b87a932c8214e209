"""What people fill in about items of work lists, and what every such list is narrowed by."""

from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms

from eligibility.calendar import end_of_day
from rems.forms.administration import Filters, choice, words
from rems.forms.base import ActForm, choice_field, day_field, reason_field
from rems.lists.attention import STATE_CHOICES
from rems.models.choices import DueKind, OtherItem, Ruling

ACKNOWLEDGE, WAIVE = "acknowledge", "waive"
DOINGS = [
    (ACKNOWLEDGE, "Acknowledge: it stays on the list, quiet until the day you name, with your name beside it"),
    (WAIVE, "Ask to waive it: once a second person approves, it leaves the list; the rule stays"),
]


class DecideForm(ActForm):
    """What is to become of an item, and why."""

    do = choice_field("What you do", DOINGS)
    until = day_field("Quiet until", required=False, help_text="The whole day. 31 days at most; only to acknowledge.")
    reason = reason_field("Why", help_text="Stands beside the item and in the trail.")

    def clean(self) -> dict[str, Any]:
        """The day is asked of who acknowledges."""
        data = super().clean() or {}
        if data.get("do") == ACKNOWLEDGE and not data.get("until") and "until" not in self.errors:
            self.add_error("until", "Give the day.")
        return data

    def last_instant(self, zone: ZoneInfo) -> datetime:
        """The end of the day through which the item is quiet."""
        day: date = self.cleaned_data["until"]
        return end_of_day(day, zone)


class RuleForm(ActForm):
    """What a second person says to the request to waive an item."""

    renamed: ClassVar[dict[str, str]] = {"ruling_reason": "reason"}

    ruling = choice_field(
        "What you say", [(Ruling.APPROVED.value, "Waive it"), (Ruling.REFUSED.value, "Do not waive it")]
    )
    reason = reason_field("Why", help_text="Needed where it is not waived. Who asked reads this.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class WaiverFilters(Filters):
    """Which waivers."""

    state = choice("State", [("", "Waiting"), ("approved", "Waived"), ("refused", "Not waived"), ("all", "All")])
    program = forms.CharField(label="Program", required=False, max_length=40, widget=forms.Select)
    q = words("Patient or who asked")


class AheadFilters(Filters):
    """Which lines of what lies ahead of a site."""

    kind = choice(
        "What",
        [
            ("", "Everything"),
            (DueKind.CONFIRMATION.value, "Confirmations that lapse"),
            (OtherItem.CLOSES_BEFORE_FILL.value, "Call now"),
            (OtherItem.FILL_OPENS.value, "Fills that open this week"),
        ],
    )
    state = choice("Shown", STATE_CHOICES)
    program = forms.CharField(label="Program", required=False, max_length=40, widget=forms.Select)
    q = words("Patient or prescriber")


def _program() -> forms.CharField:
    return forms.CharField(label="Program", required=False, max_length=40, widget=forms.Select)


def _what() -> forms.ChoiceField:
    return choice("What", [("", "Everything"), *DueKind.choices])


class OverdueFilters(Filters):
    """Which overdue or due items. ``prescriber`` and ``site`` come with a link of their counts."""

    kind = choice("State", [("", "Overdue and due soon"), ("overdue", "Overdue"), ("due_soon", "Due soon")])
    late = choice("Late by", [("", "Any"), ("3", "3 days or more"), ("7", "7 days or more"), ("14", "14 days or more")])
    what = _what()
    program = _program()
    state = choice("Shown", STATE_CHOICES)
    q = words("Patient or prescriber")
    prescriber = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    site = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class EscalationFilters(Filters):
    """Which of the items that came to the administrator."""

    cleared = choice("State", [("", "Not cleared"), ("cleared", "Cleared since"), ("all", "All")])
    what = _what()
    program = _program()
    state = choice("Shown", STATE_CHOICES)
    q = words("Patient or prescriber")


def state_choice() -> forms.ChoiceField:
    """What people decided about the items of a list."""
    return choice("Shown", STATE_CHOICES)
