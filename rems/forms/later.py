"""What is entered afterwards of what was done by telephone."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from rems.display.clock import zone_of
from rems.forms.base import ActForm, choice_field, day_field, instant_of, reason_field, text_field, time_field
from rems.models.choices import Delivery, LaterKind

DONE_AT_COUNTER = [(kind.value, str(kind.label)) for kind in (LaterKind.CONFIRMATION, LaterKind.DISPENSING)]


class ToldForm(ActForm):
    """When it was done, who at the program answered, the number that was told."""

    beside = frozenset({"time", "told_number"})

    day = day_field("Day", help_text="On which it was done, as written on the prescription.")
    time = time_field("Time", help_text="In the program’s zone, 24-hour clock, as written on the prescription.")
    spoke_with = text_field(
        "Who at the program spoke with you", help_text="So that the program finds the call in its own notes."
    )
    told_number = text_field("Number that you were told", required=False, most=40, help_text="Exactly as told.")
    note = reason_field("What was said and done", help_text="A second person reads this and approves or declines it.")

    def clean(self) -> dict[str, Any]:
        """The instant, ``done_at``."""
        data = super().clean() or {}
        if data.get("day") is not None and data.get("time") is not None:
            try:
                data["done_at"] = instant_of(data["day"], data["time"], zone_of(None))
            except ValidationError as error:
                self.add_error("day", error)
        return data


class AtCounterForm(ToldForm):
    """The same for a confirmation or a dispensing at a site."""

    field_order = ("number", "kind", "day", "time", "spoke_with", "told_number", "days_supply", "method", "note")

    number = text_field(
        "Authorization number on the prescription", most=40, help_text="By it the patient and the program are found."
    )
    kind = choice_field("What was done", DONE_AT_COUNTER)
    days_supply = forms.IntegerField(
        label="Days’ supply, if it was dispensed",
        help_text="As handed over. Empty for a confirmation alone.",
        required=False,
        min_value=1,
        max_value=366,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-xs"}),
        error_messages={"invalid": "Write whole days, in figures."},
    )
    method = choice_field("How, if it was dispensed", [(each.value, each.label) for each in Delivery], required=False)
