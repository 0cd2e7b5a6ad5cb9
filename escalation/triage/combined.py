"""Both readers together: the lexicon, which a screener can argue with, and what was learnt from examples.

``weighing`` says how likely it is, by both, that a message is acute and which flags hold. In a language without
examples the lexicon alone decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from .weighing import load_weighing, weigh

LIKELY = 0.25
"""Above this a message is acute. A missed one costs most: by cross-validation on the examples this finds 95 of 100, and
of 100 that page somebody 88 should."""

NOT_FAR_FETCHED = 0.1
"""Unless the learned reader by itself thinks it less likely than this. The lines of the lexicon were written by people
who knew examples, so they are right more often about those than about what comes in."""

LIKELY_OF_FEW_WORDS = 0.5
FEW_WORDS = 10
"""The same for fewer words than this. So few may be the answer to any question, and the learned reader knows little of
them (tests/triage/test_ordinary_answers)."""

FLAG_LIKELY = 0.45
"""Above this a flag is raised; by cross-validation too, on all languages together."""

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
    load_weighing()


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
    probability = learned.probability
    chances = weigh(listed, probability)
    enough = LIKELY_OF_FEW_WORDS if len(learned.words) < FEW_WORDS else LIKELY
    acute = chances[ACUTE] > enough and probability[ACUTE] > NOT_FAR_FETCHED
    if len(learned.words) < LEAST_WORDS:
        return listed if acute or listed.level != ACUTE else _not_now(listed)
    names = _raised(chances, acute=acute)
    unweighed = [flag for flag in listed.flags if flag.flag not in chances]
    return assess([*unweighed, *_explained(names, listed, learned, acute=acute)])


def _not_now(listed: Assessment) -> Assessment:
    return assess(replace(flag, now=False) for flag in listed.flags)


def _raised(chances: Mapping[str, float], *, acute: bool) -> set[str]:
    """Return the flags that hold. Danger is immediate in an acute message only, and that one has a danger."""
    names = {name for name, chance in chances.items() if chance > FLAG_LIKELY} - {ACUTE}
    if not acute:
        return names - {DANGER}
    return (
        names if names & ACUTE_WHEN_NOW else {*names, max(ACUTE_WHEN_NOW, key=chances.__getitem__)}
    )


def _explained(
    names: Iterable[str], listed: Assessment, learned: Learned, *, acute: bool
) -> list[RaisedFlag]:
    """Return the flags with the lexicon's words where it raised them, else with those that the learned reader saw."""
    by_lexicon = {flag.flag: flag for flag in listed.flags if flag.flag in names}
    pages = {name for name in names if acute and name in ACUTE_WHEN_NOW}
    # What the lexicon puts in another time stays there, if some other danger is now.
    elsewhen = {name for name, flag in by_lexicon.items() if not flag.now}
    now = pages - elsewhen or pages
    return [
        replace(by_lexicon[name], now=name in now)
        if name in by_lexicon
        else RaisedFlag(name, "words", learned.reason(name), LEARNED_RULE, name in now)
        for name in sorted(names)
    ]
