"""When passwords are to cost more: who joined before is wrapped anew at the next log-in, and never for less.

A key derived under an older cost takes another time, which would tell that a name is known. So each try to log in
derives once under every cost that somebody still has, whoever is named; the right password's key under the present
cost is then there without further work. When the last one has logged in, one derivation is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..ports import Ports
from ..store.tables import ScreenerRow
from ..vault.passwords import Argon2Cost, new_salt, password_key
from ..vault.sealing import CannotOpenError, unwrap, wrap

_COLUMNS = (
    ScreenerRow.password_memory_kib,
    ScreenerRow.password_passes,
    ScreenerRow.password_lanes,
)


@dataclass(frozen=True)
class Unwrapped:
    """A screener's private key, and the columns that hold it under the present cost where that is the higher one."""

    private_key: bytes
    raised: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Unwrapped(…)"


def cost_of(row: ScreenerRow) -> Argon2Cost:
    """Return under which cost a screener's private key is wrapped."""
    return Argon2Cost(row.password_memory_kib, row.password_passes, row.password_lanes)


def costs_in_use(session: Session, ports: Ports) -> frozenset[Argon2Cost]:
    """Return every cost that somebody who may log in still has, and the present one."""
    found = session.execute(select(*_COLUMNS).where(ScreenerRow.revoked_at.is_(None)).distinct())
    return frozenset(Argon2Cost(*cost) for cost in found) | {ports.vault.password_cost}


def unwrap_with_each(
    ports: Ports, row: ScreenerRow | None, password: str, costs: Iterable[Argon2Cost]
) -> Unwrapped | None:
    """Derive a key under each cost, the same work for everybody, and open the private key of ``row``, if any, with one.

    Returns None when the password is not the one. Slow; outside transactions. Raises BusyError.
    """
    own, present = cost_of(row) if row else None, ports.vault.password_cost
    salts = {cost: new_salt() for cost in costs}
    if row and own:
        salts[own] = row.password_salt
    keys = {cost: password_key(password, salt=salt, cost=cost) for cost, salt in salts.items()}
    if not row or not own:
        return None
    try:
        private_key = unwrap(keys[own], row.wrapped_private_key)
    except CannotOpenError:
        return None
    if not present.is_higher_than(own):
        return Unwrapped(private_key)
    return Unwrapped(
        private_key, wrapped_columns(keys[present], salts[present], present, private_key)
    )


def wrapped_columns(
    key: bytes, salt: bytes, cost: Argon2Cost, private_key: bytes
) -> dict[str, Any]:
    """Return the columns of a screener that hold the private key under a password's key."""
    return {
        "wrapped_private_key": wrap(key, private_key),
        "password_salt": salt,
        "password_memory_kib": cost.memory_kib,
        "password_passes": cost.passes,
        "password_lanes": cost.lanes,
    }


def keep_raised(session: Session, row: ScreenerRow, unwrapped: Unwrapped) -> None:
    """Put what is wrapped under the higher cost in its place, unless the password was changed meanwhile."""
    if unwrapped.raised:
        session.execute(
            update(ScreenerRow)
            .where(ScreenerRow.id == row.id, ScreenerRow.password_salt == row.password_salt)
            .values(**unwrapped.raised)
        )
