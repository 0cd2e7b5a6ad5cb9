"""Talks to the actions themselves, without a server: fast, and with the intent given by the test."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.choices import parse_choice
from bot.components.nlg import TemplateAndArguments
from bot.rehearsal import ACTIONS, INTAKE


class Talk:
    """One conversation. ``lines`` is the last answer; ``fields`` what was recorded so far."""

    def __init__(self, texts: TemplateAndArguments, language: str = "nl", channel: str = "web"):
        self._texts = texts
        self.language, self.channel = language, channel
        self.slots: dict[str, Any] = {}
        self.fields: dict[str, Any] = {}
        self.effects: dict[str, Any] = {}
        self.lines: list[dict[str, Any]] = []

    def type(self, text: str, intent: str = "inform", **more: Any) -> list[str]:
        """Type a text that has this intent; return the names of what was said."""
        return self._turn(intent, text, None, more)

    def press(self, choice: str, **more: Any) -> list[str]:
        """Press a button; return the names of what was said."""
        return self._turn(parse_choice(choice).intent, "", choice, more)

    def has_told(self, **fields: Any) -> Talk:
        """Begin in the middle: what was told before."""
        self.slots.update(fields, advised=["utter_open_computer"])
        return self

    @property
    def asks(self) -> str | None:
        """The field that the last line asks for."""
        return self.lines[-1]["asks"]

    @property
    def offers(self) -> list[str]:
        """The choices of the last line."""
        return [choice["id"] for choice in self.lines[-1]["choices"]]

    @property
    def said(self) -> list[str]:
        """The names of what was said last."""
        return [line["say"] for line in self.lines]

    def _turn(self, intent: str, text: str, choice: str | None, more: dict[str, Any]) -> list[str]:
        metadata = {
            "choice": choice,
            "language": self.language,
            "language_chosen": True,
            "channel": self.channel,
            "level": more.pop("level", "normal"),
            "offered": self.offers if self.lines else [],
        }
        found = {"name": intent, "confidence": more.pop("confidence", 1.0)}
        message = {"text": text, "intent": found, "metadata": metadata}
        tracker = Tracker("c", dict(self.slots), message, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        events = ACTIONS.get(intent, INTAKE).run(dispatcher, tracker, {})
        self.slots.update({event["name"]: event["value"] for event in events})
        self.lines = [self._line(message) for message in dispatcher.messages]
        self.effects = {}
        for line in self.lines:
            self.effects.update(line["effect"] or {})
        self.fields.update(self.effects.get("record", {}))
        return self.said

    def _line(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["custom"]:
            return dict(message["custom"])
        made = self._texts.line(message["response"], **message)
        assert made is not None, f"no such utterance: {message['response']}"
        return dict(made["custom"])
