"""What the lists of a practice are narrowed by."""

from collections.abc import Collection
from typing import Any

from django import forms

from rems.display.items import item_words
from rems.forms.administration import Filters, choice, program_choices, words
from rems.forms.work_lists import state_choice
from rems.models.choices import DueKind, OtherItem

WHEN = [("", "All"), ("overdue", "Overdue"), ("today", "Today"), ("week", "This week"), ("held", "Held")]
STANDS = [("overdue", "Test overdue"), ("due_soon", "Test due soon"), ("authorized", "Authorized")]
WHAT = [
    *(kind.value for kind in (DueKind.TEST, DueKind.SURVEY, DueKind.RE_ENROLLMENT, DueKind.ADULT_FORM)),
    OtherItem.NEXT_AUTHORIZATION.value,
    DueKind.AUTHORIZATION.value,
    "first_test_missing",
    "second_test_missing",
    "test_too_old",
    "evaluation_open",
]
"""What most lines are; everything else is found by the other filters."""


class DueFilters(Filters):
    """Which lines of the list."""

    q = words("Name or number")
    when = choice("When", WHEN)
    what = choice("What", [("", "Everything"), *((kind, item_words(kind)) for kind in WHAT)])
    program = forms.CharField(label="Program", required=False, max_length=40, widget=forms.Select)
    state = state_choice()


class OwnPatientFilters(Filters):
    """Which of my patients."""

    q = words("Name or patient ID")
    program = forms.CharField(label="Program", required=False, max_length=40, widget=forms.Select)
    state = choice("State", [("", "All states"), *STANDS])

    def __init__(self, *args: Any, programs: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [(code, name) for code, name in program_choices() if code in ("", *programs)]
        self.fields["program"].widget.choices = own
