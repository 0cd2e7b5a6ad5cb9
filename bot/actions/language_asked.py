"""When somebody seems to write another language: the likely ones are offered, once, and nothing is changed.

Where the rules change the language themselves, they leave the offer out (``escalation/spoken.py``).
"""

from __future__ import annotations

from typing import Any

from bot.wording import fold, words_of
from escalation.signal import LANGUAGES

from .turn import Turn

ASKED = "utter_language_ask"
SURE = 0.9
"""From here on an offer depends on the words: an address sounds like its country, whoever writes it."""

DOUBTFUL = 0.45
FEWEST_WORDS = 2
FEWEST_IN_SENTENCE = 3
FEWEST_NO_NAMES = 2
"""So many words of a sentence are no names."""


def offer_likely_languages(turn: Turn) -> None:
    """Offer the languages that the text may be in, in front of the answer; the question that is open stays open.

    Once in each language of the conversation: after a change a third one may be spoken.
    """
    likely = _likely(turn)
    asked = f"{ASKED}:{turn.language}"
    if not likely or turn.has("advised", asked):
        return
    turn.add("advised", asked)
    first, second = (*likely, "")[:2]
    args = {"first": _said_in(first), "second": _said_in(second) if second else _nothing()}
    turn.say_before(ASKED, args=args)
    turn.offer(*({"id": f"language:{code}"} for code in likely))


def _likely(turn: Turn) -> tuple[str, ...]:
    heard = turn.heard
    if heard is None or len(words_of(fold(turn.text))) < FEWEST_WORDS:
        return ()
    if heard["language"] == turn.language:
        return ()
    if heard["confidence"] >= SURE and not _is_sentence(turn.text):
        return ()
    if heard["confidence"] < DOUBTFUL and turn.language in (heard.get("next"), heard["language"]):
        return ()
    likely = dict.fromkeys((heard["language"], heard.get("next")))
    return tuple(code for code in likely if code in LANGUAGES)


def _is_sentence(text: str) -> bool:
    """Whether this is more than a name or an address."""
    words = text.split()
    shouted = text == text.upper() != text.lower()
    no_names = [
        word
        for place, word in enumerate(words)
        if word[0].isalpha() and (shouted or place == 0 or not word[0].isupper())
    ]
    return len(words) >= FEWEST_IN_SENTENCE and len(no_names) >= FEWEST_NO_NAMES


def _said_in(language: str) -> dict[str, Any]:
    return {"kind": "said_in", "language": language, "say": "utter_language_likely"}


def _nothing() -> dict[str, Any]:
    return {"kind": "text", "value": ""}
