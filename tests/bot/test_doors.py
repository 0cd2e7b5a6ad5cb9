"""Of Rasa's own interfaces nothing answers: docs/known-vulnerabilities.yml and the threat model stand on this."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

import pytest

from tests.bot.running import Servers, turn_body

SHUT = [
    "GET /version",
    "GET /status",
    "GET /domain",
    "GET /auth",
    "POST /auth",
    "PUT /model",
    "DELETE /model",
    "POST /model/parse",
    "POST /model/predict",
    "POST /model/train",
    "POST /model/test/intents",
    "POST /model/test/stories",
    "GET /conversations/c0ffee/tracker",
    "GET /conversations/c0ffee/story",
    "POST /conversations/c0ffee/execute",
    "POST /conversations/c0ffee/messages",
    "POST /conversations/c0ffee/predict",
    "POST /conversations/c0ffee/trigger_intent",
    "PUT /conversations/c0ffee/tracker/events",
    "POST /webhooks/rest/webhook",
    "POST /webhooks/callback/webhook",
]


def status(servers: Servers, request: str) -> int:
    method, path = request.split()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{servers.port}{path}", data=b"{}", method=method
    )
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("request_", SHUT)
def test_no_interface_of_rasas_own_is_switched_on(servers: Servers, request_: str) -> None:
    assert status(servers, request_) == 404


def test_the_one_way_in_wants_the_secret(servers: Servers) -> None:
    for secret in ("", "x", "a-secret-for-the-test", "a-secret-for-the-testss"):
        assert servers.post(turn_body(None, text="hallo"), secret=secret)[0] == 401


def test_both_programs_listen_on_one_address_alone(servers: Servers) -> None:
    # What listens on every address of the machine also answers here; what listens on 127.0.0.1 alone does not.
    for port in (servers.port, servers.actions_port):
        with socket.socket() as knocking, pytest.raises(ConnectionRefusedError):
            knocking.settimeout(5)
            knocking.connect(("127.0.0.2", port))
