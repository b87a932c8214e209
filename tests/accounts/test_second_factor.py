"""A password alone opens nothing: the second factor is set up first, asked for always, and proves once."""

import io
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import checks, policy
from accounts.actions import set_password
from accounts.factors import remove, reset
from accounts.models import Person
from accounts.people import person_with, system_person
from accounts.roles import Role
from accounts.standing import Forbidden
from audit import acts
from audit.facts import InvalidFact
from audit.models import Event
from tests.factors import code_of, codes_of, give_app, secret_on, set_up_app, stop_the_telephones, wrong_code
from tests.people import PASSWORD, person
from tests.sessions import with_factor

pytestmark = pytest.mark.django_db
SIGN_IN, CODE, PAGE = "/sign-in/", "/sign-in/code/", "/programs/"
SET_UP, PASSKEY, APP = "/account/second-factor/", "/account/second-factor/passkey/", "/account/second-factor/app/"
ACCOUNT = "/account/"


@pytest.fixture(autouse=True)
def needed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECOND_FACTOR = True
    stop_the_telephones(monkeypatch)


@pytest.fixture
def nora() -> Person:
    return person("Nora Lindqvist", Role.PHARMACIST)


def with_password(someone: Person, client: Client | None = None, **more: Any) -> Client:
    client = client or Client(**more)
    client.post(SIGN_IN, {"email": someone.email, "password": PASSWORD})
    return client


def with_code(someone: Person, code: str) -> Client:
    client = with_password(someone)
    client.post(CODE, {"code": code})
    return client


def opens(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def last(action: str) -> Event:
    return Event.objects.filter(action=action).latest("pk")


def test_whoever_has_none_sets_one_up_and_nothing_else_opens_until_then(nora: Person) -> None:
    client = with_password(nora)
    for address in (PAGE, "/", ACCOUNT, reverse("pharmacy:home"), reverse("usersessions_list")):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, SET_UP), address
    assert client.get(SET_UP).status_code == 200
    set_up_app(client)
    assert opens(client)


def test_no_route_opens_without_it(nora: Person) -> None:
    """Whatever a view is for, its policy stands before it; only what sets a factor up is let through."""
    client = with_password(nora)
    through = {SET_UP, PASSKEY, APP, "/account/password/"}
    asked = {route for route, view in checks.routes() if policy.policy_of(view) is not policy.Openness.PUBLIC}
    for route in sorted(route for route in asked if "<" not in route):
        for send in (client.get, client.post):
            answer = send(route)
            assert (answer.status_code, answer.get("Location")) in {(302, SET_UP), (405, None)} or route in through, (
                route
            )


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.PATIENT, Role.SYSTEM}])
def test_every_role_needs_one(role: Role) -> None:
    assert with_password(person("Somebody Else", role)).get("/")["Location"] == SET_UP


def test_a_patient_needs_none_and_is_asked_where_there_is_one() -> None:
    elena = person("Elena Marsh", Role.PATIENT)
    client = with_password(elena)
    assert client.get(ACCOUNT).status_code == 200
    set_up_app(client)
    assert with_password(elena).get(ACCOUNT)["Location"].startswith(SIGN_IN)


def test_a_patient_who_is_also_something_else_needs_one() -> None:
    elena = person("Elena Marsh", Role.PATIENT, Role.PHARMACIST)
    assert with_password(elena).get(ACCOUNT)["Location"] == SET_UP


def test_the_demonstration_may_do_without(nora: Person, settings: Any) -> None:
    settings.SECOND_FACTOR = False
    assert opens(with_password(nora))
    settings.REMS_ENV = "demo"
    assert "The second factor is off" in Client().get(SIGN_IN).content.decode()
    settings.SECOND_FACTOR = True
    assert "The second factor is on" in Client().get(SIGN_IN).content.decode()


def test_the_right_password_alone_signs_nobody_in(nora: Person) -> None:
    give_app(nora)
    client = Client()
    answer = client.post(SIGN_IN, {"email": nora.email, "password": PASSWORD})
    assert answer["Location"] == CODE
    assert "_auth_user_id" not in client.session
    assert client.get(PAGE)["Location"].startswith(SIGN_IN)
    assert not UserSession.objects.exists()
    assert last("accounts.sign_in_half").person_id == nora.pk
    assert not Event.objects.filter(action="accounts.sign_in").exists()


