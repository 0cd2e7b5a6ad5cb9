"""Things die at the worst moment: the bot in mid-conversation, the web between receiving and answering."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.e2e.house import House


class Reporter:
    """Somebody at the JSON API who tries again with the same ``client_id`` until there is an answer."""

    def __init__(self, house: House, language: str) -> None:
        self.client = httpx.Client(base_url=f"{house.url}/api/v1", timeout=30, trust_env=False)
        opened = self.client.post("/conversations", json={"language": language})
        body = opened.raise_for_status().json()
        self.id, self.headers = body["id"], {"Authorization": f"Bearer {body['token']}"}

    def send(self, tries: int = 60, **message: str) -> dict[str, Any]:
        """Send until it is answered."""
        body = {"client_id": uuid.uuid4().hex} | message
        for _ in range(tries):
            with suppress(httpx.HTTPError):
                path = f"/conversations/{self.id}/messages"
                answer = self.client.post(path, json=body, headers=self.headers)
                if answer.is_success:
                    return dict(answer.json())
            time.sleep(0.5)
        raise AssertionError("never answered")

    def turns(self) -> list[dict[str, Any]]:
        """Return all turns."""
        path = f"/conversations/{self.id}"
        return list(self.client.get(path, headers=self.headers).raise_for_status().json()["turns"])


@pytest.fixture
def reporter(house: House) -> Iterator[Reporter]:
    """A Polish reporter who has begun."""
    begun = Reporter(house, "pl")
    yield begun
    begun.client.close()


def kill(house: House, mark: str) -> None:
    """Kill -9 every process whose command line holds ``mark``."""
    for pid in house.running(mark):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_with_rasa_killed_the_message_is_queued_and_it_goes_on_when_rasa_is_back(
    house: House, reporter: Reporter
) -> None:
    screener = house.join()
    reporter.send(choice="safe_now:yes")
    kill(house, "rasa run" if house.pids("rasa run") else "bot.serve")
    told = reporter.send(text="w domu obok mieszka dziesiec osob i nikt im nie placi")
    says = [turn["say"] for turn in told["turns"]]
    assert says == ["system_bot_unavailable"]
    assert told["floor"] == "waiting"
    assert "computer" not in told["turns"][0]["text"].lower()  # in the reporter's language
    row = next(row for row in screener.cases() if row["id"] == reporter.id)
    assert "bot_unavailable" in row["flags"]

    for _ in range(120):  # what /health/ready says may be two seconds old
        house.wait_until_ready()
        turns = reporter.turns()
        after = turns[[turn["say"] for turn in turns].index("system_bot_unavailable") + 1 :]
        if after:
            break
        time.sleep(0.5)
    assert [turn["author"] for turn in after if turn["author"] != "bot"] == []
    assert any(turn["asks"] for turn in after)  # the bot has taken the message up and goes on


def test_with_web_killed_between_receiving_and_answering_nothing_is_lost_or_doubled(
    house: House, reporter: Reporter
) -> None:
    texts = [f"wiadomosc numer {number}" for number in range(6)]
    for number, text in enumerate(texts):
        if number == 3:
            with suppress(httpx.HTTPError, AssertionError):
                reporter.client.timeout = httpx.Timeout(0.02)
                reporter.send(tries=1, text=text, client_id=f"c{number}")
            kill(house, "gunicorn")
            reporter.client.timeout = httpx.Timeout(30)
        reporter.send(text=text, client_id=f"c{number}")
    told = [turn["text"] for turn in reporter.turns() if turn["author"] == "reporter"]
    assert told == texts
    ids = [turn["id"] for turn in reporter.turns()]
    assert ids == list(range(1, len(ids) + 1))
