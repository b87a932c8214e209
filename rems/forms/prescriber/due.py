"""What the work list of a practice is narrowed by."""

from django import forms

from rems.display.items import item_words
from rems.forms.administration import Filters, choice, words
from rems.forms.work_lists import state_choice
from rems.models.choices import DueKind, OtherItem

WHEN = [("", "All"), ("overdue", "Overdue"), ("today", "Today"), ("week", "This week"), ("held", "Held")]
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