def test_password_and_code_sign_in_and_the_trail_says_with_what(nora: Person) -> None:
    secret = give_app(nora)
    client = with_password(nora)
    answer = client.post(CODE, {"code": code_of(secret)})
    assert answer["Location"] == "/"
    assert opens(client)
    event = last("accounts.sign_in")
    assert (event.allowed, event.person_id, event.details["with"]) == (True, nora.pk, "password, authenticator app")


def test_after_the_code_one_comes_back_to_the_page_that_was_asked_for(nora: Person) -> None:
    secret, client = give_app(nora), Client()
    client.post(SIGN_IN, {"email": nora.email, "password": PASSWORD, "next": PAGE})
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == PAGE


def test_a_code_is_asked_of_nobody_who_did_not_give_the_password(nora: Person) -> None:
    secret = give_app(nora)
    for send in (Client().get, Client().post):
        assert send(CODE, {"code": code_of(secret)})["Location"] == SIGN_IN


def test_the_step_waits_a_quarter_of_an_hour_and_no_longer(nora: Person) -> None:
    secret, client = give_app(nora), with_password(nora)
    session = client.session
    login = session["account_login"]
    session["account_login"] = {**login, "initiated_at": login["initiated_at"] - 901}
    session.save()
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == SIGN_IN
    assert not opens(client)


def test_a_password_that_is_changed_meanwhile_leads_no_further(nora: Person) -> None:
    secret, client = give_app(nora), with_password(nora)
    set_password(person=nora, password="walnut orbit ladle", by=system_person("tests"))
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == SIGN_IN
    assert not opens(client)


def test_a_code_signs_in_once(nora: Person) -> None:
    secret = give_app(nora)
    code = code_of(secret)
    assert opens(with_code(nora, code))
    assert not opens(with_code(nora, code)), "replayed within its own half minute"
    assert not opens(with_code(nora, code_of(secret, periods=-1))), "older than one that was used"
    assert opens(with_code(nora, code_of(secret, periods=1)))


def test_the_code_that_set_the_app_up_signs_nobody_in(nora: Person) -> None:
    client = with_password(nora)
    secret = set_up_app(client)
    used = code_of(secret, periods=-1)
    assert not opens(with_code(nora, used))
    assert opens(with_code(nora, code_of(secret)))


def test_a_wrong_code_is_said_counted_and_recorded(nora: Person) -> None:
    secret = give_app(nora)
    client = with_password(nora)
    answer = client.post(CODE, {"code": wrong_code(secret)})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Wrong code. One of five tries used; then a pause of one minute." in html
    assert (last("accounts.sign_in").allowed, last("accounts.sign_in").reason) == (False, "The code does not fit.")


def test_codes_are_guessed_no_more_often_than_passwords(nora: Person) -> None:
    """Giving the right password in between forgives nothing."""
    secret = give_app(nora)
    for n in range(5):
        assert with_password(nora).post(CODE, {"code": wrong_code(secret)}).status_code == 422, n
    client = Client()
    assert client.post(SIGN_IN, {"email": nora.email, "password": PASSWORD}).status_code == 429


def test_at_the_second_step_too_a_pause_is_a_pause(nora: Person) -> None:
    secret = give_app(nora)
    client = with_password(nora)
    for _ in range(5):
        client.post(CODE, {"code": wrong_code(secret)})
    answer = client.post(CODE, {"code": code_of(secret)})
    assert answer.status_code == 429
    assert "a pause until" in answer.content.decode()


def test_a_recovery_code_signs_in_once_and_is_counted(nora: Person) -> None:
    set_up_app(with_password(nora))
    codes = codes_of(nora)
    assert len(codes) == 10
    spoken = f"{codes[0][:4]} {codes[0][4:]}"
    assert opens(with_code(nora, spoken))
    assert last("accounts.use_recovery_code").details == {"kind": "recovery codes", "left": 9}
    assert last("accounts.sign_in").details["with"] == "password, recovery code"
    assert not opens(with_code(nora, codes[0]))
    assert opens(with_code(nora, codes[1]))


def test_recovery_codes_are_shown_until_they_are_kept(nora: Person) -> None:
    client = with_password(nora)
    set_up_app(client)
    page, code = reverse("mfa_view_recovery_codes"), codes_of(nora)[3]
    for _ in range(2):
        assert f"{code[:4]} {code[4:]}" in client.get(page).content.decode()
    client.post(page)
    assert code[:4] not in client.get(page).content.decode()
    assert "10 of ten codes left" in client.get(page).content.decode()
    assert last("accounts.keep_recovery_codes").person_id == nora.pk


