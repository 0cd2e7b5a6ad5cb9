"""The JSON API for reporters, each real answer held against the document that describes it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from escalation.intake import MAX_MESSAGE_CHARS
from tests.fakes import ScriptedBot
from tests.web.contract import Contract


class Api:
    """One reporter at the API. Every answer is checked against the document before it is handed on."""

    def __init__(self, client: FlaskClient, contract: Contract) -> None:
        self.client, self.contract = client, contract
        self.id = self.token = ""

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = None,
        **headers: str,
    ) -> tuple[int, Any]:
        given = self.token if token is None else token
        if given:
            headers["Authorization"] = f"Bearer {given}"
        answer: TestResponse = self.client.open(
            f"/api/v1{path}", method=method, json=body, headers=headers
        )
        self.contract.check(method, f"/api/v1{path}", answer)
        return answer.status_code, answer.json

    def begin(self, language: str | None = "en") -> dict[str, Any]:
        status, opened = self.call("POST", "/conversations", {"language": language})
        assert status == 201
        self.id, self.token = opened["id"], opened["token"]
        return dict(opened)

    def send(self, **message: object) -> tuple[int, Any]:
        return self.call("POST", f"/conversations/{self.id}/messages", message)

    def read(self, query: str = "") -> Any:
        status, view = self.call("GET", f"/conversations/{self.id}{query}")
        assert status == 200
        return view


@pytest.fixture
def api(app: Flask) -> Api:
    client = app.test_client()
    return Api(client, Contract(client.get("/api/v1/openapi.json").json))


@pytest.fixture
def talk(api: Api) -> Api:
    api.begin()
    return api


def test_opening_gives_a_token_and_the_first_lines(api: Api) -> None:
    opened = api.begin("en")
    assert opened["floor"] == "bot"
    assert opened["language"] == "en"
    assert opened["hidden"] is False
    last = opened["turns"][-1]
    assert last["author"] == "bot"
    assert last["say"] == "utter_ask_safe_now"
    assert last["asks"] == "safe_now"
    assert last["choices"] == [
        {"id": "safe_now:yes", "label": "Yes"},
        {"id": "safe_now:no", "label": "No"},
    ]


def test_with_no_language_the_browsers_own_is_a_hint(api: Api) -> None:
    _, opened = api.call("POST", "/conversations", {"language": None}, **{"Accept-Language": "pl"})
    assert opened["language"] == "pl"
    status, _ = api.call("POST", "/conversations", {})
    assert status == 201


def test_sending_returns_the_turns_that_answer(talk: Api) -> None:
    status, view = talk.send(text="Three girls in room 212")
    assert status == 200
    assert [turn["author"] for turn in view["turns"]] == ["bot", "bot"]
    assert view["turns"][-1]["asks"] == "minors"
    assert [turn["author"] for turn in talk.read()["turns"]] == ["bot"] * 2 + ["reporter"] + [
        "bot"
    ] * 2


def test_a_choice_is_sent_by_its_id(talk: Api) -> None:
    status, _ = talk.send(choice="safe_now:yes")
    assert status == 200
    own = talk.read("?after=2")["turns"][0]
    assert (own["author"], own["text"]) == ("reporter", "Yes")


def test_the_same_client_id_gets_the_same_answer(talk: Api) -> None:
    first = talk.send(text="only once", client_id="a-1")
    again = talk.send(text="only once", client_id="a-1")
    assert first == again
    assert len(talk.read()["turns"]) == 5


def test_a_summary_comes_as_text_and_as_rows(talk: Api) -> None:
    _, view = talk.send(text="summary")
    turn = view["turns"][-1]
    assert turn["rows"][0] == {"label": "Where", "value": "Hotel"}
    assert turn["text"] == "This is what we understood.\nWhere: Hotel\nOwn words: <b>room 212</b>"


def test_the_receipt_comes_with_sending_and_opens_the_conversation_again(talk: Api) -> None:
    talk.send(text="summary")
    _, sent = talk.send(choice="send:yes")
    assert re.fullmatch(r"\d{16}", sent["receipt"])
    status, opened = talk.call("POST", "/receipts", {"receipt": sent["receipt"]}, token="")
    assert status == 200
    assert opened["id"] == talk.id
    assert opened["token"] != talk.token
    assert len(opened["turns"]) == len(talk.read()["turns"])


def test_reading_can_begin_after_a_turn(talk: Api) -> None:
    assert [turn["id"] for turn in talk.read("?after=1")["turns"]] == [2]
    status, problem = talk.call("GET", f"/conversations/{talk.id}?after=x")
    assert (status, problem["code"]) == (400, "bad_request")


def test_the_language_can_be_changed(talk: Api) -> None:
    path = f"/conversations/{talk.id}/language"
    status, view = talk.call("PUT", path, {"language": "pl"})
    assert (status, view["language"]) == (200, "pl")
    for wrong in ("xx", None):
        status, problem = talk.call("PUT", path, {"language": wrong})
        assert (status, problem["code"]) == (422, "unknown_language")


def test_hiding_is_said_and_ends_with_resume(talk: Api) -> None:
    _, view = talk.send(text="please hide")
    assert view["hidden"] is True
    _, view = talk.send(choice="resume")
    assert view["hidden"] is False


def test_erasing_says_what_it_means(talk: Api) -> None:
    status, erased = talk.call("DELETE", f"/conversations/{talk.id}")
    assert status == 200
    assert erased["erased"] is True
    assert "still knows what was said" in erased["meaning"]
    status, problem = talk.call("GET", f"/conversations/{talk.id}")
    assert (status, problem["code"]) == (404, "conversation_not_found")


def test_erasing_by_word_is_answered(talk: Api) -> None:
    status, view = talk.send(text="please erase")
    assert (status, view["floor"]) == (200, "closed")
    assert view["turns"][0]["say"] == "system_erased"


def test_with_the_bot_away_the_message_is_kept(talk: Api, bot: ScriptedBot) -> None:
    bot.up = False
    status, view = talk.send(text="is anybody there")
    assert status == 200
    assert view["floor"] == "waiting"
    assert view["turns"][-1]["say"] == "system_bot_unavailable"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": ""}, 422, "empty_message"),
        ({"text": " \n\t"}, 422, "empty_message"),
        ({"text": "\x00\x1f"}, 422, "empty_message"),
        ({"text": "x" * (MAX_MESSAGE_CHARS + 1)}, 413, "message_too_long"),
        ({"text": "x" * 4_100_000}, 413, "body_too_large"),
        ({"choice": "minors:yes"}, 409, "choice_not_offered"),
        ({"choice": ""}, 409, "choice_not_offered"),
        ({}, 400, "bad_request"),
        ({"text": None}, 400, "bad_request"),
        ({"text": 7}, 400, "bad_request"),
        ({"text": ["a"]}, 400, "bad_request"),
        ({"text": {"$ne": 1}}, 400, "bad_request"),
        ({"text": "a", "choice": "safe_now:yes"}, 400, "bad_request"),
        ({"text": "a", "client_id": 1}, 400, "bad_request"),
        ({"text": "a", "client_id": ""}, 400, "bad_request"),
        ({"text": "a", "client_id": "x" * 65}, 400, "bad_request"),
        ([], 400, "bad_request"),
        ("text", 400, "bad_request"),
        (None, 400, "bad_request"),
    ],
)
def test_bad_messages_change_nothing(talk: Api, body: object, status: int, code: str) -> None:
    answered, problem = talk.call("POST", f"/conversations/{talk.id}/messages", body)
    assert (answered, problem["code"], problem["status"]) == (status, code, status)
    assert len(talk.read()["turns"]) == 2


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"{", "application/json"),
        (b'{"text": "\xff\xfe"}', "application/json"),
        (b"text=hello", "application/x-www-form-urlencoded"),
        (b'{"text": "hello"}', "text/plain"),
        (b"[" * 20_000, "application/json"),
    ],
)
def test_bodies_that_are_not_json_change_nothing(talk: Api, data: bytes, content_type: str) -> None:
    headers = {"Authorization": f"Bearer {talk.token}"}
    path = f"/api/v1/conversations/{talk.id}/messages"
    answer = talk.client.post(path, data=data, content_type=content_type, headers=headers)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "bad_request"
    assert len(talk.read()["turns"]) == 2


@pytest.mark.parametrize(
    "words",
    [
        "{{7*7}}",
        "<script>alert(1)</script>",
        "{slot}",
        "/restart",
        "😀",
        "%s",
        "x" * MAX_MESSAGE_CHARS,
    ],
)
def test_odd_words_come_back_as_they_were_typed(talk: Api, words: str) -> None:
    assert talk.send(text=words)[0] == 200
    assert talk.read("?after=2")["turns"][0]["text"] == words


def test_half_a_letter_does_no_harm(talk: Api) -> None:
    path = f"/api/v1/conversations/{talk.id}/messages"
    headers = {"Authorization": f"Bearer {talk.token}"}
    answer = talk.client.post(
        path, data=rb'{"text": "a\ud800b"}', content_type="application/json", headers=headers
    )
    assert answer.status_code == 200
    assert talk.read("?after=2")["turns"][0]["text"] == "a?b"


@pytest.mark.parametrize("token", ["", "wrong", "é", "x" * 5000])
def test_a_wrong_token_opens_nothing(talk: Api, token: str) -> None:
    for method, path, body in [
        ("GET", "", None),
        ("GET", "/events", None),
        ("DELETE", "", None),
        ("POST", "/messages", {"text": "a"}),
        ("PUT", "/language", {"language": "pl"}),
    ]:
        answer = talk.client.open(
            f"/api/v1/conversations/{talk.id}{path}",
            method=method,
            json=body,
            environ_overrides={"HTTP_AUTHORIZATION": f"Bearer {token}"},
        )
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert len(talk.read()["turns"]) == 2


def test_another_conversations_token_opens_nothing(app: Flask, talk: Api) -> None:
    other = Api(app.test_client(), talk.contract)
    other.begin()
    status, problem = talk.call("GET", f"/conversations/{talk.id}", token=other.token)
    assert (status, problem["code"]) == (401, "wrong_token")


@pytest.mark.parametrize("conversation_id", ["ffff", "0" * 32, "a%00b", "é", "x" * 3000])
def test_an_unknown_conversation_is_not_found(talk: Api, conversation_id: str) -> None:
    status, problem = talk.call("GET", f"/conversations/{conversation_id}")
    assert (status, problem["code"]) == (404, "conversation_not_found")


@pytest.mark.parametrize("receipt", ["", "1234", "0" * 16, "x" * 10_000])
def test_a_wrong_receipt_is_not_found(api: Api, receipt: str) -> None:
    status, problem = api.call("POST", "/receipts", {"receipt": receipt})
    assert (status, problem["code"]) == (404, "receipt_unknown")


@pytest.mark.parametrize("body", [{}, {"receipt": 1234}, {"receipt": None}, []])
def test_a_receipt_of_another_form_is_refused(api: Api, body: object) -> None:
    status, problem = api.call("POST", "/receipts", body)
    assert (status, problem["code"]) == (400, "bad_request")


@pytest.mark.parametrize("body", [{"language": 1}, {"language": ["pl"]}, []])
def test_a_language_of_another_form_is_refused(api: Api, body: object) -> None:
    status, problem = api.call("POST", "/conversations", body)
    assert (status, problem["code"]) == (400, "bad_request")


def test_an_unknown_language_is_refused(api: Api) -> None:
    status, problem = api.call("POST", "/conversations", {"language": "tlh"})
    assert (status, problem["code"]) == (422, "unknown_language")


def test_problems_name_neither_text_nor_token(talk: Api) -> None:
    _, problem = talk.send(choice="my secret words")
    assert "secret" not in str(problem)
    assert talk.token not in str(problem)


def test_wrong_methods_and_addresses_are_problems_too(api: Api) -> None:
    for method, path, status, code in [
        ("PATCH", "/conversations", 405, "method_not_allowed"),
        ("GET", "/nope", 404, "not_found"),
    ]:
        answer = api.client.open(f"/api/v1{path}", method=method, json={})
        assert answer.status_code == status
        assert answer.content_type == "application/problem+json"
        assert answer.json is not None
        assert answer.json["code"] == code
