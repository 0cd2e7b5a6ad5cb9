"""Nobody comes in without a session, and no form works without the token of the session."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from escalation.ports import Ports
from tests.builders import Joined
from tests.desk.conftest import join_in
from tests.desk.desk import PART, SAME_ORIGIN, Desk, tell
from tests.fakes import ScriptedBot

CASE = "0123456789abcdef0123456789abcdef"

PAGES = [
    "/desk",
    "/desk/",
    "/desk?state=mine",
    "/desk/pending",
    f"/desk/cases/{CASE}",
    f"/desk/cases/{CASE}/fields/minors",
    "/desk/roster",
    "/desk/waiting-times",
    "/desk/security",
    "/desk/confirm",
    "/desk/audit",
    "/desk/four-eyes",
    "/desk/people",
    "/desk/password",
]
STREAMS = ["/desk/events", f"/desk/cases/{CASE}/events"]
FORMS = [
    "/desk/logout",
    "/desk/aside",
    "/desk/here",
    "/desk/security/passkeys/options",
    "/desk/security/passkeys",
    "/desk/security/passkeys/0123456789abcdef/remove",
    "/desk/security/codes",
    "/desk/security/logout",
    "/desk/confirm",
    "/desk/confirm/passkey",
    "/desk/access/0123456789abcdef",
    "/desk/roster/shifts",
    "/desk/roster/shifts/1/remove",
    "/desk/roster/shifts/1/give",
    "/desk/roster/swaps/1",
    "/desk/roster/profile",
    "/desk/roster/agenda",
    "/desk/people/invite",
    "/desk/people/leave",
    "/desk/people/0123456789abcdef/anew",
    "/desk/password",
    "/desk/four-eyes/1/answer",
    "/desk/four-eyes/1/review",
    "/desk/four-eyes/1/file",
    *(
        f"/desk/cases/{CASE}/{action}"
        for action in (
            "take",
            "messages",
            "release",
            "put-back",
            "close",
            "notes",
            "police",
            "copy",
            "hand",
            "draft",
            "flags/1/clear",
            "fields/minors",
            "turns/1/translate",
        )
    ),
]
API = [
    ("DELETE", "/api/v1/desk/session"),
    ("GET", "/api/v1/desk/cases"),
    ("GET", "/api/v1/desk/events"),
    ("GET", f"/api/v1/desk/cases/{CASE}"),
    ("GET", f"/api/v1/desk/cases/{CASE}/events"),
    *(
        ("POST", f"/api/v1/desk/cases/{CASE}/{action}")
        for action in ("take", "messages", "release", "put-back", "close")
    ),
]
OPEN_TO_ALL = {
    "/desk/login",
    "/desk/login/passkey",
    "/desk/invitations/<token>",
    "/desk/page/<token>",
    "/desk/calendar/<token>",
    "/api/v1/desk/session",
    "/api/v1/desk/invitations/<token>",
}


def test_the_tables_here_name_every_route_of_the_desk(app: Flask) -> None:
    tried = {path.partition("?")[0] for path in [*PAGES, *STREAMS, *FORMS]}
    tried |= {path for _, path in API}
    known = {re.sub(r"[0-9a-f]{16,}", "<id>", path) for path in tried}
    routes = {
        re.sub(r"<(?:case|other|passkey)_id>", "<id>", rule.rule)
        .replace("<flag_id>", "1")
        .replace("<wish_id>", "1")
        .replace("<seq>", "1")
        .replace("<shift_id>", "1")
        .replace("<change_id>", "1")
        .replace("<name>", "minors")
        for rule in app.url_map.iter_rules()
        if "/desk" in rule.rule
    }
    assert routes == known | OPEN_TO_ALL


@pytest.mark.parametrize("path", PAGES)
def test_an_anonymous_visitor_is_sent_to_log_in(stranger: Desk, path: str) -> None:
    answer = stranger.get(path, follow=False)
    assert answer.status_code == 303
    assert answer.location.startswith("/desk/login?next=/desk")


@pytest.mark.parametrize("path", [*PAGES, *STREAMS])
@pytest.mark.parametrize("accept", [PART["Accept"], "text/event-stream"])
def test_a_script_without_session_is_told_so(stranger: Desk, path: str, accept: str) -> None:
    assert stranger.get(path, follow=False, Accept=accept).status_code == 401


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_session_is_refused_and_its_text_given_back(
    stranger: Desk, path: str
) -> None:
    answer = stranger.client.post(path, data={"text": "half a story"}, headers=SAME_ORIGIN)
    assert answer.status_code == 401
    assert "half a story" in answer.text


@pytest.mark.parametrize(("method", "path"), API)
@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer nope", "Basic x", "Bearer " + "x" * 500]
)
def test_the_api_answers_401_without_a_session(
    stranger: Desk, method: str, path: str, header: str | None
) -> None:
    headers = {"Authorization": header} if header else {}
    answer = stranger.client.open(path, method=method, json={}, headers=headers)
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == "session_expired"
    assert answer.content_type == "application/problem+json"


def test_the_cookie_is_no_key_to_the_api(desk: Desk) -> None:
    assert desk.client.get("/api/v1/desk/cases").status_code == 401


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("csrf", [{}, {"csrf": ""}, {"csrf": "0" * 64}])
def test_a_form_without_the_sessions_token_changes_nothing(
    desk: Desk, path: str, csrf: dict[str, str]
) -> None:
    answer = desk.client.post(path, data={**csrf, "text": "typed"}, headers=SAME_ORIGIN)
    assert answer.status_code == 403
    assert "typed" in answer.text
    assert desk.get("/desk").status_code == 200


@pytest.mark.parametrize("path", FORMS)
def test_a_form_from_another_site_changes_nothing(desk: Desk, path: str) -> None:
    desk.get("/desk")
    data = desk.hidden("/desk/logout")
    answer = desk.client.post(path, data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert desk.get("/desk").status_code == 200


def test_one_screeners_token_is_no_good_in_anothers_session(desk: Desk, bobs_desk: Desk) -> None:
    bobs_desk.get("/desk")
    data = bobs_desk.hidden("/desk/logout")
    assert desk.client.post("/desk/logout", data=data, headers=SAME_ORIGIN).status_code == 403


@pytest.mark.parametrize("path", ["/desk", f"/desk/cases/{CASE}", "/desk/events"])
def test_who_has_no_key_yet_sees_that_and_no_cases(app: Flask, house: Ports, path: str) -> None:
    cleo = Desk(app, join_in(house, "Cleo").session_token)
    cleo.get(path)
    assert "A colleague has to give you access" in cleo.text


def test_who_has_no_key_yet_gets_nothing_from_the_api(app: Flask, house: Ports) -> None:
    cleo = join_in(house, "Cleo")
    answer = app.test_client().get(
        "/api/v1/desk/cases", headers={"Authorization": f"Bearer {cleo.session_token}"}
    )
    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["code"] == "no_access"


@pytest.mark.parametrize("odd", ["%00", "..", "a b", "é", "0"])
def test_an_odd_id_is_simply_not_there(desk: Desk, odd: str) -> None:
    for path in (f"/desk/cases/{odd}", f"/desk/cases/{odd}/events"):
        assert desk.get(path).status_code == 404


def test_a_session_that_ran_out_leads_back_to_where_one_was(
    desk: Desk, house: Ports, bot: ScriptedBot, anna: Joined
) -> None:
    case = tell(house, bot, "a story")
    desk.client.set_cookie("d", "run-out")
    desk.get(f"/desk/cases/{case.id}")
    assert desk.hidden("/desk/login")["next"] == f"/desk/cases/{case.id}"