def test_new_codes_make_the_old_ones_worthless_and_ask_for_the_password(nora: Person) -> None:
    client = with_password(nora)
    set_up_app(client)
    old, address = codes_of(nora), reverse("mfa_generate_recovery_codes")
    assert client.post(address, {"current": "wrong"}).status_code == 422
    assert codes_of(nora) == old
    client.post(address, {"current": PASSWORD})
    assert not set(codes_of(nora)) & set(old)
    assert last("accounts.make_recovery_codes").person_id == nora.pk
    assert (last("accounts.confirm_password").allowed, last("accounts.confirm_password").person_id) == (False, nora.pk)


def test_a_session_from_before_the_factor_ends_with_it(nora: Person) -> None:
    elsewhere, here = with_password(nora), with_password(nora)
    set_up_app(here)
    assert opens(here)
    answer = elsewhere.get(SET_UP)
    assert answer["Location"].startswith(SIGN_IN)
    assert Authenticator.objects.filter(user=nora, type="totp").count() == 1


def test_a_session_without_the_factor_of_somebody_who_has_one_begins_anew(nora: Person) -> None:
    client = Client()
    client.force_login(nora)
    give_app(nora)
    for address in (PAGE, APP):
        assert client.get(address)["Location"].startswith(SIGN_IN)
    assert not UserSession.objects.filter(user=nora).exists()


def test_a_wrong_code_sets_no_app_up(nora: Person) -> None:
    client = with_password(nora)
    client.get(APP)
    secret = client.session["mfa.totp.secret"]
    answer = client.post(APP, {"code": wrong_code(secret)})
    assert answer.status_code == 422
    assert "The code does not fit" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_whoever_has_a_factor_adds_another_only_with_the_password(nora: Person) -> None:
    client = with_code(nora, code_of(give_app(nora)))
    answer = client.post(PASSKEY, {"credential": "{}", "name": "phone"})
    assert "enter your password" in answer.content.decode()
    answer = client.post(PASSKEY, {"credential": "{}", "name": "phone", "current": "wrong"})
    assert "This is not your password." in answer.content.decode()
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_the_only_factor_cannot_be_removed_but_one_of_two_can(nora: Person) -> None:
    client = with_password(nora)
    set_up_app(client)
    app = reverse("mfa_deactivate_totp")
    answer = client.post(app, {"current": PASSWORD})
    assert answer.status_code == 422
    assert "your only second factor" in answer.content.decode()
    Authenticator.objects.create(user=nora, type="webauthn", data={"name": "phone", "credential": {}})
    assert client.post(app, {"current": "wrong"}).status_code == 422
    assert client.post(app, {"current": PASSWORD})["Location"] == ACCOUNT
    assert not Authenticator.objects.filter(user=nora, type="totp").exists()
    assert last("accounts.remove_second_factor").details == {"kind": "authenticator app"}


def test_nobody_removes_the_factor_of_another(nora: Person) -> None:
    give_app(nora)
    with pytest.raises(Forbidden):
        remove(factor=Authenticator.objects.get(user=nora), by=person("Olaf Berg", Role.PHARMACIST))


def test_an_app_is_set_up_once(nora: Person) -> None:
    client = with_password(nora)
    set_up_app(client)
    secret = secret_on(client.get(APP).content.decode())
    answer = client.post(APP, {"code": code_of(secret), "current": PASSWORD})
    assert "You have an authenticator app already" in answer.content.decode()


def test_an_administrator_resets_a_lost_telephone_and_says_why(nora: Person) -> None:
    client = with_password(nora)
    secret = set_up_app(client)
    jo = with_factor(Client(), person("Jo Lindgren", Role.ADMINISTRATOR))
    address = reverse("administration:reset_second_factor", args=[nora.pk])
    assert jo.post(address, {"key": "k-1", "reason": " "}).status_code == 422
    assert jo.post(address, {"key": "k-2", "reason": "Phone lost; I know her."}).status_code == 302
    assert not Authenticator.objects.filter(user=nora).exists()
    assert client.get(PAGE)["Location"].startswith(SIGN_IN), "signed out everywhere"
    event = last("accounts.reset_second_factor")
    assert event.reason == "Phone lost; I know her."
    assert event.details == {"removed": ["authenticator app", "recovery codes"], "sessions": 1}
    again = with_password(nora)
    assert again.get(PAGE)["Location"] == SET_UP
    assert set_up_app(again) != secret


def test_nobody_resets_their_own(nora: Person) -> None:
    jo = person("Jo Lindgren", Role.ADMINISTRATOR)
    give_app(jo)
    with pytest.raises(InvalidFact):
        reset(person=jo, reason="Lost.", by=jo)
    with pytest.raises(Forbidden):
        reset(person=jo, reason="Lost.", by=nora)


