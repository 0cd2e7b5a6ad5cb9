"""What stands apart from the queue because it looks like a flood: shown in piles, and put back by a screener."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from escalation.desk.queue import Pile, piles_aside
from escalation.desk.sessions import Screener
from escalation.desk.setting_aside import put_back_pile
from escalation.flood import REASONS
from escalation.signal import LANGUAGES, LEVELS

from ..errors import BadRequestError
from ..i18n import current_locale, language_name
from ..ports import ports
from .labels import ASIDE_LABELS, LEVEL_LABELS, label_of


@dataclass(frozen=True)
class ShownPile:
    """One pile in the screener's language. ``pile`` holds the codes."""

    pile: Pile
    reason: str
    level: str
    language: str


def show_piles(who: Screener) -> tuple[ShownPile, ...]:
    """Return what is set aside, ready for a template."""
    locale = current_locale()
    return tuple(
        ShownPile(
            pile,
            label_of(ASIDE_LABELS, pile.reason),
            label_of(LEVEL_LABELS, pile.level),
            language_name(pile.language, locale),
        )
        for pile in piles_aside(ports(), screener=who)
    )


def put_asked_pile_back(who: Screener) -> None:
    """Put the pile back that the form names. Raises BadRequestError."""
    reason, level, language = (request.form.get(name, "") for name in ("reason", "level", "tongue"))
    if reason not in REASONS or level not in LEVELS or language not in LANGUAGES:
        raise BadRequestError
    put_back_pile(ports(), screener=who, pile=Pile(reason, level, language, 0))
