"""The screeners' JSON API: every answer is held against the document that describes it."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from escalation import conversation
from escalation.desk.invitations import invite
from escalation.ports import Ports
from tests.builders import PASSWORD, Joined
from tests.desk.conftest import join_in
from tests.desk.desk import reply, tell
from tests.fakes import ScriptedBot, saying
from tests.web.contract import Contract

DESK = "/api/v1/desk"


class Machine:
    """A client of the API that checks every answer against the contract."""

    def __init__(self, app: Flask, token: str = "") -> None:
        self.client = app.test_client()
        self.contract = Contract(self.client.get("/api/v1/openapi.json").json)
        self.token = token

    def call(self, method: str, path: str, body: object = None) -> TestResponse:
        """Send a request and check that the document describes the answer."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = self.client.open(DESK + path, method=method, json=body, headers=headers)
        if answer.status_code != 204:
            self.contract.check(method, DESK + path, answer)
        return answer

    def code(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        """Send a request that is refused; return status and code."""
        answer = self.call(method, path, body)
        assert answer.json is not None
        return answer.status_code, answer.json["code"]

    def events(self, path: str) -> list[tuple[str, Any]]:
        """Follow a stream to its end; return name and data of its events, each as described."""
        headers = {"Authorization": f"Bearer {self.token}"}
        text = self.client.get(DESK + path, headers=headers).get_data(as_text=True)
        found = re.findall(r"^event: (\w+)\nid: \d+\ndata: (.*)\n\n", text, re.M)
        return [(name, json.loads(data)) for name, data in found]


@pytest.fixture
def machine(app: Flask, anna: Joined) -> Machine:
    return Machine(app, anna.session_token)


@pytest.fixture
def bobs(app: Flask, bob: Joined) -> Machine:
    return Machine(app, bob.session_token)


def test_joining_logging_in_and_out(app: Flask, house: Ports, anna: Joined) -> None:
    key = anna.screener.need_desk_key()
    token = invite(house, name="Cleo", desk_private_key=key)
    cleo = Machine(app)
    assert cleo.code("POST", f"/invitations/{token}", {"password": "short"}) == (
        422,
        "password_too_weak",
    )
    joined = cleo.call("POST", f"/invitations/{token}", {"password": PASSWORD}).json
    assert joined is not None
    assert joined["name"] == "Cleo"
    assert joined["has_access"]
    assert cleo.code("POST", f"/invitations/{token}", {"password": PASSWORD}) == (
        404,
        "invitation_invalid",
    )
    code = pyotp.TOTP(joined["totp_secret"]).at(int(time.time()))
    log_in = {"name": "Cleo", "password": PASSWORD, "totp": code}
    opened = cleo.call("POST", "/session", log_in).json
    assert opened is not None
    assert cleo.code("POST", "/session", log_in) == (401, "login_failed")
    cleo.token = opened["token"]
    assert cleo.call("GET", "/cases").status_code == 200
    assert cleo.call("DELETE", "/session").status_code == 204
    assert cleo.code("GET", "/cases") == (401, "session_expired")


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"name": "Anna", "password": PASSWORD},
        {"name": 1, "password": 2, "totp": 3},
        {"name": None, "password": PASSWORD, "totp": "000000"},
    ],
)
def test_an_odd_log_in_is_refused(app: Flask, body: object) -> None:
    assert Machine(app).code("POST", "/session", body) == (400, "bad_request")


def test_the_queue_comes_in_order_and_by_state(
    machine: Machine, house: Ports, bot: ScriptedBot
) -> None:
    calm = tell(house, bot, "the pay is late")
    acute = tell(house, bot, "come", can_leave="no", happening="now")
    machine.call("POST", f"/cases/{calm.id}/take")

    def listed(state: str) -> list[str]:
        answer = machine.call("GET", f"/cases{state}").json
        assert answer is not None
        return [row["id"] for row in answer["cases"]]

    assert listed("") == [acute.id, calm.id]
    assert listed("?state=waiting") == [acute.id]
    assert listed("?state=mine") == [calm.id]
    assert listed("?state=closed") == []
    assert machine.code("GET", "/cases?state=nonsense") == (400, "bad_request")


def test_a_case_comes_whole(machine: Machine, house: Ports, bot: ScriptedBot) -> None:
    told = tell(house, bot, "a story", can_leave="no", indicators=["G1"], hours_per_week=70)
    case = machine.call("GET", f"/cases/{told.id}").json
    assert case is not None
    assert case["fields"] == {"indicators": ["G1"], "can_leave": "no", "hours_per_week": 70}
    (flag,) = case["flags"]
    assert (flag["flag"], flag["source"], flag["evidence"]) == (
        "confined",
        "answer",
        "can_leave=no",
    )
    assert [turn["author"] for turn in case["turns"]] == ["bot", "reporter", "bot", "system"]
    assert case["readers"] == ["care"]
    assert not case["may_write"]
    later = machine.call("GET", f"/cases/{told.id}?after=2").json
    assert later is not None
    assert [turn["id"] for turn in later["turns"]] == [3, 4]


