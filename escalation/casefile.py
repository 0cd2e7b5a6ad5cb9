"""One case's sealed papers: turns, fields and flags, written with the public half and read with the private half."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from . import signal
from .lines import Line, line_from_dict
from .store.tables import Conversation, FieldRecord, FlagRow, TurnRow
from .translating import read_translations
from .triage import RaisedFlag, level_of
from .vault.sealing import open_record, seal_record

RECENT_TURNS = 12
"""How many turns back an offered choice is looked for; keeps the cost of a turn flat."""


@dataclass(frozen=True)
class Turn:
    """One turn as its readers get it: ``line`` for what was said or chosen from templates, ``text`` for free text."""

    id: int
    author: str
    line: Line | None
    text: str | None
    at: datetime
    translations: Mapping[str, str] = field(default_factory=dict)
    """Machine translations of the text that were asked for, by language."""


@dataclass(frozen=True)
class FlagWithReason:
    """A flag with what raised it: the words that stand in the text, or ``field=value``."""

    id: int
    flag: str
    now: bool
    source: str
    evidence: str
    rule: str
    cleared: bool


def append_turn(
    session: Session,
    conversation: Conversation,
    *,
    author: str,
    now: datetime,
    line: Line | None = None,
    text: str | None = None,
    choice: str | None = None,
    answers: int | None = None,
    client_digest: bytes | None = None,
    answered: bool = True,
    acute: bool = False,
) -> int:
    """Seal and add a turn; return its number, which counts up by one without gaps within the conversation."""
    seq = next_seq(session, conversation.id)
    payload = {
        "line": line.to_dict() if line else None,
        "text": text,
        "choice": choice,
        "at": now.isoformat(timespec="seconds"),
    }
    session.add(
        TurnRow(
            conversation_id=conversation.id,
            seq=seq,
            author=author,
            sealed=seal_record(
                conversation.public_key, payload, context=f"turn:{conversation.id}:{seq}"
            ),
            client_digest=client_digest,
            answers=answers,
            answered=answered,
            acute=acute,
        )
    )
    return seq


def next_seq(session: Session, conversation_id: str) -> int:
    """Take the next turn number. The UPDATE makes writers of one conversation wait for each other."""
    return session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(last_seq=Conversation.last_seq + 1)
        .returning(Conversation.last_seq)
        .execution_options(synchronize_session=False)
    ).scalar_one()


def open_turn(private_key: bytes, row: TurnRow) -> tuple[Turn, str | None]:
    """Open one turn; the second part is the id of the choice when the turn is one. Raises CannotOpenError."""
    payload = open_record(private_key, row.sealed, context=f"turn:{row.conversation_id}:{row.seq}")
    line = payload["line"]
    turn = Turn(
        id=row.seq,
        author=row.author,
        line=line_from_dict(line) if line else None,
        text=payload["text"],
        at=datetime.fromisoformat(payload["at"]),
    )
    return turn, payload["choice"]


def read_turns(
    session: Session, private_key: bytes, conversation_id: str, *, after: int = 0
) -> tuple[Turn, ...]:
    """Return the turns that follow number ``after``, in order."""
    rows = session.scalars(
        select(TurnRow)
        .where(TurnRow.conversation_id == conversation_id, TurnRow.seq > after)
        .order_by(TurnRow.seq)
    )
    translated = read_translations(session, private_key, conversation_id, after=after)
    turns = (open_turn(private_key, row)[0] for row in rows)
    return tuple(
        replace(turn, translations=translated[turn.id]) if turn.id in translated else turn
        for turn in turns
    )


def recent_turns(
    session: Session, private_key: bytes, conversation_id: str, *, before: int | None = None
) -> Iterator[Turn]:
    """Yield the last few turns, newest first; each is opened only when it is asked for.

    ``before``: only those in front of that turn number.
    """
    wanted = select(TurnRow).where(TurnRow.conversation_id == conversation_id)
    if before is not None:
        wanted = wanted.where(TurnRow.seq < before)
    rows = session.scalars(wanted.order_by(TurnRow.seq.desc()).limit(RECENT_TURNS)).all()
    for row in rows:
        yield open_turn(private_key, row)[0]


def record_fields(
    session: Session,
    conversation: Conversation,
    private_key: bytes,
    fields: Mapping[str, Any],
    *,
    by: str,
) -> dict[str, Any]:
    """Keep the values that their fields allow and return them; others are left out (the turn keeps what was typed).

    Each record also carries the closed answers given so far, so that reading those costs the same at every turn.
    """
    kept: dict[str, Any] = {}
    for name, value in fields.items():
        try:
            kept[name] = signal.clean(name, value)
        except signal.InvalidValueError:
            continue
    if kept:
        closed = {n: v for n, v in kept.items() if signal.FIELDS[n].kind != "text"}
        answers = read_answers(session, private_key, conversation.id) | closed
        record = {"fields": kept, "answers": answers}
        sealed = seal_record(conversation.public_key, record, context=f"fields:{conversation.id}")
        session.add(FieldRecord(conversation_id=conversation.id, recorded_by=by, sealed=sealed))
    return kept


def read_answers(session: Session, private_key: bytes, conversation_id: str) -> dict[str, Any]:
    """Return the closed answers given so far (no free text), from the last record alone."""
    row = session.scalars(
        select(FieldRecord)
        .where(FieldRecord.conversation_id == conversation_id)
        .order_by(FieldRecord.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return {}
    record = open_record(private_key, row.sealed, context=f"fields:{conversation_id}")
    return dict(record["answers"])


def read_fields(session: Session, private_key: bytes, conversation_id: str) -> dict[str, Any]:
    """Return the fields as last told."""
    return {
        name: value
        for name, (value, _) in read_record(session, private_key, conversation_id).items()
    }


def read_record(
    session: Session, private_key: bytes, conversation_id: str
) -> dict[str, tuple[Any, str]]:
    """Return the fields as last recorded, each with who recorded it: bot or screener."""
    rows = session.scalars(
        select(FieldRecord)
        .where(FieldRecord.conversation_id == conversation_id)
        .order_by(FieldRecord.id)
    )
    fields: dict[str, tuple[Any, str]] = {}
    for row in rows:
        record = open_record(private_key, row.sealed, context=f"fields:{conversation_id}")
        fields.update({name: (value, row.recorded_by) for name, value in record["fields"].items()})
    return {name: fields[name] for name in signal.FIELDS if name in fields}


def raise_flags(
    session: Session, conversation: Conversation, flags: Iterable[RaisedFlag | tuple[str, str]]
) -> None:
    """Add flags that do not stand yet (or not yet as happening now), and lift the level. Nothing is ever lowered here.

    A pair (flag, reason) is a flag that the system itself raises; danger that it raises is danger now.
    """
    rows = list(session.scalars(select(FlagRow).where(FlagRow.conversation_id == conversation.id)))
    standing = {(row.flag, row.now) for row in rows if row.cleared_by is None}
    for given in flags:
        raised = (
            RaisedFlag(given[0], "system", given[1], given[1], given[0] == "immediate_danger")
            if isinstance(given, tuple)
            else given
        )
        if (raised.flag, raised.now) in standing or (raised.flag, True) in standing:
            continue
        standing.add((raised.flag, raised.now))
        reason = {"evidence": raised.evidence, "rule": raised.rule}
        session.add(
            FlagRow(
                conversation_id=conversation.id,
                flag=raised.flag,
                now=raised.now,
                source=raised.source,
                sealed=seal_record(
                    conversation.public_key, reason, context=f"flag:{conversation.id}:{raised.flag}"
                ),
            )
        )
    level = signal.LEVELS.index(level_of(standing))
    conversation.level_rank = max(conversation.level_rank, level)


def read_flags(
    session: Session, private_key: bytes, conversation_id: str
) -> tuple[FlagWithReason, ...]:
    """Return all flags with their reasons, in the order in which they were raised."""
    rows = session.scalars(
        select(FlagRow).where(FlagRow.conversation_id == conversation_id).order_by(FlagRow.id)
    )
    flags = []
    for row in rows:
        reason = open_record(private_key, row.sealed, context=f"flag:{conversation_id}:{row.flag}")
        cleared = row.cleared_by is not None
        flags.append(
            FlagWithReason(
                row.id, row.flag, row.now, row.source, reason["evidence"], reason["rule"], cleared
            )
        )
    return tuple(flags)
