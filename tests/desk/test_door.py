"""Joining and logging in, with forms alone."""

from __future__ import annotations

import re
import time

import pyotp
import pytest
from flask import Flask

from escalation.desk.invitations import invite
from escalation.ports import Ports
from escalation.vault import passwords
from tests.builders import PASSWORD, Joined
from tests.desk.desk import SAME_ORIGIN, Desk
from tests.fakes import Clock
from web.app import create_app
from web.config import Settings
from web.desk.door import WRONG_LOG_INS_MAX


def code_of(secret: str) -> str:
    return pyotp.TOTP(secret).at(int(time.time()))


@pytest.fixture
def link(house: Ports, anna: Joined) -> str:
    key = anna.screener.need_desk_key()
    return "/desk/invitations/" + invite(house, name="Sanne", language="en", desk_private_key=key)


def secret_on(desk: Desk) -> str:
    found = re.search(r'<p class="secret"[^>]*>(.*?)</p>', desk.page)
    assert found, "no secret on the page"
    return re.sub(r"<[^>]+>|\s", "", found[1])


def test_the_invited_person_is_greeted_and_told_that_there_is_no_back_door(
    stranger: Desk, link: str
) -> None:
    stranger.get(link)
    assert stranger.status == 200
    assert "Welcome, Sanne" in stranger.text
    assert "If you lose it, nobody can reset it. There is no back door." in stranger.text
    assert "only a colleague can help" in stranger.text


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "has 5 characters. It needs at least 12"),
        ("I am sanne, hello", "Your name is in this password"),
        ("abababababababab", "repeats itself too much"),
        ("x1y2" * 300, "longer than we can take"),
    ],
)
def test_a_weak_password_is_told_kindly_and_can_be_tried_again(
    stranger: Desk, link: str, password: str, told: str
) -> None:
    stranger.get(link)
    stranger.send(link, password=password, again=password)
    assert stranger.status == 422
    assert told in stranger.text
    assert password not in stranger.page
    stranger.send(link, password=PASSWORD, again=PASSWORD)
    assert stranger.status == 200


def test_two_different_passwords_are_not_taken(stranger: Desk, link: str) -> None:
    stranger.get(link)
    stranger.send(link, password=PASSWORD, again=PASSWORD + "x")
    assert stranger.status == 422
    assert "not the same" in stranger.text


def test_joining_shows_the_secret_as_code_and_text_and_leads_to_the_desk(
    stranger: Desk, link: str
) -> None:
    stranger.get(link)
    stranger.send(link, password=PASSWORD, again=PASSWORD)
    assert re.search(r'<svg[^>]*class="qr__image"', stranger.page)
    assert not re.search(r"style=|data:", stranger.page)
    secret = secret_on(stranger)
    assert f"secret={secret}" in stranger.page
    stranger.send("/desk/login", name="Sanne", password=PASSWORD, code=code_of(secret))
    assert stranger.status == 200
    assert "Queue" in stranger.text


def test_an_invitation_works_once_and_says_so(stranger: Desk, link: str) -> None:
    stranger.get(link)
    stranger.send(link, password=PASSWORD, again=PASSWORD)
    stranger.get(link)
    assert stranger.status == 404
    assert "This invitation does not work any more" in stranger.text


def test_an_invitation_runs_out_and_says_so(stranger: Desk, link: str, clock: Clock) -> None:
    clock.forward(days=8)
    stranger.get(link)
    assert stranger.status == 404
    assert "Ask the person who sent it for a new one" in stranger.text


def test_an_invitation_form_needs_its_own_token(stranger: Desk, link: str) -> None:
    data = {"password": PASSWORD, "again": PASSWORD}
    answer = stranger.client.post(link, data=data, headers=SAME_ORIGIN)
    assert answer.status_code == 403
    assert stranger.get(link).status_code == 200