def test_a_representative_resets_a_pharmacist_and_nobody_who_is_more() -> None:
    rita, nora = person("Rita Moss", Role.REPRESENTATIVE), person("Nora Lindqvist", Role.PHARMACIST)
    both = person("Olaf Berg", Role.PHARMACIST, Role.ADMINISTRATOR)
    for someone in (nora, both):
        give_app(someone)
    reset(person=nora, reason="Phone lost.", by=rita)
    with pytest.raises(Forbidden):
        reset(person=both, reason="Phone lost.", by=rita)
    with pytest.raises(InvalidFact):
        reset(person=nora, reason="Again.", by=rita)


def test_secrets_are_encrypted_where_they_are_kept(nora: Person) -> None:
    secret = set_up_app(with_password(nora))
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not [code for code in codes_of(nora) if code in stored]


def test_no_secret_is_in_the_trail_or_in_the_log(nora: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = with_password(nora)
    secret = set_up_app(client)
    codes, code, bad = codes_of(nora), code_of(secret), wrong_code(secret)
    with_code(nora, bad)
    with_code(nora, code)
    with_code(nora, codes[0])
    client.post(reverse("mfa_generate_recovery_codes"), {"current": PASSWORD})
    written = " ".join(f"{event.details} {event.reason}" for event in Event.objects.all())
    sql = logging.getLogger("django.db.backends").name
    logged = " ".join(record.getMessage() for record in caplog.records if record.name != sql)
    for hidden in (secret, code, bad, PASSWORD, *codes, *codes_of(nora)):
        assert hidden not in written
        assert hidden not in logged


def test_every_write_about_a_person_or_a_factor_is_part_of_an_act(nora: Person) -> None:
    """One outside would be in the trail as a change that nobody made."""
    written: list[tuple[str, bool]] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) \"((?:accounts_person|mfa_)\w*)\"", sql):
            written.append((found[1], acts._running.get() is not None))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        client = with_password(nora)
        secret = set_up_app(client)
        client.post(reverse("mfa_view_recovery_codes"))
        client.post(reverse("mfa_generate_recovery_codes"), {"current": PASSWORD})
        client.post("/account/password/", {"current": PASSWORD, "password": PASSWORD, "again": PASSWORD})
        with_code(nora, wrong_code(secret))
        with_code(nora, code_of(secret))
        with_code(nora, codes_of(nora)[0])
    assert {table for table, _ in written} == {"accounts_person", "mfa_authenticator"}
    assert len(written) > 10
    assert all(in_act for _, in_act in written), written


def test_the_first_administrator_sets_a_factor_up_at_the_first_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    call_command("first_administrator", "jo@example.org", "Jo Lindgren", stdout=io.StringIO())
    jo = person_with(email="jo@example.org")
    assert jo is not None
    client = with_password(jo)
    assert client.get("/")["Location"] == SET_UP
    set_up_app(client)
    assert client.get(reverse("administration:people")).status_code == 200


def test_the_picture_and_the_letters_stay_the_same_until_they_are_used(nora: Person) -> None:
    client = with_password(nora)
    pages = [client.get(APP).content.decode() for _ in range(2)]
    assert 'src="data:image/svg+xml;base64,' in pages[0]
    assert secret_on(pages[0]) == secret_on(pages[1]) == client.session["mfa.totp.secret"]
    set_up_app(client)
    assert secret_on(client.get(APP).content.decode()) != secret_on(pages[0])


def test_of_two_who_give_the_same_code_at_one_instant_one_is_signed_in(
    committed_db: Any, together: Callable[..., list[Any]]
) -> None:
    nora = person("Nora Lindqvist", Role.PHARMACIST)
    code = code_of(give_app(nora))
    clients = [with_password(nora) for _ in range(4)]
    answers = together([lambda client=client: client.post(CODE, {"code": code}).status_code for client in clients])
    assert sorted(answers) == [302, 422, 422, 422]
    assert sum(opens(client) for client in clients) == 1


def test_of_two_who_give_the_same_recovery_code_at_one_instant_one_is_signed_in(
    committed_db: Any, together: Callable[..., list[Any]]
) -> None:
    nora = person("Nora Lindqvist", Role.PHARMACIST)
    set_up_app(with_password(nora))
    code = codes_of(nora)[0]
    clients = [with_password(nora) for _ in range(4)]
    answers = together([lambda client=client: client.post(CODE, {"code": code}).status_code for client in clients])
    assert sorted(answers) == [302, 422, 422, 422]
