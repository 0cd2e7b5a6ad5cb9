"""The worker's part: once a minute a few of what has had its time goes, and what was deleted is wiped."""

from __future__ import annotations

from sqlalchemy import func, select

from ..ports import Ports
from ..store.retention_tables import DeletionRow
from ..store.session import reading
from .purging import purge_conversations, purge_records
from .wiping import empty_log, vacuum


class Rounds:
    """Remembers how far the ledger was when it wiped last: reporters erase in other processes."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._wiped_up_to = -1  # a worker that has just started does not know what happened before

    def once(self) -> dict[str, int]:
        """Purge a few, then wipe; return how many of what went."""
        conversations = purge_conversations(self._ports)
        records = purge_records(self._ports)
        empty_log(self._ports.sessions)
        last = self._last_entry()
        if records or last != self._wiped_up_to:
            vacuum(self._ports.sessions)
            self._wiped_up_to = last
        return conversations | records

    def _last_entry(self) -> int:
        with reading(self._ports.sessions) as session:
            return session.scalar(select(func.max(DeletionRow.id))) or 0
