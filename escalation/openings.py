"""The bot's first lines, kept for a while: in a rush conversations open with them, without the bot being asked.

They are the same for everybody of one language and channel, and hold nothing of any conversation.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from .lines import Line
from .store.tables import Conversation

KEPT_FOR = timedelta(hours=1)
"""After this the bot is asked again: it may have been given other words."""

Key = tuple[str, bool, str]


def key_of(conversation: Conversation) -> Key:
    """Return what the first lines depend on."""
    return conversation.language, conversation.language_chosen, conversation.channel


class OpeningShelf:
    """First lines by language and channel, for one process."""

    def __init__(self) -> None:
        self._kept: dict[Key, tuple[datetime, tuple[Line, ...]]] = {}

    def put(self, key: Key, lines: tuple[Line, ...], *, now: datetime) -> None:
        """Keep the lines that the bot has just said."""
        self._kept[key] = (now, lines)

    def get(self, key: Key, *, now: datetime) -> tuple[Line, ...] | None:
        """Return the lines, or None when none were said lately."""
        said_at, lines = self._kept.get(key, (None, ()))
        return lines if said_at is not None and now - said_at < KEPT_FOR else None
