"""Which languages' words may stand in one text: people mix their own with those of the people around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_AROUND = ("nl", "en")
"""Words of work and home are Dutch or English for everybody here."""

_MIXED_AT_HOME: Mapping[str, tuple[str, ...]] = {"uk": ("ru",), "ru": ("uk",)}
"""Many people from Ukraine speak both in one sentence."""


def languages_in(languages: Iterable[str]) -> tuple[str, ...]:
    """Return ``languages`` in their order, then those that are mixed into them."""
    own = tuple(languages)
    home = (other for language in own for other in _MIXED_AT_HOME.get(language, ()))
    return tuple(dict.fromkeys((*own, *home, *_AROUND)))
