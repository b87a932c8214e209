"""Each request has its id, and nothing of one request is left for the next."""

from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from audit import context
from audit.middleware import RequestContext

ALICE = SimpleNamespace(pk=7, name="Alice", acting_as="prescriber")


def served(**headers: str) -> tuple[HttpResponse, context.Context]:
    seen: list[context.Context] = []

    def view(request: HttpRequest) -> HttpResponse:
        context.identify(ALICE, organization="City Clinic")
        seen.append(context.current())
        return HttpResponse("ok")

    return RequestContext(view)(RequestFactory().get("/", headers=headers)), seen[0]


def test_the_answer_carries_the_id_that_the_trail_keeps() -> None:
    response, seen = served()
    assert response["X-Request-ID"] == seen.request_id
    assert len(seen.request_id) == 32
    assert (seen.person_id, seen.role, seen.organization) == (7, "prescriber", "City Clinic")


def test_a_proxys_id_is_kept_if_it_is_one() -> None:
    assert served(**{"X-Request-ID": "abc-12345678"})[1].request_id == "abc-12345678"
    assert "<" not in served(**{"X-Request-ID": "<script>alert(1)"})[1].request_id


def test_after_the_request_nobody_is_acting() -> None:
    served()
    assert context.current() == context.Context()


def test_acting_ends_with_its_block() -> None:
    with context.acting(ALICE, role="delegate", on_behalf_of=SimpleNamespace(pk=9, name="Bob", acting_as="")) as now:
        assert (now.person_id, now.role, now.on_behalf_of_id, now.on_behalf_of) == (7, "delegate", 9, "Bob")
    assert context.current() == context.Context()
