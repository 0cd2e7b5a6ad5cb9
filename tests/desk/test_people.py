"""The people page, the administrator's desk, and changing one's password, with forms alone."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from escalation.duty.presence import present_ids
from escalation.ports import Ports
from escalation.store.session import reading, unit_of_work
from escalation.store.tables import ScreenerRow
from tests.builders import PASSWORD, Joined
from tests.desk.conftest import join_in
from tests.desk.desk import Desk, tell
from tests.fakes import Clock, ScriptedBot

NEW = "kettle purple orange snow"


@pytest.fixture
def coordinator(house: Ports, anna: Joined) -> None:
    with unit_of_work(house.sessions) as session:
        session.get_one(ScreenerRow, anna.screener.id).role = "coordinator"


@pytest.fixture
def admins_desk(app: Flask, house: Ports) -> Desk:
    joined = join_in(house, "Ad")
    with unit_of_work(house.sessions) as session:
        session.get_one(ScreenerRow, joined.screener.id).role = "administrator"
    return Desk(app, joined.session_token)


def shown_link(desk: Desk) -> str:
    found = re.search(r'http[^<"]*(/desk/invitations/[\w-]+)', desk.page)
    assert found, "no link is shown"
    return unescape(found[1])


def accept(stranger: Desk, link: str, password: str = PASSWORD) -> None:
    stranger.get(link)
    stranger.send(link, password=password, again=password)
    assert "Set up your codes" in stranger.text


def test_a_coordinator_invites_and_the_link_carries_the_key(
    desk: Desk, stranger: Desk, coordinator: None
) -> None:
    desk.get("/desk/people")
    desk.send("/desk/people/invite", name="Dora", role="screener", language="nl")
    accept(stranger, shown_link(desk))
    assert "a colleague has to give you access" not in stranger.text
    desk.get("/desk/people")
    assert "Dora · Screener · Active" in desk.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"name": " "}, 422), ({"name": "Bob"}, 409), ({"name": "X", "role": "king"}, 422)],
)
def test_an_invitation_that_cannot_be_says_why(
    desk: Desk, coordinator: None, fields: dict[str, str], status: int
) -> None:
    desk.get("/desk/people")
    desk.send("/desk/people/invite", **fields)
    assert desk.status == status
    assert 'role="alert"' in desk.page


def test_a_coordinator_ends_access_and_who_left_is_named(
    desk: Desk, bobs_desk: Desk, coordinator: None
) -> None:
    desk.get("/desk/people")
    desk.send("/desk/people/leave", reason="works elsewhere now")
    assert "Have left: Bob" in desk.text
    desk.get("/desk/audit")
    assert "Ended somebody's access works elsewhere now Bob" in desk.text
    bobs_desk.get("/desk")
    assert "Log in to the desk" in bobs_desk.text


def test_a_screener_sees_colleagues_and_neither_invites_nor_ends(desk: Desk) -> None:
    desk.get("/desk/people")
    assert "Bob · Screener · Active" in desk.text
    assert "Invite somebody" not in desk.text
    assert "End access" not in desk.text
    csrf = desk.hidden("/desk/logout")["csrf"]
    for path in ("/desk/people/invite", "/desk/people/leave"):
        answer = desk.client.post(
            path, data={"csrf": csrf, "name": "Bob"}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert answer.status_code == 403


def test_an_administrator_looks_after_people_and_sees_no_case(
    admins_desk: Desk, house: Ports, bot: ScriptedBot, stranger: Desk
) -> None:
    case = tell(house, bot, "a story")
    for path in ("/desk", f"/desk/cases/{case.id}", "/desk/four-eyes"):
        admins_desk.get(path)
        assert "a story" not in admins_desk.text
        assert case.id[:6] not in admins_desk.text
        assert "Invite somebody" in admins_desk.text
    for path in ("/desk/roster", "/desk/waiting-times", "/desk/audit", "/desk/security"):
        assert admins_desk.get(path, follow=False).status_code == 200
    admins_desk.get("/desk/people")
    admins_desk.send("/desk/people/invite", name="Dora", role="screener", language="nl")
    accept(stranger, shown_link(admins_desk))
    assert "a colleague has to give you access" in stranger.text


def test_an_administrators_token_opens_nothing_of_the_api(
    app: Flask, house: Ports, admins_desk: Desk, bot: ScriptedBot
) -> None:
    case = tell(house, bot, "a story")
    cookie = admins_desk.client.get_cookie("d")
    assert cookie
    headers = {"Authorization": f"Bearer {cookie.value}"}
    for path in ("/api/v1/desk/cases", f"/api/v1/desk/cases/{case.id}"):
        assert app.test_client().get(path, headers=headers).status_code == 403


def test_an_administrator_is_not_counted_as_somebody_who_is_there(
    admins_desk: Desk, house: Ports, clock: Clock
) -> None:
    clock.forward(hours=1)
    admins_desk.get("/desk/people")
    with reading(house.sessions) as session:
        assert present_ids(session, clock(), house.durations.presence) == frozenset()


def test_who_lost_the_password_begins_anew_with_a_link(
    desk: Desk, bobs_desk: Desk, stranger: Desk, bob: Joined
) -> None:
    desk.get("/desk/people")
    desk.send(f"/desk/people/{bob.screener.id}/anew")
    assert "Link for Bob" in desk.text
    accept(stranger, shown_link(desk), NEW)
    bobs_desk.get("/desk")
    assert "Log in to the desk" in bobs_desk.text


def test_a_password_is_changed_with_the_old_one(desk: Desk) -> None:
    desk.get("/desk/password")
    desk.send("/desk/password", old="not the old one", password=NEW, again=NEW)
    assert "The old password is not right" in desk.text
    desk.send("/desk/password", old=PASSWORD, password=NEW, again="something else")
    assert "not the same" in desk.text
    desk.send("/desk/password", old=PASSWORD, password="short", again="short")
    assert "needs at least" in desk.text
    desk.send("/desk/password", old=PASSWORD, password=NEW, again=NEW)
    assert "Your password is changed." in desk.text
    assert NEW not in desk.page


def test_changing_the_password_asks_for_the_second_factor_when_that_was_long_ago(
    desk: Desk, clock: Clock
) -> None:
    clock.forward(minutes=20)
    desk.get("/desk/password")
    assert 'name="old"' not in desk.page
    assert 'name="code"' in desk.page
