"""How fast text messages leave from our number, over all threads and workers: a place is taken in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from ..outbox import TO_REPORTERS
from ..store.delivery_tables import SmsPace

SLACK = timedelta(seconds=0.5)
"""Workers look twice a second: so much may a message be early, or many a second would never be reached. In the long
run no more leave than were allowed."""


@dataclass(frozen=True)
class NumberPace:
    """At most ``per_second`` text messages from ``sender``. What is not a message to a reporter is never held up."""

    sender: str
    per_second: int

    def take(self, session: Session, kind: str, now: datetime) -> bool:
        """Take the next place in the caller's transaction; False when it is too early for another one."""
        if kind not in TO_REPORTERS:
            return True
        row = session.get(SmsPace, self.sender, with_for_update=True)
        if row is None:
            session.add(SmsPace(sender=self.sender, next_at=now + self._between))
            return True
        following = max(row.next_at, now) + self._between
        # Conditional: two workers that read the same moment must not both take it.
        changed = session.execute(
            update(SmsPace)
            .where(
                SmsPace.sender == self.sender,
                SmsPace.next_at == row.next_at,
                SmsPace.next_at <= now + SLACK,
            )
            .values(next_at=following)
            .execution_options(synchronize_session=False)
        )
        return bool(changed.rowcount == 1)  # type: ignore[attr-defined]

    @property
    def _between(self) -> timedelta:
        return timedelta(seconds=1 / self.per_second)
