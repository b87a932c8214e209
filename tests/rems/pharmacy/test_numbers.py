"""The box: typed, pasted, scanned; mistyped, unknown, foreign."""

import pytest
from django.test import Client

from audit.models import Event
from rems import numbers
from rems.views.pharmacy.numbers import NO_SUCH_NUMBER
from tests.rems.pharmacy.conftest import Cast

HOME = "/pharmacy/"


def test_a_number_typed_in_any_way_leads_to_its_page(at_counter: Client, cast: Cast) -> None:
    number = cast.authorize(cast.walter).number
    for typed in (number, numbers.grouped(number), number.lower(), f" {numbers.grouped(number).replace(' ', '-')} "):
        answer = at_counter.get(HOME, {"n": typed})
        assert answer.status_code == 302
        assert answer["Location"] == f"/pharmacy/verify/{number}"


def test_a_typing_error_is_told_apart_from_an_unknown_number(at_counter: Client, cast: Cast) -> None:
    number = cast.authorize(cast.walter).number
    last = "0" if number[-1] != "0" else "1"
    answer = at_counter.get(HOME, {"n": number[:-1] + last})
    assert answer.status_code == 422
    assert "its last character does not fit" in answer.content.decode()
    assert numbers.grouped(number)[:9] in numbers.grouped(number)
    assert f'value="{number[:-1] + last}"' in answer.content.decode()


def test_a_number_too_short_says_so(at_counter: Client, cast: Cast) -> None:
    answer = at_counter.get(HOME, {"n": cast.authorize(cast.walter).number[:-1]})
    assert "it has 11 characters, not 12" in answer.content.decode()


def test_what_is_no_number_says_so(at_counter: Client, cast: Cast) -> None:
    answer = at_counter.get(HOME, {"n": "<script>alert(1)</script>"})
    assert answer.status_code == 422
    assert "This is no number of the program" in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


def test_unknown_and_foreign_numbers_answer_the_same(client: Client, cast: Cast) -> None:
    foreign = cast.confirm(cast.authorize(cast.walter), at=cast.cedar, by=cast.alice).number
    unknown = numbers.new_number(numbers.Kind.CONFIRMATION).text
    client.force_login(cast.bob)
    pages = []
    for number in (foreign, unknown):
        answer = client.get(f"/pharmacy/confirmation/{number}")
        assert answer.status_code == 404
        pages.append(answer.content.decode().replace(numbers.grouped(number), "…").replace(number, "…"))
    assert NO_SUCH_NUMBER in pages[0]
    assert _without_token(pages[0]) == _without_token(pages[1])


def test_an_unknown_authorization_answers_so_too_and_is_recorded(at_counter: Client, cast: Cast) -> None:
    number = numbers.new_number(numbers.Kind.AUTHORIZATION).text
    answer = at_counter.get(f"/pharmacy/verify/{number}")
    assert answer.status_code == 404
    assert NO_SUCH_NUMBER in answer.content.decode()
    denied = Event.objects.get(action="pharmacy.view_number")
    assert denied.allowed is False
    assert denied.details["number"] == number


def test_every_address_of_a_foreign_confirmation_is_unknown(client: Client, cast: Cast) -> None:
    number = cast.confirm(cast.authorize(cast.walter), at=cast.cedar, by=cast.alice).number
    client.force_login(cast.bob)
    assert client.get(f"/pharmacy/confirmation/{number}").status_code == 404
    assert client.get(f"/pharmacy/verify/{number}", follow=True).status_code == 404
    assert client.get(f"/pharmacy/confirmation/{number}/cancel").status_code == 404
    assert client.post(f"/pharmacy/confirmation/{number}/cancel", {"reason": "x"}).status_code == 404
    assert client.post(f"/pharmacy/confirmation/{number}/hand-over", {"method": "hand"}).status_code == 404


@pytest.mark.parametrize("text", ["%00", "A%00B", "x" * 3000, "%F0%9F%92%8A", "..%2F..", "-", "P-0000001", "0" * 12])
def test_nonsense_in_an_address_is_an_answer(at_counter: Client, text: str) -> None:
    for address in (f"/pharmacy/verify/{text}", f"/pharmacy/confirmation/{text}", f"/pharmacy/?n={text}"):
        assert at_counter.get(address).status_code in (404, 422)
    for address in (f"/pharmacy/verify/{text}/confirm", f"/pharmacy/confirmation/{text}/hand-over"):
        assert at_counter.post(address).status_code in (404, 422)


def _without_token(page: str) -> str:
    lines = page.splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)
