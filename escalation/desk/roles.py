"""What each role may do. An administrator looks after people and never holds a key, so cannot read any case."""

from __future__ import annotations

from ..errors import NotAllowedError
from .sessions import Screener

SCREENER, COORDINATOR, ADMINISTRATOR = "screener", "coordinator", "administrator"
ROLES = (SCREENER, COORDINATOR, ADMINISTRATOR)
LEADS = frozenset({COORDINATOR, ADMINISTRATOR})


def leads(screener: Screener) -> bool:
    """Return whether the screener may look after people, the roster and the audit chain."""
    return screener.role in LEADS


def need_lead(screener: Screener) -> None:
    """Raise NotAllowedError unless the screener leads."""
    if not leads(screener):
        raise NotAllowedError
