"""The page of one's own log-in, and the door, with forms alone; a passkey in software stands in for the browser's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask import Flask

from escalation.desk.passkeys import list_passkeys
from escalation.ports import Ports
from tests.authenticator import Authenticator
from tests.builders import PASSWORD, Joined
from tests.desk.conftest import UNREACHABLE, join_in
from tests.desk.desk import SAME_ORIGIN, Desk
from tests.desk.test_door import code_of
from tests.fakes import Clock
from web.app import create_app
from web.config import Settings
from web.desk.door import ASKED_PASSKEYS_MAX

SITE = "http://localhost:8000"


@pytest.fixture
def app(house: Ports) -> Flask:
    return create_app(Settings(bot_url=UNREACHABLE, public_url=SITE), house)


@pytest.fixture
def key() -> Authenticator:
    return Authenticator(origin=SITE, rp_id="localhost")


def options(desk: Desk, path: str, form: str) -> str:
    """Ask for options as the page's script does, with the token of the form."""
    data = {"csrf": desk.hidden(form)["csrf"]}
    answer = desk.client.post(path, data=data, headers=SAME_ORIGIN)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    return answer.text


def add(desk: Desk, key: Authenticator, label: str = "blue key") -> None:
    desk.get("/desk/security")
    asked = options(desk, "/desk/security/passkeys/options", "/desk/security/passkeys")
    desk.send("/desk/security/passkeys", label=label, passkey=key.create(asked))


def show(desk: Desk, key: Authenticator, name: str = "Anna", password: str = PASSWORD) -> None:
    desk.get("/desk/login?next=/desk/roster")
    credential = key.get(options(desk, "/desk/login/passkey", "/desk/login"))
    desk.send("/desk/login", name=name, password=password, passkey=credential)


def test_a_passkey_is_added_with_its_day_and_lets_in(
    desk: Desk, stranger: Desk, key: Authenticator
) -> None:
    add(desk, key, "blue <key>")
    assert desk.status == 200
    assert "blue <key> added 4 Mar 2026" in desk.text
    show(stranger, key)
    assert stranger.status == 200
    assert "Roster" in stranger.text


@pytest.mark.parametrize(("name", "password"), [("Anna", "wrong password!"), ("Nobody", PASSWORD)])
def test_a_wrong_log_in_with_a_passkey_says_nothing_about_what_was_wrong(
    desk: Desk, stranger: Desk, key: Authenticator, name: str, password: str
) -> None:
    add(desk, key)
    show(stranger, key, name, password)
    assert stranger.status == 401
    assert "The name, the password or the code is not right" in stranger.text
    assert key.credential_id.hex() not in stranger.page


def test_the_answer_of_one_browser_is_worth_nothing_in_another(
    desk: Desk, app: Flask, stranger: Desk, key: Authenticator
) -> None:
    add(desk, key)
    stranger.get("/desk/login")
    credential = key.get(options(stranger, "/desk/login/passkey", "/desk/login"))
    other = Desk(app)
    other.get("/desk/login")
    other.send("/desk/login", name="Anna", password=PASSWORD, passkey=credential)
    assert other.status == 401
    stranger.send("/desk/login", name="Anna", password=PASSWORD, passkey=credential)
    assert stranger.status == 200


def test_an_answer_sent_twice_lets_in_once(desk: Desk, stranger: Desk, key: Authenticator) -> None:
    add(desk, key)
    stranger.get("/desk/login")
    credential = key.get(options(stranger, "/desk/login/passkey", "/desk/login"))
    fields = stranger.hidden("/desk/login")
    fields |= {"name": "Anna", "password": PASSWORD, "passkey": credential}
    statuses = []
    for _ in range(2):
        sent = stranger.client.post("/desk/login", data=fields, headers=SAME_ORIGIN)
        statuses.append(sent.status_code)
        stranger.client.set_cookie("e", "")
        stranger.client.delete_cookie("d")
    assert statuses[0] == 303
    assert statuses[1] in (401, 403)


def test_strangers_are_asked_a_bounded_number_of_times(stranger: Desk) -> None:
    stranger.get("/desk/login")
    for _ in range(ASKED_PASSKEYS_MAX):
        options(stranger, "/desk/login/passkey", "/desk/login")
    data = {"csrf": stranger.hidden("/desk/login")["csrf"]}
    answer = stranger.client.post("/desk/login/passkey", data=data, headers=SAME_ORIGIN)
    assert answer.status_code == 429


def test_the_question_needs_the_page_it_stands_on(stranger: Desk) -> None:
    assert stranger.client.post("/desk/login/passkey", headers=SAME_ORIGIN).status_code == 403


