"""Asking for a confirmation number."""

from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

from django.test import Client

from audit.acts import Busy
from rems import models
from rems.checklists import required_points
from rems.views.pharmacy.verify import SENT_BEFORE
from tests.rems.pharmacy.conftest import NOW, Cast, test


def filled(authorization: models.Authorization, **changes: object) -> dict[str, object]:
    """The form as a careful pharmacist fills it."""
    return {
        "key": str(uuid4()),
        "category": "as_enrolled",
        "other_category": "",
        "days_counted": "",
        "points": list(required_points(authorization.category)),
    } | changes


def address(authorization: models.Authorization) -> str:
    return f"/pharmacy/verify/{authorization.number}/confirm"


def test_a_complete_form_gives_a_number(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    answer = at_counter.post(address(authorization), filled(authorization))
    confirmation = models.Confirmation.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/pharmacy/confirmation/{confirmation.number}"
    assert confirmation.pharmacy == cast.cedar
    assert confirmation.by == cast.alice


def test_the_same_form_sent_twice_gives_one_number(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    form = filled(authorization)
    first, second = (at_counter.post(address(authorization), form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert models.Confirmation.objects.count() == 1


def test_a_second_tab_is_refused_and_leads_to_the_number_that_the_site_holds(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    at_counter.post(address(authorization), filled(authorization))
    held = models.Confirmation.objects.get()
    answer = at_counter.post(address(authorization), filled(authorization))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert models.Confirmation.objects.count() == 1
    assert f'href="/pharmacy/confirmation/{held.number}">{held}</a>' in page


def test_a_missing_tick_is_a_recorded_refusal_and_the_rest_stays(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    form = filled(authorization, points=["pregnancy", "handling"], days_counted="3")
    answer = at_counter.post(address(authorization), form)
    page = answer.content.decode()
    kept = models.Decision.objects.get(stage="confirm")
    assert answer.status_code == 409
    assert kept.outcome == "refused"
    assert f"D-{kept.pk}" in page
    assert "Checklist not complete" in page
    assert page.count(" checked") == 3
    assert 'value="3"' in page
    assert str(form["key"]) not in page
    assert not models.Confirmation.objects.exists()


def test_no_answer_about_the_category_is_an_error_at_the_field(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    form = filled(authorization, category="")
    answer = at_counter.post(address(authorization), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "One thing to correct" in page
    assert 'href="#id_category_0"' in page
    assert page.count(" checked") == 3
    assert str(form["key"]) in page
    assert not models.Decision.objects.filter(stage="confirm").exists()


def test_another_category_on_the_prescription_refuses(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    for other in ("", "adult_male"):
        answer = at_counter.post(address(authorization), filled(authorization, category="other", other_category=other))
        assert answer.status_code == 409
        assert "Category differs" in answer.content.decode()


def test_two_answers_about_the_category_contradict_each_other(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    answer = at_counter.post(address(authorization), filled(authorization, other_category="adult_male"))
    assert answer.status_code == 422
    assert "Choose the one that stands there" in answer.content.decode()


def test_days_that_are_no_number_are_an_error_and_stay(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    for typed in ("28.5", "-1", "1e9", "many"):
        answer = at_counter.post(address(authorization), filled(authorization, days_counted=typed))
        assert answer.status_code == 422
        assert f'value="{typed}"' in answer.content.decode()


def test_a_count_over_the_limit_refuses(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.walter)
    answer = at_counter.post(address(authorization), filled(authorization, days_counted="8"))
    assert answer.status_code == 409
    assert "Too early for the next fill" in answer.content.decode()


def test_a_positive_test_meanwhile_refuses(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    at_counter.get(f"/pharmacy/verify/{authorization.number}")
    test(cast.elena.patient, "positive", at=NOW - timedelta(minutes=1), by=cast.ruth)
    answer = at_counter.post(address(authorization), filled(authorization))
    assert answer.status_code == 409
    assert "Positive pregnancy test" in answer.content.decode()


def test_the_same_key_with_other_answers_is_told(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    form = filled(authorization, points=[])
    at_counter.post(address(authorization), form)
    answer = at_counter.post(address(authorization), filled(authorization, key=form["key"]))
    assert answer.status_code == 409
    assert SENT_BEFORE in answer.content.decode()
    assert not models.Confirmation.objects.exists()


def test_busy_says_so_and_keeps_what_was_typed(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    form = filled(authorization, days_counted="2")
    with patch("rems.views.pharmacy.verify.confirm_authorization", side_effect=Busy):
        answer = at_counter.post(address(authorization), form)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Busy: someone else is changing this patient&#x27;s record. Nothing was done." in page
    assert 'value="2"' in page
    assert str(form["key"]) in page


def test_a_look_is_no_confirmation(at_counter: Client, cast: Cast) -> None:
    assert at_counter.get(address(cast.authorize(cast.elena))).status_code == 405


def test_what_the_prescriber_has_to_clear_first_leaves_no_form(at_counter: Client, cast: Cast) -> None:
    authorization = cast.authorize(cast.elena)
    test(cast.elena.patient, "positive", at=NOW - timedelta(minutes=1), by=cast.ruth)
    answer = at_counter.post(address(authorization), filled(authorization))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Get confirmation number" not in page
    assert "None counts down while this stands." in page
    assert "Authorization closes" not in page
