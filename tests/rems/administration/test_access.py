"""These pages at their edges: a denial, nonsense in filters, numbers that are none. Who may open them: the matrix."""

import pytest
from django.urls import reverse

from audit.models import Event
from tests.rems.program_cast import Cast, signed_in


def test_a_denial_is_in_the_trail(cast: Cast) -> None:
    signed_in(cast.ruth).get(reverse("administration:trail"))
    event = Event.objects.get(action="accounts.denied")
    assert (event.person_id, event.allowed) == (cast.ruth.pk, False)


@pytest.mark.parametrize("typed", ["%00", "%ED%A0%80", "' or 1=1 --", "%E2%80%AE", "x" * 5000, "{{ 7 }}", "<script>"])
def test_what_is_typed_into_a_filter_is_never_an_error(cast: Cast, typed: str) -> None:
    browser = signed_in(cast.jo)
    fields = ("q", "person", "patient", "action", "since", "program", "kind", "late", "reason", "page", "before")
    everything = "&".join(f"{field}={typed}" for field in fields)
    for name in ("trail", "decisions", "patients", "prescribers", "pharmacies", "overdue", "reports", "applications"):
        answer = browser.get(f"{reverse('administration:' + name)}?{everything}")
        assert (name, answer.status_code) == (name, 200)
        assert "<script>" not in answer.content.decode()


@pytest.mark.parametrize("number", ["%00", "P-0000001%00", "%2e%2e", "P 1"])
def test_a_number_that_is_none_is_not_found(cast: Cast, number: str) -> None:
    assert signed_in(cast.jo).get(f"{reverse('administration:patients')}/{number}").status_code == 404
