"""Who has the floor: one table of allowed changes.

The floor is who may speak in a conversation. While it is ``waiting`` for a person the bot still keeps company
(docs/decisions/0005); with a screener, or closed, it is silent. Every change goes through ``check``; the database
enforces it with one conditional UPDATE.
"""

from __future__ import annotations

from .errors import InvalidTransitionError

BOT = "bot"
WAITING = "waiting"
SCREENER = "screener"
CLOSED = "closed"

FLOORS: tuple[str, ...] = (BOT, WAITING, SCREENER, CLOSED)

ALLOWED_CHANGES: dict[str, frozenset[str]] = {
    BOT: frozenset(
        {WAITING, SCREENER, CLOSED}
    ),  # SCREENER: a person may step in before the report is sent
    WAITING: frozenset(
        {SCREENER, BOT, CLOSED}
    ),  # BOT: it answers again after an outage, or the reporter asks it
    SCREENER: frozenset({BOT, WAITING, CLOSED}),
    CLOSED: frozenset({WAITING}),  # the reporter came back with the receipt
}


def check(current: str, wanted: str) -> None:
    """Raise InvalidTransitionError unless the floor may go from ``current`` to ``wanted``."""
    if wanted not in ALLOWED_CHANGES.get(current, frozenset()):
        raise InvalidTransitionError


def sources_of(wanted: str) -> tuple[str, ...]:
    """Return the floors from which ``wanted`` may be reached, for the WHERE of the conditional UPDATE."""
    return tuple(floor for floor in FLOORS if wanted in ALLOWED_CHANGES[floor])