def test_logging_in_sets_a_cookie_that_no_script_and_no_other_site_can_use(
    stranger: Desk, anna: Joined
) -> None:
    stranger.get("/desk/login")
    answer = stranger.send(
        "/desk/login",
        follow=False,
        name="Anna",
        password=PASSWORD,
        code=code_of(anna.totp_secret),
    )
    assert answer.status_code == 303
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("d=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Expires" not in cookie


def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(
    house: Ports, anna: Joined
) -> None:
    desk = Desk(create_app(Settings(public_url="https://desk.example"), house))
    answer = desk.get("/desk/login")
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all(one.startswith("__Host-") and "Secure" in one for one in cookies)


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [("Anna", "wrong password!", None), ("Nobody", PASSWORD, None), ("Anna", PASSWORD, "000000")],
)
def test_a_wrong_log_in_says_nothing_about_what_was_wrong(
    stranger: Desk, anna: Joined, name: str, password: str, code: str | None
) -> None:
    stranger.get("/desk/login")
    typed = code if code is not None else code_of(anna.totp_secret)
    stranger.send("/desk/login", name=name, password=password, code=typed)
    assert stranger.status == 401
    assert "The name, the password or the code is not right" in stranger.text
    assert password not in stranger.page


def test_the_log_in_form_needs_the_page_it_stands_on(app: Flask, anna: Joined) -> None:
    typed = {"name": "Anna", "password": PASSWORD, "code": code_of(anna.totp_secret)}
    other = Desk(app)
    other.get("/desk/login")
    for data in (typed, {**typed, **other.hidden("/desk/login")}):
        answer = Desk(app).client.post("/desk/login", data=data, headers=SAME_ORIGIN)
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/desk/cases/0f", "/desk/cases/0f"),
        ("/desk?state=mine", "/desk?state=mine"),
        ("https://evil.example/desk", "/desk"),
        ("//evil.example/desk", "/desk"),
        ("/\\evil.example/desk", "/desk"),
        ("/deskevil", "/desk"),
        ("/chat", "/desk"),
        ("", "/desk"),
    ],
)
def test_logging_in_leads_only_to_pages_of_the_desk(desk: Desk, wanted: str, reached: str) -> None:
    answer = desk.client.get("/desk/login", query_string={"next": wanted})
    assert answer.location == reached


def test_logging_out_ends_the_session_everywhere(desk: Desk, app: Flask, anna: Joined) -> None:
    elsewhere = Desk(app, anna.session_token)
    desk.get("/desk")
    desk.send("/desk/logout")
    assert "Log in to the desk" in desk.text
    assert desk.client.get_cookie("d") is None
    elsewhere.get("/desk")
    assert "Log in to the desk" in elsewhere.text


def test_too_many_wrong_log_ins_from_one_place_have_to_wait(
    stranger: Desk, anna: Joined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("escalation.desk.password_costs.password_key", lambda *_, **__: b"\0" * 32)
    stranger.get("/desk/login")
    for _ in range(WRONG_LOG_INS_MAX):
        stranger.send("/desk/login", name="Nobody", password="x", code="000000")
        assert stranger.status == 401
    stranger.send("/desk/login", name="Nobody", password="x", code="000000")
    assert stranger.status == 429
    assert "wait ten minutes" in stranger.text


@pytest.mark.parametrize("name", ["", "\x00", "A" * 5000, "‮annA"])
def test_an_odd_name_is_only_a_wrong_name(stranger: Desk, name: str) -> None:
    stranger.get("/desk/login")
    stranger.send("/desk/login", name=name, password=PASSWORD, code="000000")
    assert stranger.status == 401


def test_a_rush_at_the_door_is_told_kindly(
    stranger: Desk, anna: Joined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 0.0)
    stranger.get("/desk/login")
    with passwords._one_at_a_time:
        stranger.send("/desk/login", name="Anna", password=PASSWORD, code="000000")
    assert stranger.status == 503
    assert "busy" in stranger.text
    assert 'value="Anna"' in stranger.page
