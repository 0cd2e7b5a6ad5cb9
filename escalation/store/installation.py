"""Values that are made once for an installation and kept in its database."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from .session import Sessions, reading, unit_of_work
from .tables import Installation


def value_of(sessions: Sessions, name: str, fresh: bytes) -> bytes:
    """Return the value called ``name``; ``fresh`` becomes it when there is none yet, also if two processes ask."""
    try:
        with unit_of_work(sessions) as session:
            row = session.get(Installation, name)
            if row is not None:
                return row.value
            session.add(Installation(name=name, value=fresh))
            session.flush()
            return fresh
    except IntegrityError:
        with reading(sessions) as session:
            return session.get_one(Installation, name).value
