"""The tab of what is set aside: piles with their counts, and the way back into the queue."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from escalation import conversation
from escalation.flood import REPEATS_MAX
from escalation.ports import Ports
from tests.builders import Joined
from tests.desk.desk import Desk

DANGER = "help, he has a knife and he is going to kill her now"
ASIDE = "/desk?state=aside"


@pytest.fixture
def flooded(house: Ports) -> list[str]:
    """Twenty that page and three more with the same words."""
    found = []
    for _ in range(REPEATS_MAX + 3):
        opened = conversation.open_conversation(house, language="en", rush=True)
        conversation.receive(house, conversation_id=opened.id, token=opened.token, text=DANGER)
        found.append(opened.id)
    return found


def shown(desk: Desk) -> set[str]:
    return set(re.findall(r'data-case="(\w+)"', desk.page))


def test_the_queue_does_not_show_them_and_the_tab_counts_them(
    desk: Desk, flooded: list[str]
) -> None:
    desk.get("/desk")
    assert shown(desk) == set(flooded[:REPEATS_MAX])
    assert re.search(r'data-count="aside">3<', desk.page)
    desk.get(ASIDE)
    assert shown(desk) == set(flooded[REPEATS_MAX:])
    assert "3 × The same words from very many" in desk.text


def test_one_is_put_back_then_all(desk: Desk, flooded: list[str]) -> None:
    desk.get(ASIDE)
    one = flooded[-1]
    desk.send(f"/desk/cases/{one}/put-back")
    assert shown(desk) == set(flooded[REPEATS_MAX:-1])
    desk.send("/desk/aside")
    assert "Nothing is set aside." in desk.text
    desk.get("/desk")
    assert shown(desk) == set(flooded)


@pytest.mark.parametrize("field", ["reason", "level", "tongue"])
def test_a_pile_that_cannot_be_is_refused(desk: Desk, flooded: list[str], field: str) -> None:
    desk.get(ASIDE)
    desk.send("/desk/aside", **{field: "nonsense"})
    assert desk.status == 400


def test_the_api_shows_and_puts_back(app: Flask, anna: Joined, flooded: list[str]) -> None:
    client, headers = app.test_client(), {"Authorization": f"Bearer {anna.session_token}"}
    listed = client.get("/api/v1/desk/cases?state=aside", headers=headers).json
    assert listed and {row["set_aside"] for row in listed["cases"]} == {"repeated"}
    one = listed["cases"][0]["id"]
    path = f"/api/v1/desk/cases/{one}/put-back"
    answer = client.post(path, headers=headers, json={})
    assert answer.json and answer.json["set_aside"] is None
