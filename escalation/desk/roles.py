"""What each role may do. An administrator looks after people and never holds a key, so cannot read any case."""

from __future__ import annotations

from typing import Protocol

from ..errors import NotAllowedError

SCREENER, COORDINATOR, ADMINISTRATOR = "screener", "coordinator", "administrator"
ROLES = (SCREENER, COORDINATOR, ADMINISTRATOR)
LEADS = frozenset({COORDINATOR, ADMINISTRATOR})


class HasRole(Protocol):
    """Anybody at the desk."""

    @property
    def role(self) -> str:
        """Return one of ROLES."""


def leads(who: HasRole) -> bool:
    """Return whether somebody may look after people, the roster and the audit chain."""
    return who.role in LEADS


def need_lead(who: HasRole) -> None:
    """Raise NotAllowedError unless the person leads."""
    if not leads(who):
        raise NotAllowedError
