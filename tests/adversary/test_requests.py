"""Requests that no browser sends: they get an answer, and nobody is sent to another site."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from tests.adversary.world import browser, side, somebody
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"


def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("charset", ["hex", "zip", "idna", "rot13", "undefined", "raw_unicode_escape", "utf-16"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_encoding_that_is_no_text_is_refused(method: str, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n\\ud800@e.org\r\n--x--\r\n'
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    assert visitor().generic(method, SIGN_IN, body, content_type=kind).status_code == 415


@pytest.mark.parametrize(
    "cookie", ['sessionid="abcdefgh\\000"', "sessionid=" + "a" * 9000, "sessionid=\xff\xfe\xfd12345"]
)
def test_a_session_cookie_that_is_none_is_nobodys(cookie: str) -> None:
    assert visitor().get("/", HTTP_COOKIE=cookie).status_code == 302
    assert visitor().get(SIGN_IN, HTTP_COOKIE=cookie).status_code == 200


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 422),
        (b"abc", "multipart/form-data; boundary=", 400),
        (b"email=%ED%A0%80%40e.org&password=%ED%A0%80", "application/x-www-form-urlencoded", 422),
        (b"email=%00%40e.org&password=%00", "application/x-www-form-urlencoded", 422),
        (b"a=b&" * 2000, "application/x-www-form-urlencoded", 400),
        (b"x" * 3_000_000, "application/x-www-form-urlencoded", 400),
        (b'{"email":', "application/json", 422),
    ],
)
def test_a_body_that_is_no_form_is_an_answer(body: bytes, kind: str, status: int) -> None:
    assert visitor().generic("POST", SIGN_IN, body, content_type=kind).status_code == status


@pytest.mark.parametrize(
    "path", ["/%00", "/%ff%fe", "/static/%00", "/static/..%2f..%2frems/settings.py", "/" + "a" * 9000]
)
def test_an_address_that_is_none_is_not_found(path: str) -> None:
    assert visitor().get(path).status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "\thttps://evil.example",
        "evil",
        "-1",
        "/a\r\nSet-Cookie: x=1",
        "\0",
    ],
)
def test_nobody_is_sent_elsewhere_by_signing_in_or_choosing_a_site(elsewhere: str) -> None:
    kim = somebody("Kim Lee", Role.PHARMACIST)
    sent = visitor().post(SIGN_IN, {"email": kim.email, "password": PASSWORD, "next": elsewhere})
    ours = side()
    chosen = browser(ours.rows.pharmacist).post(reverse("pharmacy:site"), {"site": ours.site.pk, "next": elsewhere})
    for answer in (sent, chosen):
        assert answer.status_code in {302, 422}
        assert "evil" not in answer.get("Location", "")
        assert "\n" not in answer.get("Location", "")


def test_a_session_is_a_new_one_after_signing_in_and_none_after_signing_out() -> None:
    kim, client = somebody("Kim Lee", Role.PHARMACIST), visitor()
    client.cookies["sessionid"] = "chosenbytheattacker00000000000000"
    client.post(SIGN_IN, {"email": kim.email, "password": PASSWORD})
    key = client.cookies["sessionid"].value
    assert key != "chosenbytheattacker00000000000000"
    client.post(reverse("accounts:sign_out"))
    client.cookies["sessionid"] = key
    assert client.get("/")["Location"].startswith(SIGN_IN)


def test_a_wrong_password_and_an_unknown_address_look_alike_and_are_recorded() -> None:
    kim = somebody("Kim Lee", Role.PHARMACIST)
    pages = []
    for email in (kim.email, "nobody@example.org"):
        answer = visitor().post(SIGN_IN, {"email": email, "password": "wrong"})
        pages.append((answer.status_code, answer.context["form"].errors))
    assert pages[0] == pages[1]
    assert Event.objects.filter(action="accounts.sign_in", allowed=False).count() == 2
    assert "wrong" not in str(list(Event.objects.values()))


def test_lists_are_narrowed_by_nonsense_to_nothing_worse_than_nothing() -> None:
    jo, ana = browser(somebody("Jo Lindgren", Role.ADMINISTRATOR)), browser(side().rows.doctor)
    pages = [
        (jo, "administration:trail"),
        (jo, "administration:decisions"),
        (jo, "administration:patients"),
        (jo, "administration:overdue"),
        (jo, "administration:prescribers"),
        (jo, "administration:applications"),
        (ana, "prescriber:patients"),
    ]
    texts = ["q", "person", "patient", "action", "program", "since", "until", "page", "before", "after"]
    names = [*texts, "kind", "state", "category", "reason", "stage", "late"]
    for typed in ("\0", "' OR 1=1 --%_\\", "9" * 5000, "9999-12-31T23:59", "2026-03-08T02:30"):
        for client, name in pages:
            answer = client.get(reverse(name), dict.fromkeys(names, typed))
            assert answer.status_code == 200, (name, typed[:20])
