"""The phrasebook as a screener sees it: each line in the own language, and under it as the person will read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from escalation.phrasebook import groups

from ..i18n import N_, current_locale, direction, gettext
from ..rendering import render_line

GROUP_LABELS: Mapping[str, str] = {
    "greeting": N_("Greeting"),
    "safety_check": N_("Is it safe?"),
    "danger": N_("In danger now"),
    "going_somewhere_safe": N_("Going somewhere safe"),
    "asking": N_("Asking"),
    "what_happens_next": N_("What happens next"),
    "waiting": N_("Waiting and coming back"),
    "closing": N_("Closing"),
}


@dataclass(frozen=True)
class ShownPhrase:
    """One line; ``theirs`` is empty when the person reads the screener's language."""

    id: str
    own: str
    theirs: str
    direction: str


@dataclass(frozen=True)
class ShownPhrases:
    """A heading with its lines."""

    heading: str
    phrases: tuple[ShownPhrase, ...]


def phrasebook(language: str, *, side: str) -> list[ShownPhrases]:
    """Return what ``side`` can say to a person who reads ``language``, headings and lines in this request's locale."""
    locale = current_locale()
    return [
        ShownPhrases(
            gettext(GROUP_LABELS[group.id]),
            tuple(
                ShownPhrase(
                    id=phrase.id,
                    own=render_line(phrase.line, locale).text,
                    theirs=render_line(phrase.line, language).text if language != locale else "",
                    direction=direction(language),
                )
                for phrase in group.phrases
                if phrase.fits(side)
            ),
        )
        for group in groups()
    ]
