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

from bot.actions.answers import Question, plainly_contact_detail, read_answer, yes_or_no
from bot.actions.control import wanted_language
from bot.cues import begins_with, gives, is_little_more_than
from bot.intents import FALLBACK, INFORM, TOPICS
from bot.wording import fold, words_of
from escalation.signal import FIELDS

ASKS_SOMETHING = frozenset((*TOPICS["rights"], *TOPICS["service"]))
TAKES_CHARGE = frozenset((*TOPICS["safety"], *TOPICS["control"]))
STORIES = frozenset({"report_concern", "report_own_situation"})
_CUED_CHAT = frozenset({"greet", "goodbye", "thank"})
CHAT = _CUED_CHAT | {"out_of_scope"}

_PENDING_INTENTS = {"danger_now": "emergency", "erase": "stop_and_delete"}
_NOT_OVERRULED_BY_DANGER = frozenset({"cannot_talk_safely", "stop_and_delete", "change_language"})
_OPENING = ("safe_now", "purpose")
_SHORT_WORDS = 3
_BESIDE_A_CUE = 2
_STORY_WORDS = 15
_CALL_WORDS = {
    "request_human": 12,
    "change_language": 8,
    "stop_and_delete": 6,
    "cannot_talk_safely": 9,
    "emergency": 12,
}
"""A longer text tells something, whatever it mentions."""


@dataclass(frozen=True)
class Limits:
    """From which confidence on something is believed; the next four only while a question is open.

    ``charge``: danger, a person, another language, stopping, all of which need plain words besides. ``question``:
    with a question mark; ``statement``: a question without one. ``chat``: what this is not for. ``opening_chat``:
    a greeting, thanks or a goodbye while nothing is open.
    """

    fallback: float = 0.2
    charge: float = 0.75
    question: float = 0.4
    statement: float = 0.8
    chat: float = 0.8
    opening_chat: float = 0.6


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
    purpose: str | None = None
    next_best: tuple[str, ...] = ()

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
        if said is not None:
            return _PENDING_INTENTS[heard.asks] if said or heard.asks == "erase" else INFORM
    about = _about_the_conversation(heard)
    if about is not None:
        return about
    if heard.asks is None:
        return _with_nothing_open(heard, limits)
    if heard.asks in FIELDS and FIELDS[heard.asks].kind in ("text", "number"):
        return _in_open_question(heard, limits)
    return _in_closed_question(heard, limits)


def _about_the_conversation(heard: Heard) -> str | None:
    """Who is this, what do you mean, why do you ask, and the police too?"""
    if heard.asks and _is_hardly_more("go_back", heard, 1):
        return INFORM
    asked = ("about_the_bot", "explain", "why") if heard.asks else ("about_the_bot",)
    if heard.asks and heard.is_question and _is_hardly_more("pardon", heard, 0):
        return "out_of_scope"
    if any(_is_hardly_more(cue, heard) for cue in asked):
        return "out_of_scope"
    if heard.is_question and _is_hardly_more("police_rule", heard):
        return "ask_anonymity"
    return None


def _with_nothing_open(heard: Heard, limits: Limits) -> str:
    """Amid questions about rights somebody's own case is a question about rights too."""
    if heard.confidence < limits.fallback:
        return FALLBACK
    doubtful = heard.intent in _CUED_CHAT and heard.confidence < limits.opening_chat
    if doubtful and not _gives(heard.intent, heard):
        return FALLBACK
    if heard.purpose == "rights_question" and heard.intent in STORIES:
        if _gives("fines", heard):
            return "ask_rights_contract"
        return next((name for name in heard.next_best if name in TOPICS["rights"]), heard.intent)
    return heard.intent


def _in_open_question(heard: Heard, limits: Limits) -> str:
    """Nearly everything answers an open question; only what is clearly something else does not."""
    if plainly_contact_detail(heard.text):
        return INFORM
    if heard.asks == "own_words":
        if heard.intent in STORIES:
            return heard.intent
        if heard.words > _STORY_WORDS:
            return INFORM
    return heard.intent if _leads_away(heard, limits) else INFORM


def _in_closed_question(heard: Heard, limits: Limits) -> str:
    """An answer that can be read wins, unless the text is clearly something else and only mentions one."""
    if plainly_contact_detail(heard.text):
        return INFORM
    answer = _read(heard)
    away = _leads_away(heard, limits)
    if answer is not None and (answer.whole or not away):
        return INFORM
    if heard.intent in STORIES:
        opening = heard.asks in _OPENING and heard.words >= _SHORT_WORDS
        return heard.intent if opening else INFORM
    return heard.intent if away else INFORM


def _leads_away(heard: Heard, limits: Limits) -> bool:
    """Return whether a text is surely about something else than the question that is open."""
    if heard.intent in TAKES_CHARGE:
        return heard.confidence >= limits.charge and _calls_plainly(heard)
    if heard.intent in ASKS_SOMETHING or heard.intent == "follow_up":
        if heard.is_question and heard.confidence >= limits.question:
            return True
        asks = begins_with("question", heard.text, heard.languages) or (
            heard.intent == "follow_up" and heard.asks in _OPENING
        )
        return asks and heard.words >= _SHORT_WORDS and heard.confidence >= limits.statement
    if heard.intent == "out_of_scope":
        asks = heard.is_question or begins_with("question", heard.text, heard.languages)
        return asks and heard.confidence >= limits.chat
    return heard.intent in CHAT and _is_hardly_more(heard.intent, heard, 1)


def _calls_plainly(heard: Heard) -> bool:
    """Return whether the words themselves call for it: a classifier is sure of itself on two words, and often wrong."""
    if heard.intent == "change_language":
        return _names_a_language(heard)
    if heard.words > _CALL_WORDS[heard.intent]:
        return False
    if heard.intent == "emergency":
        if _gives("denies", heard):
            return False
        if heard.asks == "own_words":
            return _is_hardly_more("emergency", heard)
        return heard.asks == "danger_now" or _gives("emergency", heard)
    if heard.intent == "cannot_talk_safely" and _tells_of_something(heard):
        return False
    if heard.intent != "cannot_talk_safely" and _gives("third_person", heard):
        return False
    return _gives(heard.intent, heard)


def _tells_of_something(heard: Heard) -> bool:
    return _gives("about_another", heard) or _gives("habit", heard)


def _gives(cue: str, heard: Heard) -> bool:
    return gives(cue, heard.text, heard.languages)


def _is_hardly_more(cue: str, heard: Heard, more: int = _BESIDE_A_CUE) -> bool:
    return is_little_more_than(cue, heard.text, heard.languages, more)


def _names_a_language(heard: Heard) -> bool:
    if heard.words > _CALL_WORDS["change_language"] or _gives("third_person", heard):
        return False
    if _gives("change_language", heard):
        return True
    # A Chinese restaurant and "Holland" are places.
    named = wanted_language(heard.text) is not None
    return named and heard.words < _SHORT_WORDS and heard.asks != "place_text"


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
        purpose=metadata.get("purpose"),
        next_best=tuple(one["name"] for one in message.get("intent_ranking") or ()),
    )


def _languages(metadata: Mapping[str, Any], heard: Mapping[str, Any] | None) -> Sequence[str]:
    known = (metadata.get("language"), (heard or {}).get("language"))
    return tuple(str(language) for language in known if language)