def test_who_was_first_is_named(
    machine: Machine, bobs: Machine, house: Ports, bot: ScriptedBot
) -> None:
    told = tell(house, bot, "a story")
    taken = machine.call("POST", f"/cases/{told.id}/take").json
    assert taken is not None
    assert (taken["floor"], taken["owner"]) == ("screener", "Anna")
    late = bobs.call("POST", f"/cases/{told.id}/take")
    assert late.status_code == 409
    assert late.json is not None
    assert (late.json["code"], late.json["owner"]) == ("already_taken", "Anna")
    assert late.json["detail"] == "Anna has the case. You can read along."


def test_a_message_is_stored_once_and_reaches_the_person(
    machine: Machine, house: Ports, bot: ScriptedBot
) -> None:
    told = tell(house, bot, "a story")
    machine.call("POST", f"/cases/{told.id}/take")
    body = {"text": "How are you?", "client_id": "one"}
    sent = [machine.call("POST", f"/cases/{told.id}/messages", body).json for _ in range(2)]
    assert sent[0] == sent[1]
    turns = conversation.view(house, conversation_id=told.id, token=told.token).turns
    assert [turn.text for turn in turns].count("How are you?") == 1


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({}, (400, "bad_request")),
        ({"text": 1}, (400, "bad_request")),
        ({"text": "x", "client_id": ""}, (400, "bad_request")),
        ({"text": "x", "client_id": "x" * 65}, (400, "bad_request")),
        ({"text": " \n"}, (422, "empty_message")),
        ({"text": "x" * 100_001}, (413, "message_too_long")),
    ],
)
def test_an_odd_message_is_refused(
    machine: Machine, house: Ports, bot: ScriptedBot, body: object, answer: tuple[int, str]
) -> None:
    told = tell(house, bot, "a story")
    machine.call("POST", f"/cases/{told.id}/take")
    assert machine.code("POST", f"/cases/{told.id}/messages", body) == answer


def test_handing_back_and_closing(machine: Machine, house: Ports, bot: ScriptedBot) -> None:
    told = tell(house, bot, "a story")
    path = f"/cases/{told.id}"
    assert machine.code("POST", f"{path}/release", {"to": "waiting"}) == (403, "not_owner")
    assert machine.code("POST", f"{path}/close") == (403, "not_owner")
    machine.call("POST", f"{path}/take")
    assert machine.code("POST", f"{path}/release", {"to": "moon"}) == (400, "bad_request")
    bot.script = lambda turn: [saying("Where were we?")]
    for to in ("bot", "waiting"):
        released = machine.call("POST", f"{path}/release", {"to": to}).json
        assert released is not None
        assert (released["floor"], released["owner"]) == (to, None)
        machine.call("POST", f"{path}/take")
    closed = machine.call("POST", f"{path}/close").json
    assert closed is not None
    assert closed["floor"] == "closed"
    assert machine.code("POST", f"{path}/messages", {"text": "x"}) == (403, "not_owner")


def test_what_is_not_there_or_not_shared_is_refused(
    machine: Machine, app: Flask, house: Ports, bot: ScriptedBot
) -> None:
    told = tell(house, bot, "only for care", share_with="care_only")
    officer = Machine(app, join_in(house, "Officer", side="police").session_token)
    assert officer.code("GET", f"/cases/{told.id}") == (403, "no_access")
    assert machine.code("GET", f"/cases/{'0' * 32}") == (404, "case_not_found")
    assert machine.code("GET", f"/cases/{told.id}?after=x") == (400, "bad_request")


def test_problems_speak_the_screeners_language(app: Flask, house: Ports, anna: Joined) -> None:
    daan = join_in(house, "Daan", language="nl", by=anna.screener)
    headers = {"Authorization": f"Bearer {daan.session_token}", "Accept-Language": "pl"}
    with app.test_request_context(f"{DESK}/cases", headers=headers):
        app.preprocess_request()
        from web.i18n import current_locale

        assert current_locale() == "nl"


def test_events_of_a_case_bring_turns_and_the_rest_when_it_changes(
    machine: Machine, house: Ports, bot: ScriptedBot
) -> None:
    told = tell(house, bot, "a story")
    machine.call("POST", f"/cases/{told.id}/take")
    reply(house, told, "line one\u2028line two\x85end")
    events = machine.events(f"/cases/{told.id}/events?after=4")
    schemas = {"turn": "Turn", "case": "CaseWithoutTurns"}
    for name, data in events:
        machine.contract.validate({"$ref": f"#/components/schemas/{schemas[name]}"}, data)
    turns = [data for name, data in events if name == "turn"]
    assert [turn["id"] for turn in turns] == [5, 6]
    assert turns[-1]["text"] == "line one\u2028line two\x85end"
    assert [name for name, _ in events].count("case") == 1


def test_events_of_the_queue_bring_it_at_once(
    machine: Machine, house: Ports, bot: ScriptedBot
) -> None:
    told = tell(house, bot, "a story")
    ((name, queue),) = machine.events("/events?state=waiting")
    machine.contract.validate({"$ref": "#/components/schemas/Queue"}, queue)
    assert name == "queue"
    assert [row["id"] for row in queue["cases"]] == [told.id]
