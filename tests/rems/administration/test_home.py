"""The administrator's first page counts what waits."""

from datetime import timedelta

from django.urls import reverse

from accounts.roles import Role
from audit import clock
from rems.actions.outages import decide_outage, record_outage
from tests.rems.horizons import looked
from tests.rems.program_cast import Cast, collect, dispensed, enrolled, on_treatment, person, signed_in


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


def test_what_a_second_administrator_decides_is_counted_until_it_is_decided(cast: Cast) -> None:
    began = clock.now() - timedelta(hours=5)
    outage = record_outage(since=began, until=began + timedelta(hours=1), what="The line was cut.", by=cast.jo)
    assert signed_in(cast.jo).get(reverse("administration:home")).context["outages_waiting"] == 1
    kim = person("Kim Vega", Role.ADMINISTRATOR)
    decide_outage(outage=outage, ruling="declined", reason="It was the next day.", by=kim)
    assert signed_in(cast.jo).get(reverse("administration:home")).context["outages_waiting"] == 0


def test_everything_may_be_empty(cast: Cast) -> None:
    page = signed_in(cast.jo).get(reverse("administration:home"))
    assert page.status_code == 200
    assert [page.context[f"{what}_waiting"] for what in ("waivers", "outages", "later")] == [0, 0, 0]
