"""The work list of due tests."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit import clock
from audit.models import Event
from tests.rems.horizons import looked
from tests.rems.program_cast import NOW, PROGRAM, Cast, collect, dispensed, enrolled, on_treatment, signed_in


@pytest.fixture(autouse=True)
def flagged(cast: Cast) -> None:
    """Renata is 16 days late, Leila 2, Nora is due in 4."""
    for name, days_ago in (("Nora Quist", 10), ("Renata Vogel", 30), ("Leila Haddad", 16)):
        made = enrolled(name, cast.prescriber)
        on_treatment(made)
        dispensed(made, cast.cedar, days_ago=20)
        collect(made, days_ago=days_ago)
    looked()


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", [("Renata Vogel", 16), ("Leila Haddad", 2), ("Nora Quist", -4)]),
        ("kind=overdue", [("Renata Vogel", 16), ("Leila Haddad", 2)]),
        ("kind=due_soon", [("Nora Quist", -4)]),
        ("late=14", [("Renata Vogel", 16)]),
        ("late=3", [("Renata Vogel", 16)]),
        ("q=leila", [("Leila Haddad", 2)]),
        ("q=abara", [("Renata Vogel", 16), ("Leila Haddad", 2), ("Nora Quist", -4)]),
        (f"program={PROGRAM}&kind=due_soon", [("Nora Quist", -4)]),
        ("program=us-thalidomide", []),
    ],
)
def test_oldest_first_then_due_soon(cast: Cast, query: str, rows: list[tuple[str, int]]) -> None:
    page = signed_in(cast.jo).get(f"{reverse('administration:overdue')}?{query}")
    assert [(flag.enrollment.patient.name, days) for flag, days in page.context["rows"]] == rows


def test_the_bars_count_by_age(cast: Cast) -> None:
    page = signed_in(cast.jo).get(reverse("administration:overdue"))
    assert [age.many for age in page.context["ages"]] == [1, 0, 0, 1]
    assert [bar.many for bar in page.context["coming"]] == [0, 0, 0, 1]
    assert page.context["refusals"] == []
    assert page.context["at_once"] == 0


def test_the_view_is_recorded(cast: Cast) -> None:
    signed_in(cast.jo).get(reverse("administration:overdue"))
    assert len(Event.objects.get(action="rems.view_overdue").details["patients"]) == 3


def test_a_test_recorded_clears_the_list(cast: Cast) -> None:
    with clock.stand_at(NOW + timedelta(hours=1)):
        page = signed_in(cast.jo).get(f"{reverse('administration:overdue')}?q=renata")
        flag, _ = page.context["rows"][0]
        collect(flag.enrollment, days_ago=0)
        looked()
        page = signed_in(cast.jo).get(f"{reverse('administration:overdue')}?q=renata")
    assert page.context["rows"] == []


def test_what_was_due_soon_when_the_job_last_ran_is_overdue_once_its_day_is_over(cast: Cast) -> None:
    with clock.stand_at(NOW + timedelta(days=14)):
        browser = signed_in(cast.jo)
        page = browser.get(f"{reverse('administration:overdue')}?q=nora")
        soon = browser.get(f"{reverse('administration:overdue')}?kind=due_soon")
        home = browser.get(reverse("administration:home"))
    assert [(flag.kind, flag.late, days) for flag, days in page.context["rows"]] == [("due_soon", True, 10)]
    assert "overdue 10 days" in page.content.decode()
    assert "closed" not in page.content.decode()
    assert (page.context["overdue"], page.context["due_soon"]) == (3, 0)
    assert [age.many for age in page.context["ages"]] == [0, 0, 1, 2]
    assert soon.context["rows"] == []
    assert (home.context["overdue"], home.context["due_soon"], home.context["at_once"]) == (3, 0, 0)
