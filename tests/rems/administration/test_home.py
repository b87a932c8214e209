"""The administrator's first page counts what waits."""

from django.urls import reverse

from tests.rems.horizons import looked
from tests.rems.program_cast import Cast, collect, dispensed, enrolled, on_treatment, signed_in


def test_counts_open_their_lists(cast: Cast) -> None:
    leila = enrolled("Leila Haddad", cast.prescriber)
    on_treatment(leila)
    dispensed(leila, cast.cedar, days_ago=20)
    collect(leila, days_ago=30)
    looked()
    page = signed_in(cast.jo).get(reverse("administration:home"))
    assert page.context["overdue"] == 1
    assert page.context["very_late"] == 1
    assert page.context["prescribers"] == 1
    assert reverse("administration:overdue") in page.content.decode()


def test_everything_may_be_empty(cast: Cast) -> None:
    assert signed_in(cast.jo).get(reverse("administration:home")).status_code == 200
