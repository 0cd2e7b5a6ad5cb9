"""In which language a conversation goes on. Whole sentences change it; an address, a name or a few words never do.

"Hotel Linde, Maastricht" sounds Dutch to every detector, and "хотел Линде" Russian, whoever writes it. So how sure the
detector is says little about a short text, and what counts is how many words the text has that are neither names nor
part of an address. Asking for a language is another way (``effects``), and what was chosen is never changed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .bot import BotLine, BotReply, Detected
from .casefile import RECENT_TURNS, Turn
from .comparing import bare
from .signal import FIELDS

SURE = 0.9
FIRST_TEXT = 0.35
"""Enough for the first text message: there is no page whose language would be the better guess."""

WORDS_AT_FIRST = 3
"""Enough as long as the person has said next to nothing: the language so far is a guess. Enough in danger, too."""

WORDS_LATER = 6
WORDS_FOR_A_NAME = 12
"""Needed where a place, a name or the like was asked for."""

TOLD_IN_WORDS = frozenset(("own_words",))

OFFER = "utter_language_ask"
"""What the bot says when it offers languages; their choices start with ``OFFERED``."""

OFFERED = "language:"


def is_spoken_now(
    heard: Detected,
    text: str,
    before: Sequence[Turn],
    *,
    by_text_message: bool,
    acute: bool = False,
) -> bool:
    """Return whether the conversation goes on in the language that was heard in ``text``.

    ``before``: what was said before it, newest first. ``acute``: these are words of danger.
    """
    own = [turn for turn in before if turn.author == "reporter"]
    has_spoken = len(before) >= RECENT_TURNS or any(
        bare(turn.text or "") or turn.line for turn in own
    )
    if by_text_message and not has_spoken:
        return heard.confidence >= FIRST_TEXT
    return heard.confidence >= SURE and plain_words(text) >= _words_needed(before, own, acute=acute)


def without_offer(reply: BotReply) -> BotReply:
    """Return the answer without its offer of languages: who is answered in the own language need not choose it."""
    if not any(line.line is not None and line.line.say == OFFER for line in reply.lines):
        return reply
    return replace(reply, lines=tuple(_offering_none(line) for line in reply.lines))


def _offering_none(said: BotLine) -> BotLine:
    if said.line is None or said.line.say == OFFER:
        return replace(said, line=None)  # its effect counts all the same
    kept = tuple(one for one in said.line.choices if not one.id.startswith(OFFERED))
    return replace(said, line=replace(said.line, choices=kept))


def _words_needed(before: Sequence[Turn], own: Sequence[Turn], *, acute: bool) -> int:
    if _asks_for_a_name(before):
        return WORDS_FOR_A_NAME
    if acute:
        return WORDS_AT_FIRST
    has_answered = any(turn.line is not None for turn in own)
    said = sum(plain_words(turn.text or "") for turn in own)
    return WORDS_LATER if has_answered or said >= WORDS_AT_FIRST else WORDS_AT_FIRST


def _asks_for_a_name(before: Sequence[Turn]) -> bool:
    """Whether the answer that is awaited is one that sounds like the place it speaks of."""
    for turn in before:
        if turn.author == "reporter":
            return False
        if turn.line is not None and turn.line.asks is not None:
            asked = FIELDS.get(turn.line.asks)
            return asked is not None and asked.kind == "text" and asked.name not in TOLD_IN_WORDS
    return False


def plain_words(text: str) -> int:
    """Return how many different words of the text are no names, no numbers and do not stand beside a number."""
    words = ["".join(char for char in word if char.isalnum()) for word in text.split()]
    words = [word for word in words if word]
    shouted = text == text.upper()
    numbers = {place for place, word in enumerate(words) if any(map(str.isdigit, word))}
    beside = {near for place in numbers for near in (place - 1, place, place + 1)}
    return len(
        {
            word.casefold()
            for place, word in enumerate(words)
            if place not in beside and (shouted or place == 0 or not word[0].isupper())
        }
    )
