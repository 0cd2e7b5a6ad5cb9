"""Decides, last in the pipeline, whether a text answers the question that was asked or is something else.

What is certain about a conversation (what was asked, whether it is urgent) weighs more than what a classifier
believes about one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.actions.answers import Question, read_answer, yes_or_no
from bot.intents import FALLBACK, INFORM, TOPICS
from bot.wording import fold, words_of
from escalation.signal import FIELDS

ASKS_SOMETHING = frozenset((*TOPICS["rights"], *TOPICS["service"]))
TAKES_CHARGE = frozenset((*TOPICS["safety"], *TOPICS["control"]))
STORIES = frozenset({"report_concern", "report_own_situation"})
CHAT = frozenset({"greet", "goodbye", "thank", "out_of_scope"})

_PENDING_INTENTS = {"danger_now": "emergency", "erase": "stop_and_delete"}
_NOT_OVERRULED_BY_DANGER = frozenset({"cannot_talk_safely", "stop_and_delete", "change_language"})
_SHORT_WORDS = 3


@dataclass(frozen=True)
class Limits:
    """From which confidence on something is believed; the last four only while a question is open.

    ``charge``: danger, a person, another language, stopping. ``question``: with a question mark; ``statement``:
    a question without one. ``chat``: greetings, thanks and what this is not for.
    """

    fallback: float = 0.2
    charge: float = 0.5
    question: float = 0.4
    statement: float = 0.8
    chat: float = 0.8


@dataclass(frozen=True)
class Heard:
    """One text with what the classifier thinks of it and what the conversation knows."""

    text: str
    intent: str
    confidence: float
    asks: str | None
    offered: tuple[str, ...]
    languages: tuple[str, ...]
    acute: bool
    by_sms: bool

    @property
    def words(self) -> int:
        """How many words the text has."""
        return len(words_of(fold(self.text)))

    @property
    def is_question(self) -> bool:
        """Whether it has a question mark."""
        return "?" in self.text or "؟" in self.text


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class PendingQuestion(GraphComponent):
    """Replaces the intent of a message by the one that fits the conversation. The ranking stays as it was."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The limits, see ``Limits``."""
        return dict(vars(Limits()))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PendingQuestion:
        """Build the component from its limits."""
        names = set(vars(Limits()))
        return cls(Limits(**{name: value for name, value in config.items() if name in names}))

    def process(self, messages: list[Message]) -> list[Message]:
        """Decide for each message."""
        for message in messages:
            heard = _heard(message)
            intent = decide(heard, self._limits)
            if intent != heard.intent:
                found = {"name": intent, "confidence": heard.confidence}
                message.set("intent", found, add_to_output=True)
        return messages


def decide(heard: Heard, limits: Limits) -> str:
    """Return the intent that a text has in its conversation."""
    if heard.acute and heard.intent not in _NOT_OVERRULED_BY_DANGER:
        return "emergency"
    if heard.asks in _PENDING_INTENTS:
        said = yes_or_no(heard.text, heard.languages)
        if said is not None and (said or heard.asks == "erase"):
            return _PENDING_INTENTS[heard.asks]
    if heard.asks is None or heard.asks in _PENDING_INTENTS:
        return heard.intent if heard.confidence >= limits.fallback else FALLBACK
    if heard.asks in FIELDS and FIELDS[heard.asks].kind in ("text", "number"):
        return _in_open_question(heard, limits)
    return _in_closed_question(heard, limits)


def _in_open_question(heard: Heard, limits: Limits) -> str:
    """Nearly everything answers an open question; only what is clearly something else does not."""
    if heard.asks == "own_words" and heard.intent in STORIES:
        return heard.intent
    chats = heard.intent in CHAT and heard.words <= _SHORT_WORDS and heard.asks == "own_words"
    return (
        heard.intent
        if _is_digression(heard, limits) and (chats or heard.intent not in CHAT)
        else INFORM
    )


def _in_closed_question(heard: Heard, limits: Limits) -> str:
    """An answer that can be read wins, unless the text is clearly something else and only mentions one."""
    answer = _read(heard)
    if answer is not None and (
        answer.whole or not (heard.is_question or heard.intent in TAKES_CHARGE)
    ):
        return INFORM
    if heard.intent in STORIES:
        return heard.intent if heard.asks in ("safe_now", "purpose") else INFORM
    return heard.intent if _is_digression(heard, limits) else INFORM


def _is_digression(heard: Heard, limits: Limits) -> bool:
    """Return whether a text is surely about something else than the question that is open."""
    if heard.intent in TAKES_CHARGE:
        return heard.confidence >= limits.charge
    if heard.intent in ASKS_SOMETHING or heard.intent == "follow_up":
        asked = heard.is_question and heard.confidence >= limits.question
        return asked or (heard.words >= _SHORT_WORDS and heard.confidence >= limits.statement)
    return heard.intent in CHAT and heard.confidence >= limits.chat


def _read(heard: Heard) -> Any:
    if heard.asks is None or (heard.asks not in FIELDS and heard.asks != "send"):
        return None
    question = Question(heard.asks, heard.offered, heard.by_sms)
    return read_answer(heard.text, question, heard.languages, datetime.now(timezone.utc).date())


def _heard(message: Message) -> Heard:
    metadata: Mapping[str, Any] = message.get("metadata") or {}
    intent: Mapping[str, Any] = message.get("intent") or {}
    return Heard(
        text=message.get(TEXT) or "",
        intent=str(intent.get("name") or FALLBACK),
        confidence=float(intent.get("confidence") or 0.0),
        asks=metadata.get("asks"),
        offered=tuple(metadata.get("offered") or ()),
        languages=_languages(metadata, message.get("language")),
        acute=metadata.get("level") == "acute" and not metadata.get("in_danger"),
        by_sms=metadata.get("channel") == "sms",
    )


def _languages(metadata: Mapping[str, Any], heard: Mapping[str, Any] | None) -> Sequence[str]:
    known = (metadata.get("language"), (heard or {}).get("language"))
    return tuple(str(language) for language in known if language)
