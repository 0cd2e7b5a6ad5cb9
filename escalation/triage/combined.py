"""Both readers together: the lexicon, which a screener can argue with, and what was learnt from examples.

A message is acute when the learned reader finds it likely, or when the lexicon says so and the learned reader does not
think it far-fetched. In a language without examples the lexicon alone decides.
"""

from __future__ import annotations

from dataclasses import replace

from . import reading
from .assessment import ACUTE_WHEN_NOW, Assessment, RaisedFlag, assess
from .learned import (
    ACUTE,
    Learned,
    learned_languages,
    likely_language,
    load_weights,
    read_learned,
)
from .lexicons import languages, load_lexicon

LIKELY = 0.35
"""Above this a message is acute; chosen by cross-validation on the examples: a missed one costs most."""

LIKELY_OF_FEW_WORDS = 0.6
FEW_WORDS = 10
"""The same for fewer words than this. So few may be the answer to any question, and the learned reader knows little of
them: with the lower one three in a hundred of those would page somebody (tests/triage/test_ordinary_answers)."""

LIKELY_UNTAUGHT = 0.07
"""The same for a language of which only the bot's intents were learnt: measured on Dutch, English and Polish without
their urgency examples, it finds 0.85 to 0.92 of the acute messages, and of ten that it calls acute seven are."""

NOT_FAR_FETCHED = 0.15
"""Above this the lexicon's word is enough."""

FLAG_LIKELY = 0.6
DANGER_LIKELY = 0.45
"""The same for immediate danger, which many kinds of messages have in common."""

FLAG_NOT_FAR_FETCHED = 0.1
"""These three by cross-validation too, on all languages together."""

DANGER = "immediate_danger"
LEARNED_RULE = "learned from examples"
LEAST_WORDS = 5
"""Fewer words are mostly the answer to a question: the learned reader then confirms the lexicon or not, no more."""


def preload() -> None:
    """Read the words and weights of every language, some seconds' work, so that no message has to wait for them."""
    for language in languages():
        load_lexicon(language)
    for language in learned_languages():
        load_weights(language)


def read_text(text: str, language: str | None) -> Assessment:
    """Return the level of one message and its flags, each with the words that raised it. Never raises for any text.

    ``language`` is the conversation's (ISO 639-1) or None when unsure; a message that is plainly in another one is read
    in that. Of a very long text only the beginning and the end are read.
    """
    likely = likely_language(text, language)
    listed = reading.read_text(text, likely)
    if likely not in learned_languages():
        return listed
    learned = read_learned(text, likely)
    if learned.words < LEAST_WORDS:
        return listed if _is_acute(listed, learned) or listed.level != "acute" else _not_now(listed)
    return assess(_raised(listed, learned, acute=_is_acute(listed, learned)))


def _is_acute(listed: Assessment, learned: Learned) -> bool:
    likely = learned.probability[ACUTE]
    if not learned.taught:
        return likely > LIKELY_UNTAUGHT or listed.level == "acute"
    enough = LIKELY_OF_FEW_WORDS if learned.words < FEW_WORDS else LIKELY
    return likely > enough or (listed.level == "acute" and likely > NOT_FAR_FETCHED)


def _not_now(listed: Assessment) -> Assessment:
    return assess(replace(flag, now=False) for flag in listed.flags)


def _raised(listed: Assessment, learned: Learned, *, acute: bool) -> list[RaisedFlag]:
    found = [
        replace(flag, now=flag.now and acute)
        for flag in listed.flags
        if learned.probability.get(flag.flag, 1.0) > FLAG_NOT_FAR_FETCHED
    ]
    for name, probability in learned.probability.items():
        if name != ACUTE and probability > (DANGER_LIKELY if name == DANGER else FLAG_LIKELY):
            now = acute and name in ACUTE_WHEN_NOW
            found.append(RaisedFlag(name, "words", learned.reasons[name], LEARNED_RULE, now))
    if acute and not any(flag.now and flag.flag in ACUTE_WHEN_NOW for flag in found):
        found.append(RaisedFlag(DANGER, "words", learned.reasons[ACUTE], LEARNED_RULE, True))
    return found
