"""What looks like a flood: the same words from very many, or nothing but links. It is set aside, never thrown away.

Which words were said is counted for minutes as keyed digests (``counting``); no text is kept for it.
"""

from __future__ import annotations

import re

from .comparing import bare
from .counting import Counters
from .store.tables import Conversation

REPEATED, LINKS = REASONS = ("repeated", "links")
"""Why a conversation is set aside."""

KEPT = "kept"
"""A screener, or the person by writing something else, put it back: it is not set aside again."""

REPEATS_MAX = 20
WINDOW_SECONDS = 600

WORDS_MIN = 5
"""Shorter texts are said by many people who do not know of each other: "I do not know", "yes, please"."""

ACUTE_WORDS_MIN = 3
"""In danger people use few words, and the same ones: "help me" is never a repeat."""

WORDS_BESIDE_LINKS = 3
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def has_been_said_too_often(counters: Counters, text: str, *, kind: str = "words") -> bool:
    """Count these words and return whether very many said exactly the same lately."""
    return counters.add(kind, bare(text), seconds=WINDOW_SECONDS) > REPEATS_MAX


def weigh(counters: Counters, conversation: Conversation, text: str, *, acute: bool) -> None:
    """Set the conversation aside for what was just written, or put it back because something else was written.

    An acute text is set aside only as an exact repeat of one that stands in the queue many times already; the first
    ones, and every one that differs, go their way. So does whoever told anything else before.
    """
    reason = _reason(counters, conversation, text, acute=acute)
    if is_set_aside(conversation):
        conversation.set_aside = reason or KEPT
    elif conversation.set_aside is None and conversation.waiting_since is None:
        known = conversation.told or conversation.submitted or conversation.owner_id is not None
        conversation.set_aside = None if known else reason


def is_set_aside(conversation: Conversation) -> bool:
    """Return whether the conversation stands apart from the queue."""
    return conversation.set_aside in REASONS


def keep(conversation: Conversation) -> None:
    """Let the conversation stand in the queue from now on, whatever is written in it."""
    if is_set_aside(conversation):
        conversation.set_aside = KEPT


def _reason(
    counters: Counters, conversation: Conversation, text: str, *, acute: bool
) -> str | None:
    if len(bare(text).split()) >= (ACUTE_WORDS_MIN if acute else WORDS_MIN):
        own = f"{conversation.id} {bare(text)}"
        if counters.add("own words", own, seconds=WINDOW_SECONDS) > 1:
            return conversation.set_aside  # somebody who says it again is one person all the same
        if has_been_said_too_often(counters, text):
            return REPEATED
    if conversation.unproven and not acute and _LINK.search(text):
        beside = _LINK.sub(" ", text)
        return LINKS if len(bare(beside).split()) <= WORDS_BESIDE_LINKS else None
    return None
