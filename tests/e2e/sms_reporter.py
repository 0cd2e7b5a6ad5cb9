"""A reporter with a telephone: texts what the plan knows, by the number of an answer, and skips the rest."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from escalation.sms.segments import encoding_of, segments_of
from tests.e2e.house import House
from tests.e2e.reporter import MOST_ANSWERS, asked_field
from tests.sms.twilio_server import NUMBER, FakeTwilio, signed_post

ANSWER_WITHIN_SECONDS = 90
PATH = "/sms/twilio"

_TAKEN: set[str] = set()
"""Cases that are somebody's already: a telephone number does not lead to its case."""


@dataclass
class SmsReporter:
    """Somebody who texts. What the desk sees of the case says which answers are open, and under which number."""

    house: House
    twilio: FakeTwilio
    number: str
    plan: Mapping[str, str]
    sent: list[str] = field(default_factory=list)
    case_id: str = ""

    def text(self, words: str) -> None:
        """Send a text, and wait until it is answered."""
        before = self.last_turn() if self.case_id else 0
        self.send(words)
        self.case_id = self.case_id or str(wait_for(self._newest_case))
        wait_for(lambda: self.is_answered(before))

    def send(self, words: str) -> None:
        """Send a text as Twilio delivers it."""
        form = {
            "MessageSid": f"SM{secrets.token_hex(16)}",
            "From": self.number,
            "To": NUMBER,
            "Body": words,
            "NumMedia": "0",
        }
        with httpx.Client(base_url=self.house.url, timeout=30, trust_env=False) as client:
            signed_post(client, self.house.url, PATH, form).raise_for_status()
        self.sent.append(words)

    def is_answered(self, before: int) -> bool:
        """Return whether somebody else has spoken since the last text was stored."""
        turns = self.turns()
        own = [turn["id"] for turn in turns if turn["author"] == "reporter"]
        fresh = own and own[-1] > before
        return bool(fresh and any(t["author"] != "reporter" and t["id"] > own[-1] for t in turns))

    def answer_until_sent(self) -> list[str]:
        """Answer until the report is sent; return the fields that were asked, in order."""
        asked: list[str] = []
        for _ in range(MOST_ANSWERS):
            offered = self.offered()
            if not offered or self.is_submitted():
                return asked
            if "send:yes" in offered:
                self.choose("send:yes", offered)
                return asked
            name = asked_field(offered)
            if name in asked and f"done:{name}" in offered:
                self.choose(f"done:{name}", offered)
                continue
            asked.append(name)
            self._answer(name, offered)
        raise AssertionError(f"never came to sending; was asked {asked}")

    def choose(self, choice_id: str, offered: list[str]) -> None:
        """Text the number of an answer."""
        self.text(str(offered.index(choice_id) + 1))

    def offered(self) -> list[str]:
        """Return the ids of the answers that are open, in the order in which they are numbered."""
        for turn in reversed(self.turns()):
            if turn["author"] in ("reporter", "screener"):
                return []
            if turn["choices"]:
                return [str(choice["id"]) for choice in turn["choices"]]
        return []

    def turns(self) -> list[dict[str, Any]]:
        """Return the case's turns, as the desk reads them."""
        return list(self.house.join().case(self.case_id)["turns"])

    def last_turn(self) -> int:
        """Return the number of the last turn."""
        return max((int(turn["id"]) for turn in self.turns()), default=0)

    def received(self) -> list[str]:
        """Return the messages that came to this telephone, in order."""
        return [one.body for one in list(self.twilio.taken) if one.to == self.number]

    def cost(self) -> str:
        """Return a line with what the conversation cost in segments, each way."""
        out = self.received()
        wide = sum(encoding_of(text) == "UCS-2" for text in out)
        return (
            f"{len(out)} messages to the person ({wide} in UCS-2), {sum(map(segments_of, out))} segments; "
            f"{len(self.sent)} from the person, {sum(map(segments_of, self.sent))} segments"
        )

    def is_submitted(self) -> bool:
        """Return whether the report was sent: a person in danger is not asked whether to."""
        return any(row["id"] == self.case_id for row in self.house.join().cases()) and bool(
            self.house.join().case(self.case_id).get("submitted")
        )

    def _answer(self, name: str, offered: list[str]) -> None:
        wanted = self.plan.get(name)
        if wanted is not None and f"{name}:{wanted}" in offered:
            self.choose(f"{name}:{wanted}", offered)
        elif wanted is not None:
            self.text(wanted)
        else:
            skip = next(one for one in offered if one.startswith(("skip:", "unknown:")))
            self.choose(skip, offered)

    def _newest_case(self) -> str | None:
        with sqlite3.connect(self.house.data / "nietpluis.sqlite3") as database:
            rows = database.execute("SELECT conversation_id FROM sms_threads").fetchall()
        fresh = {str(row[0]) for row in rows} - _TAKEN
        _TAKEN.update(fresh)
        return next(iter(fresh), None)


def wait_for(what: Callable[[], Any]) -> Any:
    """Return what ``what`` returns as soon as it is something."""
    until = time.monotonic() + ANSWER_WITHIN_SECONDS
    while not (found := what()):
        assert time.monotonic() < until, "nothing came in time"
        time.sleep(0.3)
    return found
