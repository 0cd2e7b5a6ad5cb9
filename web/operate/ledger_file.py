"""The ledger of deletions once more, as a small file beside the backups: a lost disk must not bring anything back."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path

from escalation.retention.ledger import Deletion, deletion_from, entries, key_mark, ledger_key
from escalation.store.session import Sessions

FILE = "deletions.jsonl"


class LedgerFile:
    """One line for each entry, only ever appended; lines of another installation's ledger are left alone."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE
        self._written_up_to = 0

    def bring_up_to_date(self, sessions: Sessions) -> int:
        """Append what the file lacks; return how many. A line twice does no harm, a line too few would."""
        fresh = entries(sessions, after=self._written_up_to)
        if not fresh:
            return 0
        mark = key_mark(ledger_key(sessions))
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            known = {deletion.subject for deletion in self.read(mark)}
            if self._is_cut_short():
                file.write("\n")
            lacking = [each for _, each in fresh if each.subject not in known]
            for deletion in lacking:
                line = {**json.loads(deletion.to_json()), "ledger": mark}
                file.write(json.dumps(line, separators=(",", ":")) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._written_up_to = fresh[-1][0]
        return len(lacking)

    def _is_cut_short(self) -> bool:
        """Return whether somebody was killed while writing the last line."""
        written = self._path.read_bytes()
        return bool(written) and not written.endswith(b"\n")

    def read(self, mark: str) -> Iterator[Deletion]:
        """Yield the entries of the ledger that has this mark. A line that was cut short is passed over."""
        if not self._path.exists():
            return
        for line in self._path.read_text("utf-8", "replace").splitlines():
            try:
                record = json.loads(line)
                if isinstance(record, dict) and record.get("ledger") == mark:
                    yield deletion_from(record)
            except ValueError:
                continue
