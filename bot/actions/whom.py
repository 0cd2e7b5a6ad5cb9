"""Whom a story is about: the person who writes, or somebody else."""

from __future__ import annotations

from .extraction import Told, speaks_of_self
from .turn import Turn

PURPOSE_OF = {"report_concern": "report", "report_own_situation": "help_self"}
_WATCHING = frozenset(
    (
        *("citizen", "relative", "client", "hotel_staff", "agency_staff", "housing_staff"),
        *("school", "medical", "care", "municipality", "inspector", "police", "ngo"),
    )
)
"""Roles of people who tell of others."""


def purpose_of(turn: Turn, told: Told) -> str | None:
    """Return the purpose that a story shows, None when it is not sure: then the person is asked."""
    purpose = PURPOSE_OF.get(turn.intent)
    if purpose != "help_self":
        return purpose
    if told.fields.get("reporter_role") in _WATCHING:
        return "report"
    return purpose if speaks_of_self(turn.text, turn.languages) else None
