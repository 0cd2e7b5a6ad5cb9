"""Where it is: streets, postcodes, names of hotels, and towns that stand where a place stands in the language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import yaml

from bot.wording import SENTENCE_END, fold
from escalation.signal import FieldValue

from .lexicons import WORDS, StoryWords, all_languages, stories_of, story_words

_LIVES_BEFORE = 4
_TOWN_AFTER = 3
_ENDING = r"\w{0,4}"
_STREET = re.compile(
    r"\b(?:[A-Z][\w'’-]*\s){0,2}"
    r"(?i:[\w'’-]*(?:straat|weg|laan|plein|dijk|kade|singel|gracht|steeg|hof|dreef|baan|markt))"
    r"\s\d{1,4}\s?[a-zA-Z]?\b"
)
_POSTCODE = re.compile(r"\b[1-9]\d{3}\s?[A-Z]{2}\b")
_NAMED = re.compile(
    r"\b(?:[Hh]otel|[Cc]amping|[Cc]lub|[Vv]akantiepark|[Rr]estaurant|[Kk]wekerij)"
    r"(?:\s(?:[Dd]e|[Hh]et|[Tt]he|[Vv]an|[Dd]er))*(?:\s[A-Z0-9][\w'’&-]*){1,4}"
)


def read_place(
    text: str, folded: str, story: StoryWords, around: Sequence[StoryWords]
) -> dict[str, FieldValue]:
    """Return ``{"place_text": …}`` for a place that is named, else nothing. ``around``: languages mixed in."""
    named = (
        match.group(0).strip() for match in (_NAMED.search(text), _STREET.search(text)) if match
    )
    parts = [part for part in named if not _says_only_a_town(part)]
    postcode = _POSTCODE.search(text)
    if postcode:
        parts.append(postcode.group(0))
    town = _town(folded, story, around)
    if town and town.lower() not in fold(" ".join(parts)):
        parts.append(town)
    return {"place_text": ", ".join(dict.fromkeys(parts))} if parts else {}


def _says_only_a_town(part: str) -> bool:
    """A "hotel de Venlo" is a hotel in Venlo in many languages, and no name."""
    return (
        part[:1].islower()
        and names_only_a_town(part.split()[-1])
        and len(part.split()) <= _TOWN_AFTER
    )


def _town(folded: str, story: StoryWords, around: Sequence[StoryWords]) -> str | None:
    """The first town that is named as a place; where somebody only says to live counts when there is no other."""
    home = None
    negators = frozenset[str]().union(*(one.negators for one in around))
    for match in _towns().finditer(folded):
        before = folded[: match.start()].split(SENTENCE_END)[-1].split()
        named_as_place = match.group(2) in story.place_endings or story.before_place.search(
            " ".join(before[-2:])
        )
        if not named_as_place or negators & set(before[-3:]):
            continue
        town = _names()[match.group(1)]
        near = " ".join(before[-_LIVES_BEFORE:])
        if not any(one.signs["lives"].search(near) for one in around):
            return town
        home = home or town
    return home


def names_only_a_town(place: str) -> bool:
    """Return whether a place is no more than a town: enough for a report, too little in danger."""
    return "," not in place and _towns().fullmatch(fold(place)) is not None


def tells_rather_than_places(text: str, languages: Iterable[str]) -> bool:
    """Return whether a text that was to say where it is speaks of persons and names no place."""
    folded = fold(text)
    words = set(folded.split())
    stories = stories_of(languages)
    if any(word.isdigit() for word in words) or _towns().search(folded):
        return False
    if any(story.before_place.search(folded) or _names_a_kind(folded, story) for story in stories):
        return False
    return len(words) > 1 and any(words & story.persons for story in stories)


def _names_a_kind(folded: str, story: StoryWords) -> bool:
    return any(pattern.search(folded) for pattern in story.values["place_type"].values())


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    """Every way to write a town, folded, with the town's own name."""
    groups = yaml.safe_load((WORDS / "places.yml").read_text(encoding="utf-8"))
    names = {name: name.capitalize() for group in groups for name in group.split()}
    for story in map(story_words, all_languages()):
        names.update(story.towns if story else {})
    return names


@lru_cache(maxsize=1)
def _towns() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(_names(), key=len, reverse=True))
    return re.compile(rf"(?<!\S)({names})({_ENDING})(?!\S)")
