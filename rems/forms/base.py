"""What every form has that does something: the key of the request, days and instants."""

import unicodedata
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict

Choices = list[tuple[str, str]]


TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of the writing after them, also of what is not theirs."""


def validate_visible(text: str) -> None:
    """Raise ValidationError for a text of which nothing is seen, or that turns what stands beside it."""
    if not any(unicodedata.category(character)[0] in "LNPS" for character in text):
        raise ValidationError("Nothing of this can be seen. Type it anew.")
    if TURNING & set(text):
        raise ValidationError("This holds characters that turn the direction of the writing. Type it anew.")


def new_key() -> str:
    """The key by which a form that is sent twice is done once."""
    return str(uuid4())


def with_new_key(sent: QueryDict) -> QueryDict:
    """What was sent, for another sending: what was typed stays, and it is done once more if it is sent."""
    data = sent.copy()
    data["key"] = new_key()
    return data


class ActForm(forms.Form):
    """A form whose sending does something once. The template writes the <form> around it."""

    renamed: ClassVar[dict[str, str]] = {}
    """Fields of the record that this form asks under another name."""
    beside: ClassVar[frozenset[str]] = frozenset()
    """Fields that stand beside the one before them, where there is room."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput, initial=new_key)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    @property
    def act_key(self) -> str:
        """The key of this sending, once the form was judged."""
        return str(self.cleaned_data["key"])

    def blame(self, error: ValidationError) -> None:
        """Show what an act found wrong: at the field where it has one to be seen, else on top."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for field, errors in error.error_dict.items():
            self.add_error(self._own_name(field), errors)

    def _own_name(self, field: str) -> str | None:
        name = self.renamed.get(field, field)
        shown = name in self.fields and not self.fields[name].widget.is_hidden
        return name if shown and field != NON_FIELD_ERRORS else None


def begin(form: forms.Form) -> None:
    """The first field that has to be filled in and is not has the focus. Errors, which stand above, have it first."""
    for field in form.visible_fields():
        if field.field.required and field.value() in (None, "", [], False):
            field.field.widget.attrs["autofocus"] = True
            return


class DayInput(forms.DateInput):
    """The browser's own field for a day; works by keyboard and without scripts."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "w-sm"})


def day_field(label: str, *, help_text: str = "", required: bool = True) -> forms.DateField:
    """A calendar day."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=DayInput(),
        error_messages={"required": "Give the day.", "invalid": "Write the day as month, day and year."},
    )


class ClockInput(forms.TimeInput):
    """A time of day as text: the browser's own field shows 12 hours where the country does."""

    def __init__(self) -> None:
        super().__init__(format="%H:%M", attrs={"class": "w-xs", "inputmode": "numeric", "autocomplete": "off"})


def time_field(
    label: str, *, help_text: str = "24-hour clock, for example 08:40.", required: bool = True
) -> forms.TimeField:
    """A time of day in the program's zone."""
    return forms.TimeField(
        label=label,
        help_text=help_text,
        required=required,
        widget=ClockInput(),
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M", "%H%M"],
        error_messages={
            "required": "Give the time.",
            "invalid": "Write the time as hours and minutes, for example 08:40.",
        },
    )


def instant_of(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall clock's day and time; the first of two where clocks went back.

    Raises ValidationError for a time that was skipped when clocks went forward, and for one at the
    very ends of the calendar.
    """
    local = datetime.combine(day, clock, tzinfo=zone)
    try:
        instant = local.astimezone(UTC)
    except OverflowError:
        raise ValidationError("No calendar goes that far.") from None
    if instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValidationError("This time did not exist on that day: clocks went forward.")
    return instant


def choice_field(label: str, choices: Choices, *, help_text: str = "", required: bool = True) -> forms.ChoiceField:
    """Exclusive answers, none chosen beforehand."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        help_text=help_text,
        required=required,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )


def text_field(
    label: str, *, help_text: str = "", required: bool = True, most: int = 200, wide: str = "w-md", **attrs: str
) -> forms.CharField:
    """One line of text."""
    named = label if label[1:2].isupper() else f"{label[0].lower()}{label[1:]}"
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=most,
        validators=[validate_visible],
        widget=forms.TextInput(attrs={"class": wide, "autocomplete": "off", **attrs}),
        error_messages={"required": f"Give the {named}."},
    )


def reason_field(label: str = "Reason", *, help_text: str = "Kept beside the record.") -> forms.CharField:
    """Why something is changed or cancelled."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=1000,
        validators=[validate_visible],
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why."},
    )


def offer(form: forms.Form, name: str, choices: Choices) -> None:
    """Give a field of exclusive answers its answers."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choices")
    field.choices = choices