def test_where_no_browser_gives_passkeys_none_is_offered(house: Ports, anna: Joined) -> None:
    app = create_app(Settings(bot_url=UNREACHABLE), house)
    stranger, desk = Desk(app), Desk(app, anna.session_token)
    stranger.get("/desk/login")
    assert "data-ask" not in stranger.page
    data = stranger.hidden("/desk/login")
    answer = stranger.client.post("/desk/login/passkey", data=data, headers=SAME_ORIGIN)
    assert answer.status_code == 422
    desk.get("/desk/security")
    assert "Passkeys need https and an address with a name" in desk.text


def test_changing_the_log_in_asks_for_the_second_factor_again(
    house: Ports, desk: Desk, anna: Joined, key: Authenticator, clock: Clock
) -> None:
    add(desk, key)
    clock.forward(minutes=6)
    path = f"/desk/security/passkeys/{list_passkeys(house, screener=anna.screener)[0].id}/remove"
    answer = desk.send(path, follow=False)
    assert answer.location == "/desk/confirm?next=/desk/security"
    assert len(list_passkeys(house, screener=anna.screener)) == 1
    desk.get(answer.location)
    desk.send("/desk/confirm", code="000000")
    assert desk.status == 422
    desk.send("/desk/confirm", code=code_of(anna.totp_secret))
    assert "Your log-in" in desk.text
    desk.send(path)
    assert "You have no passkey yet" in desk.text


def test_a_stale_factor_hides_what_cannot_be_done(desk: Desk, clock: Clock) -> None:
    clock.forward(minutes=6)
    desk.get("/desk/security")
    assert "show once more that it is you" in desk.text
    assert "Add a passkey" not in desk.text


@pytest.mark.parametrize(
    "path",
    [
        "/desk/security/passkeys",
        "/desk/security/passkeys/options",
        "/desk/security/codes",
        "/desk/security/passkeys/0123456789abcdef/remove",
    ],
)
def test_nothing_is_changed_with_a_stale_factor(desk: Desk, clock: Clock, path: str) -> None:
    desk.get("/desk")
    csrf = desk.hidden("/desk/logout")
    clock.forward(minutes=6)
    answer = desk.client.post(path, data=csrf, headers=SAME_ORIGIN)
    assert (answer.status_code, answer.location) == (303, "/desk/confirm?next=/desk/security")


def test_a_passkey_confirms_as_well(desk: Desk, key: Authenticator, clock: Clock) -> None:
    add(desk, key)
    clock.forward(minutes=6)
    desk.get("/desk/confirm?next=/desk/security")
    asked = options(desk, "/desk/confirm/passkey", "/desk/confirm")
    assert len(json.loads(asked)["allowCredentials"]) == 1
    desk.send("/desk/confirm", passkey=replace(key, origin="http://false.example").get(asked))
    assert desk.status == 422
    asked = options(desk, "/desk/confirm/passkey", "/desk/confirm")
    desk.send("/desk/confirm", passkey=key.get(asked))
    assert "Add a passkey" in desk.text


def test_the_last_second_factor_cannot_be_removed(
    house: Ports, desk: Desk, anna: Joined, key: Authenticator
) -> None:
    desk.get("/desk/security")
    csrf = desk.hidden("/desk/logout")
    answer = desk.client.post(
        "/desk/security/codes", data={**csrf, "codes": "off"}, headers=SAME_ORIGIN
    )
    assert answer.status_code == 409
    add(desk, key)
    desk.send("/desk/security/codes", codes="off")
    assert "Codes do not let you in any more" in desk.text
    (mine,) = list_passkeys(house, screener=anna.screener)
    desk.send(f"/desk/security/passkeys/{mine.id}/remove")
    assert desk.status == 409
    assert "You need this to log in" in desk.text
    desk.get("/desk/confirm")
    assert 'name="code"' not in desk.page


def test_a_known_passkey_is_refused_kindly(desk: Desk, key: Authenticator) -> None:
    add(desk, key)
    add(desk, key)
    assert desk.status == 422
    assert "It is known already, or it took too long" in desk.text


def test_own_log_ins_are_listed_by_time_alone_and_end_everywhere(
    house: Ports, desk: Desk, stranger: Desk, anna: Joined, bobs_desk: Desk
) -> None:
    stranger.get("/desk/login")
    stranger.send("/desk/login", name="Anna", password=PASSWORD, code=code_of(anna.totp_secret))
    desk.get("/desk/security")
    assert desk.page.count('class="log-ins__one">since') == 2
    assert desk.text.count("this one") == 1
    desk.send("/desk/security/logout")
    assert "Log in to the desk" in desk.text
    assert desk.client.get_cookie("d") is None
    for one, path in ((stranger, "Log in to the desk"), (bobs_desk, "Queue")):
        one.get("/desk")
        assert path in one.text


def test_who_waits_for_access_can_already_add_a_passkey(
    house: Ports, app: Flask, key: Authenticator
) -> None:
    cleo = Desk(app, join_in(house, "Cleo").session_token)
    add(cleo, key)
    assert cleo.status == 200
    assert "blue key" in cleo.text
