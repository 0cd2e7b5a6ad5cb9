"""What own words already tell, so that nobody is asked again: only what was plainly said, as fields of the signal.

Everything found here is provisional: the person can correct it, and a screener decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.mixing import languages_in
from bot.wording import SENTENCE_END, fold
from escalation.signal import FIELDS, INDICATORS, FieldValue

from .following import what_follows
from .lexicons import Patterns, StoryWords, answer_words, stories_of, story_words
from .numbers_said import band_of_count, bands_of, with_digits
from .places_said import read_place

READ_CHARS = 4_000
ADULT_AGE = 18

_NEGATED_BEFORE = 2
_HEDGED_BEFORE = 4
_MOST_PEOPLE = 500
_ARTICLES_BELOW = 2
"""A word for one is an article in many languages, and stays a word."""
_COMMA = re.compile(r"[,،](?!\d)")
"""A comma ends what a negation or a gap may reach."""
_REACHES = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]{2,}|\+?\d[\d\s().-]{6,18}\d")
"""Phone numbers and addresses of email: never an age or a count."""


@dataclass(frozen=True)
class Told:
    """What was read: fields of the signal, and signs that are no field (``suicide``, ``young_self``).

    ``sure`` are the fields that need not be asked any more.
    """

    fields: dict[str, FieldValue] = field(default_factory=dict)
    signs: frozenset[str] = frozenset()
    sure: frozenset[str] = frozenset()


def read_story(text: str, languages: Sequence[str]) -> Told:
    """Return what ``text`` plainly tells. Languages are tried in order, then what people mix into them."""
    heard = _COMMA.sub(" . ", _REACHES.sub(" . ", text[:READ_CHARS]))
    found: dict[str, FieldValue] = {}
    signs: set[str] = set()
    around = stories_of(languages)
    for language in languages_in(languages):
        story, answers = story_words(language), answer_words(language)
        if story is None or answers is None:
            continue
        folded = with_digits(fold(heard), answers.numbers, least=_ARTICLES_BELOW)
        for name, value in _read(folded, story, around).items():
            found[name] = _joined(name, found.get(name), value)
        signs |= set(_matching(story.signs, folded, frozenset()))
        found = {**read_place(heard, folded, story, around), **found}
    return Told(found, frozenset(signs), frozenset(_sure(found)))


def _read(folded: str, story: StoryWords, around: Sequence[StoryWords]) -> dict[str, FieldValue]:
    found: dict[str, FieldValue] = {}
    negators = frozenset[str]().union(*(one.negators for one in around))
    for name, patterns in story.values.items():
        values = list(_matching(patterns, folded, negators))
        if values and FIELDS[name].kind == "multi":
            found[name] = values
        elif values:
            found[name] = values[0]
    if found.get("minors") == "yes" and _is_hedged(folded, story):
        found["minors"] = "maybe"
    codes = list(_matching(story.indicators, folded, negators))
    if codes:
        found["indicators"] = codes
        found.update(what_follows("indicators", codes, found.get("sector")))
    found.update(_ages(folded, story, around))
    found.update(_count(folded, story))
    hours = story.hours.search(folded)
    if hours and int(hours.group(1)) <= 168:
        found["hours_per_week"] = int(hours.group(1))
    return found


def _is_hedged(folded: str, story: StoryWords) -> bool:
    """Whether a "perhaps" stands before what says that somebody is young."""
    match = story.values["minors"]["yes"].search(folded)
    before = folded[: match.start()].split(SENTENCE_END)[-1].split() if match else []
    return story.hedges.search(" ".join(before[-_HEDGED_BEFORE:])) is not None


def _matching(patterns: Patterns, folded: str, negators: frozenset[str]) -> Iterator[str]:
    """Yield the values whose pattern occurs without a negation right before it, or after it for "now"."""
    for value, pattern in patterns.items():
        for match in pattern.finditer(folded):
            before = folded[: match.start()].split(SENTENCE_END)[-1].split()
            after = folded[match.end() :].split()[:1] if value == "now" else []
            if not negators & {*before[-_NEGATED_BEFORE:], *after}:
                yield value
                break


def _ages(folded: str, story: StoryWords, around: Sequence[StoryWords]) -> dict[str, FieldValue]:
    ages: list[tuple[int, bool]] = []
    for pattern in story.ages:
        for match in pattern.finditer(folded):
            start = folded.rfind(" ", 0, max(match.start() - 1, 0)) + 1
            end = min(match.end() + 12, len(folded))
            if any(one.not_ages.search(folded, start, end) for one in around):
                continue
            before = folded[: match.start(1)].split(SENTENCE_END)[-1].split()[-_HEDGED_BEFORE:]
            ages.append((int(match.group(1)), bool(story.hedges.search(" ".join(before)))))
    ages = [(age, hedged) for age, hedged in ages if 3 <= age <= 99]
    if not ages:
        return {}
    found: dict[str, FieldValue] = {"age_bands": list(bands_of(age for age, _ in ages))}
    young = [hedged for age, hedged in ages if age < ADULT_AGE]
    if young:
        found["minors"] = "maybe" if all(young) else "yes"
    return found


def _count(folded: str, story: StoryWords) -> dict[str, FieldValue]:
    counts: list[int] = []
    for match in story.counts.finditer(folded):
        counts.append(int(next(part for part in match.group(0).split() if part.isdigit())))
    for sentence in folded.split(f" {SENTENCE_END} "):
        words = sentence.split()
        for i, word in enumerate(words):
            if word.isdigit() and any(story.people.match(after) for after in words[i + 1 : i + 3]):
                counts.append(int(word))
    likely = [count for count in counts if 1 <= count <= _MOST_PEOPLE]
    band = band_of_count(max(likely)) if likely else None
    return {"victim_count": band} if band else {}


def speaks_of_self(text: str, languages: Sequence[str]) -> bool:
    """Return whether the text has a word such as "I" or "my", in the likeliest language."""
    likeliest = next((story for story in map(story_words, languages) if story is not None), None)
    return likeliest is not None and likeliest.signs["self"].search(fold(text)) is not None


def _joined(name: str, first: FieldValue | None, second: FieldValue) -> FieldValue:
    if isinstance(first, list) and isinstance(second, list):
        wanted = {*first, *second}
        order = tuple(INDICATORS) if name == "indicators" else FIELDS[name].values
        return [value for value in order if value in wanted]
    return second if first is None else first


def _sure(found: Mapping[str, FieldValue]) -> Iterator[str]:
    """Everything found counts as told, but a "maybe" that only a word such as "girl" suggested is asked again."""
    for name, value in found.items():
        if name != "minors" or value != "maybe" or "age_bands" in found:
            yield name
