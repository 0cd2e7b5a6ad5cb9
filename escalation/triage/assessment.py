"""What triage hands back: flags with their reasons, and the level that a set of flags amounts to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Source = Literal["words", "answer", "system"]

ACUTE_WHEN_NOW = frozenset(
    {
        "immediate_danger",
        "violence_or_weapon",
        "confined",
        "minor",
        "medical",
        "suicide_risk",
        "being_moved",
        "followed",
        "forced_sex_now",
        "shelter_tonight",
    }
)
"""Flags that page the duty screener when they are happening now."""

HIGH_AT_MOST = frozenset({"group", "image_blackmail", "officials_on_site"})
"""Flags that head the queue but never page by themselves."""


@dataclass(frozen=True)
class RaisedFlag:
    """One flag with its reason.

    ``evidence`` is what stands in the text, letter by letter, or the answer as ``field=value``. ``rule`` names the
    lexicon line or the answer rule, so that a screener can look it up. ``now`` says that it is happening now.
    """

    flag: str
    source: Source
    evidence: str
    rule: str
    now: bool


@dataclass(frozen=True)
class Assessment:
    """The level of one message or one set of answers, with the flags that led to it; most urgent flags first."""

    level: str
    flags: tuple[RaisedFlag, ...]


def level_of(flags: Iterable[tuple[str, bool]]) -> str:
    """Return the level of (flag, happening now) pairs: ``normal``, ``high`` or ``acute``.

    Flags about the service itself (a person asked for, the bot down, the hour) lift nothing.
    """
    level = "normal"
    for flag, now in flags:
        if flag in ACUTE_WHEN_NOW and now:
            return "acute"
        if flag in ACUTE_WHEN_NOW or flag in HIGH_AT_MOST:
            level = "high"
    return level


def assess(raised: Iterable[RaisedFlag]) -> Assessment:
    """Return an assessment that keeps one reason a flag: the first that is happening now, else the first."""
    kept: dict[str, RaisedFlag] = {}
    for flag in raised:
        standing = kept.get(flag.flag)
        if standing is None or (flag.now and not standing.now):
            kept[flag.flag] = flag
    flags = tuple(
        sorted(kept.values(), key=lambda flag: (not flag.now, flag.flag not in ACUTE_WHEN_NOW))
    )
    return Assessment(level_of((flag.flag, flag.now) for flag in flags), flags)
