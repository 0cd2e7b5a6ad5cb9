"""What own words already tell, so that nobody is asked again: only what was plainly said, as fields of the signal.

Everything found here is provisional: the person can correct it, and a screener decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from bot.wording import SENTENCE_END, fold
from escalation.signal import FIELDS, INDICATORS, FieldValue

from .answers import band_of_count
from .lexicons import AnswerWords, Patterns, StoryWords, all_languages, answer_words, story_words

READ_CHARS = 4_000
ADULT_AGE = 18

_HERE = Path(__file__).parent
_NEGATED_BEFORE = 2
_HEDGED_BEFORE = 4
_LIVES_BEFORE = 4
_MOST_PEOPLE = 500
_FORM_OF = {"S": "sexual", "L": "labour", "C": "criminal", "B": "begging", "O": "organ_removal"}
_STRONG_LABOUR = frozenset({"L1", "L2", "L4", "L6", "L7", "L9"})
_IMPLIED = {
    "G1": ("own_papers", "no"),
    "G2": ("own_money", "no"),
    "G3": ("threatened", "yes"),
    "G4": ("threatened", "yes"),
    "G5": ("in_debt", "yes"),
    "S5": ("threatened", "yes"),
    "L7": ("housing_via_employer", "yes"),
    "L8": ("housing_via_employer", "yes"),
}
_AGE_BANDS = ((11, "under_12"), (17, "12_17"), (20, "18_20"), (22, "21_22"), (64, "23_64"))
_STREET = re.compile(
    r"\b(?:[A-Z][\w'’-]*\s){0,2}"
    r"(?i:[\w'’-]*(?:straat|weg|laan|plein|dijk|kade|singel|gracht|steeg|hof|dreef|baan|markt))"
    r"\s\d{1,4}\s?[a-zA-Z]?\b"
)
_COMMA = re.compile(r",(?!\d)")
"""A comma ends what a negation or a gap may reach."""
_REACHES = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]{2,}|\+?\d[\d\s().-]{6,18}\d")
"""Phone numbers and addresses of email: never an age or a count."""
_POSTCODE = re.compile(r"\b[1-9]\d{3}\s?[A-Z]{2}\b")
_NAMED = re.compile(
    r"\b(?:[Hh]otel|[Cc]amping|[Cc]lub|[Vv]akantiepark|[Rr]estaurant|[Kk]wekerij)"
    r"(?:\s(?:[Dd]e|[Hh]et|[Tt]he|[Vv]an|[Dd]er))*(?:\s[A-Z0-9][\w'’&-]*){1,4}"
)


@dataclass(frozen=True)
class Told:
    """What was read: fields of the signal, and signs that are no field (``suicide``, ``young_self``).

    ``sure`` are the fields that need not be asked any more.
    """

    fields: dict[str, FieldValue] = field(default_factory=dict)
    signs: frozenset[str] = frozenset()
    sure: frozenset[str] = frozenset()


def read_story(text: str, languages: Sequence[str]) -> Told:
    """Return what ``text`` plainly tells. Languages are tried in order, then all others; nothing is guessed."""
    heard = _COMMA.sub(" . ", _REACHES.sub(" . ", text[:READ_CHARS]))
    found: dict[str, FieldValue] = {}
    signs: set[str] = set()
    for language in dict.fromkeys((*languages, *all_languages())):
        story, answers = story_words(language), answer_words(language)
        if story is None or answers is None:
            continue
        folded = _with_digits(fold(heard), answers)
        for name, value in _read(folded, story).items():
            found[name] = _joined(name, found.get(name), value)
        signs |= set(_matching(story.signs, folded, frozenset()))
        found = {**_place(heard, folded, story), **found}
    return Told(found, frozenset(signs), frozenset(_sure(found)))


def _read(folded: str, story: StoryWords) -> dict[str, FieldValue]:
    found: dict[str, FieldValue] = {}
    negators = _of_all_languages("negators")
    for name, patterns in story.values.items():
        values = list(_matching(patterns, folded, negators))
        if values and FIELDS[name].kind == "multi":
            found[name] = values
        elif values:
            found[name] = values[0]
    codes = list(_matching(story.indicators, folded, negators))
    if codes:
        found["indicators"] = codes
        found.update(_IMPLIED[code] for code in codes if code in _IMPLIED)
    forms = _forms(codes, found)
    if forms:
        found["forms"] = forms
    found.update(_ages(folded, story))
    found.update(_count(folded, story))
    hours = story.hours.search(folded)
    if hours and int(hours.group(1)) <= 168:
        found["hours_per_week"] = int(hours.group(1))
    return found


def _matching(patterns: Patterns, folded: str, negators: frozenset[str]) -> Iterator[str]:
    """Yield the values whose pattern occurs without a negation right before it, or after it for "now"."""
    for value, pattern in patterns.items():
        for match in pattern.finditer(folded):
            before = folded[: match.start()].split(SENTENCE_END)[-1].split()
            after = folded[match.end() :].split()[:1] if value == "now" else []
            if not negators & {*before[-_NEGATED_BEFORE:], *after}:
                yield value
                break


def _forms(codes: Iterable[str], found: Mapping[str, FieldValue]) -> list[str]:
    """Name the forms that the acts told point to: one strong sign, or two weak ones of the same kind."""
    by_form: dict[str, list[str]] = {}
    for code in codes:
        if code[0] in _FORM_OF:
            by_form.setdefault(_FORM_OF[code[0]], []).append(code)
    labour = by_form.get("labour", [])
    if labour and not (_STRONG_LABOUR & set(labour) or len(labour) > 1):
        del by_form["labour"]
    if found.get("sector") == "household" and "labour" in by_form:
        by_form["domestic"] = by_form.pop("labour")
    return [form for form in FIELDS["forms"].values if form in by_form]


def _ages(folded: str, story: StoryWords) -> dict[str, FieldValue]:
    ages: list[tuple[int, bool]] = []
    for pattern in story.ages:
        for match in pattern.finditer(folded):
            start = folded.rfind(" ", 0, max(match.start() - 1, 0)) + 1
            end = min(match.end() + 12, len(folded))
            if any(one.not_ages.search(folded, start, end) for one in _all_stories()):
                continue
            before = folded[: match.start(1)].split(SENTENCE_END)[-1].split()[-_HEDGED_BEFORE:]
            ages.append((int(match.group(1)), bool(story.hedges.search(" ".join(before)))))
    ages = [(age, hedged) for age, hedged in ages if 3 <= age <= 99]
    if not ages:
        return {}
    bands = [_age_band(age) for age, _ in ages]
    found: dict[str, FieldValue] = {
        "age_bands": [band for band in FIELDS["age_bands"].values if band in bands]
    }
    young = [hedged for age, hedged in ages if age < ADULT_AGE]
    if young:
        found["minors"] = "maybe" if all(young) else "yes"
    return found


def _age_band(age: int) -> str:
    return next((band for oldest, band in _AGE_BANDS if age <= oldest), "65_plus")


def _count(folded: str, story: StoryWords) -> dict[str, FieldValue]:
    counts: list[int] = []
    for match in story.counts.finditer(folded):
        counts.append(int(next(part for part in match.group(0).split() if part.isdigit())))
    words = folded.split()
    for i, word in enumerate(words):
        if word.isdigit() and any(story.people.match(after) for after in words[i + 1 : i + 3]):
            counts.append(int(word))
    likely = [count for count in counts if 1 <= count <= _MOST_PEOPLE]
    band = band_of_count(max(likely)) if likely else None
    return {"victim_count": band} if band else {}


def _place(text: str, folded: str, story: StoryWords) -> dict[str, FieldValue]:
    parts = [
        match.group(0).strip() for match in (_NAMED.search(text), _STREET.search(text)) if match
    ]
    postcode = _POSTCODE.search(text)
    if postcode:
        parts.append(postcode.group(0))
    town = _town(folded, story)
    if town and town.lower() not in fold(" ".join(parts)):
        parts.append(town)
    return {"place_text": ", ".join(dict.fromkeys(parts))} if parts else {}


def _town(folded: str, story: StoryWords) -> str | None:
    """The first town that is named as a place; where somebody only says to live counts when there is no other."""
    home = None
    negators = _of_all_languages("negators")
    for match in _towns().finditer(folded):
        before = folded[: match.start()].split(SENTENCE_END)[-1].split()
        if not story.before_place.search(" ".join(before[-2:])) or negators & set(before[-3:]):
            continue
        town = match.group(1).capitalize()
        near = " ".join(before[-_LIVES_BEFORE:])
        if not any(one.signs["lives"].search(near) for one in _all_stories()):
            return town
        home = home or town
    return home


def speaks_of_self(text: str, languages: Sequence[str]) -> bool:
    """Return whether the text has a word such as "I" or "my", in the likeliest language."""
    likeliest = next((story for story in map(story_words, languages) if story is not None), None)
    return likeliest is not None and likeliest.signs["self"].search(fold(text)) is not None


@lru_cache(maxsize=1)
def _all_stories() -> tuple[StoryWords, ...]:
    return tuple(story for story in map(story_words, all_languages()) if story is not None)


@lru_cache(maxsize=4)
def _of_all_languages(name: str) -> frozenset[str]:
    """A set of words of every language together: people mix them, and patterns of one match in another."""
    return frozenset[str]().union(*(getattr(story, name) for story in _all_stories()))


def tells_rather_than_places(text: str) -> bool:
    """Return whether a text that was to say where it is speaks of persons and names no place."""
    folded = fold(text)
    words = set(folded.split())
    stories = _all_stories()
    if any(word.isdigit() for word in words) or _towns().search(folded):
        return False
    if any(
        story.before_place.search(folded) or read_place_type(folded, story) for story in stories
    ):
        return False
    return len(words) > 1 and any(words & story.persons for story in stories)


def read_place_type(folded: str, story: StoryWords) -> bool:
    """Return whether a kind of place is named."""
    return any(pattern.search(folded) for pattern in story.values["place_type"].values())


def names_only_a_town(place: str) -> bool:
    """Return whether a place is no more than a town: enough for a report, too little in danger."""
    return "," not in place and _towns().fullmatch(fold(place)) is not None


@lru_cache(maxsize=1)
def _towns() -> re.Pattern[str]:
    groups = yaml.safe_load((_HERE / "extraction" / "places.yml").read_text(encoding="utf-8"))
    names = sorted({name for group in groups for name in group.split()}, key=len, reverse=True)
    return re.compile(rf"(?<!\S)({'|'.join(names)})[a-z]{{0,2}}(?!\S)")


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


def _with_digits(folded: str, words: AnswerWords) -> str:
    """Write number words as digits, but not the articles that also mean one."""
    numbers = words.numbers
    return " ".join(
        str(numbers[word]) if numbers.get(word, 0) > 1 else word for word in folded.split(" ")
    )
