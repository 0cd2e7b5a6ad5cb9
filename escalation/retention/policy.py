"""How many days what is kept. No norm says so for this kind of report: cautious defaults, the controller decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LEAST_DAYS, MOST_DAYS = 1, 3_650

NEVER_TOLD, TOLD_NOT_SENT, SENT, CLOSED = "never_told", "told_not_sent", "sent", "closed"

CONVERSATION_DAYS: Mapping[str, int] = {NEVER_TOLD: 1, TOLD_NOT_SENT: 7, SENT: 30, CLOSED: 30}
"""Days after the last thing that happened in a conversation, by the state it is in.

Who waits for a person, and who is with one, is in none of these states: that is never purged.
"""

RECORD_DAYS: Mapping[str, int] = {
    "presence": 1,
    "contact_of_revoked_staff": 1,
    "text_messages": 2,
    "notices": 7,
    "pages": 7,
    "invitations": 7,
    "roster": 90,
    "measures": 365,
    "revoked_staff": 365,
}
"""Days for what hangs on no conversation, or may go before it does."""

ALL_DAYS: Mapping[str, int] = {**CONVERSATION_DAYS, **RECORD_DAYS}


class InvalidPolicyError(ValueError):
    """A retention file says something that cannot be followed. Its text names what and where."""


@dataclass(frozen=True)
class Policy:
    """Days for the whole house, and for conversations of single regions where they differ."""

    house: Mapping[str, int] = field(default_factory=dict)
    regions: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def days(self, what: str, *, region: str | None = None) -> int:
        """Return for how many days ``what`` is kept."""
        in_region = self.regions.get(region, {}) if region is not None else {}
        return in_region.get(what, self.house.get(what, ALL_DAYS[what]))


def policy_from(table: Any) -> Policy:
    """Return the policy of a parsed retention file. Raises InvalidPolicyError."""
    if table is None:
        return Policy()
    if not isinstance(table, dict) or set(table) - {"house", "regions"}:
        raise InvalidPolicyError("expected `house` and `regions` and nothing else")
    regions = table.get("regions") or {}
    if not isinstance(regions, dict):
        raise InvalidPolicyError("`regions`: expected one entry for each region")
    return Policy(
        house=_days(table.get("house"), ALL_DAYS, "house"),
        regions={
            str(name): _days(given, CONVERSATION_DAYS, str(name)) for name, given in regions.items()
        },
    )


def _days(given: Any, known: Mapping[str, int], where: str) -> dict[str, int]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise InvalidPolicyError(f"{where}: expected what is kept, each with its days")
    for what, days in given.items():
        if what not in known:
            raise InvalidPolicyError(f"{where}: `{what}` is none of: {', '.join(known)}")
        if type(days) is not int or not LEAST_DAYS <= days <= MOST_DAYS:
            raise InvalidPolicyError(
                f"{where}, {what}: expected whole days, {LEAST_DAYS} to {MOST_DAYS}"
            )
    return dict(given)
