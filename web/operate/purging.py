"""What is kept and for how long, purging it now, and asking the ledger: from the operator's side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from escalation.ports import Ports
from escalation.retention.ledger import find
from escalation.retention.leftovers import count_leftovers, count_unproven
from escalation.retention.purging import (
    BATCH,
    Kept,
    preview,
    purge_conversations,
    purge_records,
)
from escalation.retention.wiping import empty_log, vacuum

from .people import aligned
from .problems import OperatorError
from .progress import Progress

HEAD = ("what", "region or table", "days", "there are", "oldest", "would go")


def preview_table(ports: Ports) -> list[str]:
    """Return what is kept and what would go, as aligned lines. Changes nothing."""
    return aligned([HEAD, *(_row(one) for one in preview(ports) if one.there)])


def purge_now(ports: Ports, progress: Progress) -> list[str]:
    """Purge all that has had its time and wipe it; return what went."""
    went: Counter[str] = Counter()
    for purge_some in (purge_conversations, purge_records):
        _until_nothing(purge_some, ports, went, progress)
    vacuum(ports.sessions)
    lines = [f"{what}: {count}" for what, count in went.items()] or ["Nothing had had its time."]
    if not empty_log(ports.sessions):
        lines.append("Somebody was reading: the worker empties the log within a minute.")
    return lines


def verified(ports: Ports) -> list[str]:
    """Return that the ledger holds. Raises OperatorError when anything is left or an entry was changed."""
    left, unproven = count_leftovers(ports.sessions), count_unproven(ports.sessions)
    if left:
        found = ", ".join(f"{table} {count}" for table, count in left.items())
        raise OperatorError(f"Rows are left of conversations that the ledger names: {found}.")
    if unproven:
        raise OperatorError(
            f"The ledger and the audit chain differ in {unproven} entries: somebody changed one of them."
        )
    return ["Nothing is left of what the ledger names, and the audit chain holds every entry."]


def proof(ports: Ports, asked: str) -> list[str]:
    """Return when and why a conversation was deleted. Raises OperatorError when the ledger does not know it."""
    deletion = find(ports.sessions, asked)
    if deletion is None:
        raise OperatorError("The ledger knows no conversation with this id or digest.")
    rows = ", ".join(f"{table} {count}" for table, count in sorted(deletion.rows.items()))
    return [
        f"Deleted on {deletion.day}: {deletion.why}",
        f"Rows that went: {rows}",
        f"Digest: {deletion.subject.hex()}",
    ]


def _until_nothing(
    purge_some: Callable[..., dict[str, int]],
    ports: Ports,
    went: Counter[str],
    progress: Progress,
) -> None:
    while some := purge_some(ports, limit=BATCH):
        went.update(some)
        progress.show(f"{went.total()} gone")


def _row(one: Kept) -> tuple[str, ...]:
    days = "never purged" if one.days is None else str(one.days)
    oldest = one.oldest.isoformat() if one.oldest else ""
    return (one.what, one.region or one.table, days, str(one.there), oldest, str(one.due))
