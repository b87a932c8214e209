"""What an administrator fills in about outages, extensions and downtime."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from rems.display.clock import zone_of
from rems.forms.base import ActForm, choice_field, day_field, instant_of, reason_field, time_field
from rems.models.choices import Approval

RULINGS = [(each.value, label) for each, label in ((Approval.APPROVED, "Approve"), (Approval.DECLINED, "Decline"))]


class OutageForm(ActForm):
    """From when to when the system was down, and how that is known."""

    renamed: ClassVar[dict[str, str]] = {"since": "since_day", "until": "until_day"}
    beside = frozenset({"since_time", "until_time"})

    since_day = day_field("First day", help_text="Only a window that closed within the outage can be extended.")
    since_time = time_field("From", help_text="In the program’s zone, 24-hour clock.")
    until_day = day_field("Last day")
    until_time = time_field("To", help_text="In the program’s zone, 24-hour clock.")
    what = reason_field("What was down", help_text="And how it is known: monitoring, the provider’s notice, calls.")

    def clean(self) -> dict[str, Any]:
        """The two instants, ``since`` and ``until``."""
        data = super().clean() or {}
        for name in ("since", "until"):
            day, clock = data.get(f"{name}_day"), data.get(f"{name}_time")
            if day is None or clock is None:
                continue
            try:
                data[name] = instant_of(day, clock, zone_of(None))
            except ValidationError as error:
                self.add_error(f"{name}_day", error)
        return data


class RulingForm(ActForm):
    """What the second person decides, and why."""

    ruling = choice_field("Your decision", RULINGS)
    reason = reason_field("Why", help_text="Kept with the record.")


class NumbersForm(ActForm):
    """Which of the listed windows."""

    numbers = forms.MultipleChoiceField(
        label="Windows",
        help_text="Those that you do not choose stay as they are.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one.", "invalid_choice": "Choose those of the list."},
    )

    def __init__(self, *args: Any, among: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["numbers"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = among


class ExtendForm(NumbersForm):
    """Which windows shall be extended, and why."""

    reason = reason_field("Why they are extended", help_text="The second administrator reads this.")


class RuleExtensionsForm(NumbersForm, RulingForm):
    """What the second person decides on the extensions that were asked for."""

    field_order = ["numbers", "ruling", "reason"]


class DowntimeForm(ActForm):
    """Why the gate is closed, or opened again."""

    reason = reason_field("Why", help_text="Kept in the trail.")
