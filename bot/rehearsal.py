"""Plays a written conversation to the end, with the trained model and the real actions but without servers.

Whoever writes such a conversation says what a person answers when a field is asked for; which questions come, and in
which order, is up to the bot.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from .actions.base import TopicAction
from .actions.control import ActionChangeLanguage, ActionRequestHuman, ActionStopAndDelete
from .actions.questionnaire import OPENING
from .actions.report import ActionClarify, ActionFollowUp, ActionIntake
from .actions.rights import ActionAnswerRights
from .actions.safety import ActionCannotTalkSafely, ActionEmergency
from .actions.service import ActionAnswerService
from .actions.smalltalk import ActionGoodbye, ActionGreet, ActionOutOfScope, ActionThank
from .choices import parse_choice
from .components.nlg import TemplateAndArguments
from .intents import TOPICS

MOST_TURNS = 60
_ENOUGH = {"own_words_more": "done:own_words"}
_OTHERWISE = {
    "safe_now": "safe_now:yes",
    "purpose": "purpose:report",
    "share_with": "share_with:decide_later",
    "contact": "contact:none",
}
"""What is pressed where the conversation says nothing and "I do not know" is not offered."""

ACTIONS: Mapping[str, TopicAction] = {
    "greet": ActionGreet(),
    "goodbye": ActionGoodbye(),
    "thank": ActionThank(),
    "out_of_scope": ActionOutOfScope(),
    "nlu_fallback": ActionClarify(),
    "follow_up": ActionFollowUp(),
    "emergency": ActionEmergency(),
    "cannot_talk_safely": ActionCannotTalkSafely(),
    "request_human": ActionRequestHuman(),
    "change_language": ActionChangeLanguage(),
    "stop_and_delete": ActionStopAndDelete(),
    **dict.fromkeys(TOPICS["rights"], ActionAnswerRights()),
    **dict.fromkeys(TOPICS["service"], ActionAnswerService()),
}
INTAKE = ActionIntake()

Parse = Callable[[str, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
"""Text and metadata in, what the model makes of them out (intent, language)."""


class Rehearsal:
    """One conversation. ``fields`` is what was recorded; ``questions`` how many were asked.

    ``unsaid``: fields about which the person had something to say and was not asked.
    """

    def __init__(self, texts: TemplateAndArguments, parse: Parse, language: str) -> None:
        """``texts`` make the lines, ``parse`` understands, ``language`` is the conversation's, chosen by the person."""
        self._texts, self._parse, self._language = texts, parse, language
        self._slots: dict[str, Any] = {}
        self._lines: list[Mapping[str, Any]] = []
        self.fields: dict[str, Any] = {}
        self.questions = 0
        self.unsaid: set[str] = set()

    async def play(self, script: Mapping[str, Any]) -> None:
        """Answer as ``script`` says until the summary is shown or nothing is asked any more.

        Whose opening already was the story goes on with the own words as soon as the opening questions are over.
        """
        says, digressions = dict(script.get("says") or {}), dict(script.get("digressions") or {})
        await self._press("start")
        if script.get("opening"):
            await self._type(str(script["opening"]))
        for _ in range(MOST_TURNS):
            pending = self._slots.get("pending")
            self.unsaid = set(says)
            if pending in (None, "send"):
                return
            if pending not in OPENING and "own_words" in says:
                await self._type(str(says.pop("own_words")))
                continue
            if pending in digressions:
                await self._type(str(digressions.pop(pending)))
            elif pending in says:
                await self._type(str(says.pop(pending)))
            else:
                await self._press(self._way_on(pending, script.get("told") or {}))

    def _way_on(self, pending: str, told: Mapping[str, Any]) -> str:
        """Confirm consent that was given in words; else say that it is not known, or skip it."""
        if pending == "share_with" and told.get("share_with") == "care_and_police":
            return "share_with:care_and_police"
        offered = [choice["id"] for line in self._lines for choice in line["choices"]]
        known = [f"unknown:{pending}", f"skip:{pending}", f"done:{pending}"]
        known += [_OTHERWISE.get(pending, ""), "resume"]
        return next(choice for choice in known if choice in offered or choice == "resume")

    async def _press(self, choice: str) -> None:
        metadata = self._metadata(choice)
        intent = {"name": parse_choice(choice).intent, "confidence": 1.0}
        self._turn({"text": "", "intent": intent, "metadata": metadata})

    async def _type(self, text: str) -> None:
        metadata = self._metadata(None)
        parsed = await self._parse(text, metadata)
        self._turn({**parsed, "text": text, "metadata": metadata})

    def _metadata(self, choice: str | None) -> dict[str, Any]:
        offering = [line["choices"] for line in self._lines if line["choices"]]
        return {
            "choice": choice,
            "language": self._language,
            "language_chosen": True,
            "channel": "web",
            "level": "normal",
            "asks": self._slots.get("pending"),
            "purpose": self._slots.get("purpose"),
            "in_danger": self._slots.get("danger") is not None,
            "offered": [choice["id"] for choice in offering[-1]] if offering else [],
        }

    def _turn(self, message: Mapping[str, Any]) -> None:
        tracker = Tracker(
            "c", dict(self._slots), dict(message), [], False, None, {}, "action_listen"
        )
        dispatcher = CollectingDispatcher()
        action = ACTIONS.get(message["intent"]["name"], INTAKE)
        for event in action.run(dispatcher, tracker, {}):
            self._slots[event["name"]] = event["value"]
        made = (self._texts.line(said["response"], **said) for said in dispatcher.messages)
        self._lines = [line["custom"] for line in made if line is not None]
        for line in self._lines:
            self.fields.update((line["effect"] or {}).get("record", {}))
        self.questions += any(line["asks"] for line in self._lines)
