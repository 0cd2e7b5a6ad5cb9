"""One turn as an action sees it: what came in, what is known, and what goes out, all in one place."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.choices import Choice, parse_choice
from escalation.signal import FIELDS, FieldValue, InvalidValueError, clean

from .questionnaire import MULTIPLE, SELF_WORDED, is_about_self

KEPT = "utter_added"
GUARD = "\u2060"

WORDINGS = 3
"""A question has two texts of its own and, asked once more, a third: nobody hears the same words three times."""

ASKED_KEPT = 60
"""How many of the latest questions are remembered, so that a long conversation costs no more than a short one."""

_SURE_LANGUAGE = 0.8

Asked = dict[str, Any]


class Turn:
    """What an action works with. Lines are kept until ``finish``, so that an action that fails says nothing by half."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        message = tracker.latest_message or {}
        metadata = message.get("metadata") or {}
        choice_id = metadata.get("choice")
        self.choice: Choice | None = parse_choice(choice_id) if choice_id else None
        self.text: str = (
            "" if choice_id else (message.get("text") or "").removeprefix(GUARD).strip()
        )
        self.intent: str = (message.get("intent") or {}).get("name") or ""
        self.confidence: float = float((message.get("intent") or {}).get("confidence") or 0.0)
        self.level: str = metadata.get("level") or "normal"
        self.flags: tuple[str, ...] = tuple(metadata.get("flags") or ())
        self.acute_now: bool = metadata.get("acute_now") is True
        self.channel: str = metadata.get("channel") or "web"
        self.offered: tuple[str, ...] = tuple(metadata.get("offered") or ())
        self.language: str = str(metadata.get("language") or "")
        self.heard: dict[str, Any] | None = (
            None if metadata.get("language_chosen") or choice_id else message.get("language")
        )
        self.languages: tuple[str, ...] = _languages(metadata, message.get("language"))
        self.today: date = datetime.now(timezone.utc).date()
        self.slots: dict[str, Any] = {k: v for k, v in tracker.slots.items() if v is not None}
        self._dispatcher = dispatcher
        self._changed: dict[str, Any] = {}
        self._lines: list[Asked] = []
        self._recorded: dict[str, FieldValue] = {}
        self._effect: dict[str, Any] = {}

    # ---- what is known
    def get(self, name: str) -> Any:
        """Return a slot's value, None when it is not set."""
        return self.slots.get(name)

    def set(self, name: str, value: Any) -> None:
        """Set a slot; None forgets it."""
        self._changed[name] = value
        if value is None:
            self.slots.pop(name, None)
        else:
            self.slots[name] = value

    def has(self, name: str, item: str) -> bool:
        """Return whether a list slot holds ``item``."""
        return item in (self.get(name) or ())

    def add(self, name: str, item: str) -> None:
        """Add ``item`` to a list slot, once."""
        if not self.has(name, item):
            self.set(name, [*(self.get(name) or ()), item])

    def remove(self, name: str, item: str) -> None:
        """Take ``item`` from a list slot."""
        if self.has(name, item):
            self.set(name, [one for one in self.get(name) if one != item] or None)

    # ---- what goes out
    def record(self, field: str, value: Any, *, derived: bool = False) -> bool:
        """Keep a field's value and send it along with this turn. Returns False when the field does not allow it.

        ``derived``: only suggested by own words, so it is still asked for.
        """
        try:
            cleaned = clean(field, value)
        except InvalidValueError:
            return False
        if cleaned == "":
            return False
        self.set(field, cleaned)
        self._recorded[field] = cleaned
        (self.add if derived else self.remove)("derived", field)
        return True

    def want(self, **effect: Any) -> None:
        """Ask the caller to do something: submit, handoff, language, erase, hide, receipt."""
        self._effect.update(effect)

    def say(self, utterance: str, **wishes: Any) -> None:
        """Say an utterance. ``wishes``: args, choices, only, leave_out, asks, multiple, variant, worded."""
        self._lines.append({"response": utterance, **wishes})

    def say_first(self, *utterances: str) -> None:
        """Say utterances before everything else: what may save a life."""
        self._lines = [{"response": utterance} for utterance in utterances] + self._lines

    def say_before(self, utterance: str, **wishes: Any) -> None:
        """Say an utterance before everything else."""
        self._lines.insert(0, {"response": utterance, **wishes})

    def offer(self, *choices: dict[str, str]) -> None:
        """Add choices to the last line that is said."""
        if self._lines:
            last = self._lines[-1]
            last["choices"] = (*last.get("choices", ()), *choices)

    def say_for_channel(self, utterance: str) -> None:
        """Say an utterance in the wording that fits the channel."""
        self.say(f"{utterance}_sms" if self.channel == "sms" else utterance)

    def say_once(self, utterance: str) -> bool:
        """Say an utterance unless it was said before in this conversation. Returns whether it was said."""
        if self.has("advised", utterance):
            return False
        self.add("advised", utterance)
        self.say(utterance)
        return True

    def ask(self, field: str, **wishes: Any) -> None:
        """Ask for a field, in other words when it was asked before, and remember that it is pending."""
        self_worded = field in SELF_WORDED and is_about_self(self.slots)
        utterance = f"utter_ask_{field}_self" if self_worded else f"utter_ask_{field}"
        self.ask_with(utterance, field, **wishes)

    def ask_with(self, utterance: str, field: str, **wishes: Any) -> None:
        """Ask for a field, or for an answer of the conversation itself, with an utterance of its own."""
        asks = field if field in FIELDS else None
        times = (self.get("asked") or []).count(utterance) % WORDINGS
        if asks and times == WORDINGS - 1:
            wishes["worded"] = "utter_ask_again"
            wishes["args"] = {**wishes.get("args", {}), "what": {"kind": "label", "field": field}}
        self.say(utterance, asks=asks, multiple=field in MULTIPLE, variant=min(times, 1), **wishes)
        self.set("asked", [*(self.get("asked") or ()), utterance][-ASKED_KEPT:])
        self.set("pending", field)

    def finish(self) -> list[EventType]:
        """Hand the lines to the dispatcher and return the slots that changed. Effects ride on the first line.

        An effect needs a line to ride on, and nobody should be left without an answer.
        """
        effect = dict(self._effect)
        if self._recorded:
            effect["record"] = self._recorded
        if effect and not self._lines:
            self.say(KEPT)
        for line in self._lines:
            self._dispatcher.utter_message(effect=effect or None, **line)
            effect = {}
        return [SlotSet(name, value) for name, value in self._changed.items()]


def _languages(metadata: dict[str, Any], heard: dict[str, Any] | None) -> tuple[str, ...]:
    """The languages to read an answer in, likeliest first."""
    own = str(metadata.get("language") or "")
    if metadata.get("language_chosen") or not heard:
        return (own,)
    language = str(heard.get("language") or "")
    likely = float(heard.get("confidence") or 0) >= _SURE_LANGUAGE
    return (language, own) if likely else (own, language)
