"""Who asks the bot when many do: danger and everybody who is proven at once, the others a few at a time."""

from __future__ import annotations

import threading

from .counting import Counters
from .flood import is_set_aside
from .signal import LEVELS
from .store.tables import Conversation

MESSAGES_A_MINUTE = 40
"""More than anybody types; beyond it a conversation waits for a place in the slow lane."""

PLACES = 2
"""How many turns of the slow lane the bot is asked at once by one process; it answers dozens a second."""

MESSAGES = "messages"


class SlowLane:
    """Turns that may wait. Whoever finds no place is answered a little later."""

    def __init__(self, places: int = PLACES) -> None:
        self._free = threading.Semaphore(places)

    def enter(self) -> bool:
        """Take a place if there is one, without waiting."""
        return self._free.acquire(blocking=False)

    def leave(self) -> None:
        """Give the place back."""
        self._free.release()


def note_message(counters: Counters, conversation_id: str) -> None:
    """Count a message of a conversation."""
    counters.add(MESSAGES, conversation_id, seconds=60)


def may_wait(counters: Counters, conversation: Conversation) -> bool:
    """Return whether this conversation is answered in the slow lane. Never one in danger."""
    if conversation.level_rank == LEVELS.index("acute"):
        return False
    messages = counters.count(MESSAGES, conversation.id, seconds=60)
    apart = conversation.unproven or is_set_aside(conversation)
    return apart or messages > MESSAGES_A_MINUTE
