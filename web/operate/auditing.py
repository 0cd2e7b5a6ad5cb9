"""The audit chain, from the operator's side: check it, and look at it."""

from __future__ import annotations

from escalation import audit
from escalation.store.session import reading
from web.config import Settings

from .people import aligned, ports_of
from .problems import OperatorError


def verify_chain(settings: Settings, *, noted: str | None) -> list[str]:
    """Return how long the chain is, and its head. Raises OperatorError when it is broken."""
    with reading(ports_of(settings).sessions) as session:
        broken = audit.verify(session)
        if broken is not None:
            raise OperatorError(
                f"The audit chain is broken at row {broken}: it is missing or was changed."
            )
        if noted is not None and not audit.holds(session, _hash_of(noted)):
            raise OperatorError(
                "The chain holds, but the hash that you noted is not in it: rows were cut off or rewritten."
            )
        count, last = audit.head(session)
    return [f"The audit chain holds: {count} rows.", f"Head, to write down elsewhere: {last.hex()}"]


def chain_table(settings: Settings, rows: int) -> list[str]:
    """Return the latest events as aligned lines; times are cut to five minutes."""
    with reading(ports_of(settings).sessions) as session:
        entries = audit.latest(session, rows)
    head = ("row", "time (UTC)", "event", "who", "about")
    lines = [
        (
            str(one.seq),
            f"{one.at:%Y-%m-%d %H:%M}",
            one.event,
            one.actor,
            one.subject_name or one.subject or "",
        )
        for one in entries
    ]
    return aligned([head, *lines]) if lines else ["Nothing yet."]


def _hash_of(noted: str) -> bytes:
    try:
        return bytes.fromhex(noted)
    except ValueError as error:
        raise OperatorError("A head hash is 64 digits and letters a to f.") from error
