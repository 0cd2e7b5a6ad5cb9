"""When it is not sure in which language somebody writes: both likely ones are offered, once, and nothing is changed."""

from __future__ import annotations

from typing import Any

from bot.wording import fold, words_of
from escalation.signal import LANGUAGES

from .turn import Turn

ASKED = "utter_language_ask"
SURE = 0.9
"""From here on the language changes by itself (escalation/spoken.py)."""

DOUBTFUL = 0.45
FEWEST_WORDS = 2


def offer_likely_languages(turn: Turn) -> None:
    """Offer the languages that the text may be in, in front of the answer; the question that is open stays open."""
    likely = _likely(turn)
    if not likely or turn.has("advised", ASKED):
        return
    turn.add("advised", ASKED)
    first, second = (*likely, "")[:2]
    args = {"first": _said_in(first), "second": _said_in(second) if second else _nothing()}
    turn.say_before(ASKED, args=args)
    turn.offer(*({"id": f"language:{code}"} for code in likely))


def _likely(turn: Turn) -> tuple[str, ...]:
    heard = turn.heard
    if heard is None or len(words_of(fold(turn.text))) < FEWEST_WORDS:
        return ()
    if heard["language"] == turn.language or heard["confidence"] >= SURE:
        return ()
    if heard["confidence"] < DOUBTFUL and turn.language in (heard.get("next"), heard["language"]):
        return ()
    likely = dict.fromkeys((heard["language"], heard.get("next")))
    return tuple(code for code in likely if code in LANGUAGES)


def _said_in(language: str) -> dict[str, Any]:
    return {"kind": "said_in", "language": language, "say": "utter_language_likely"}


def _nothing() -> dict[str, Any]:
    return {"kind": "text", "value": ""}
