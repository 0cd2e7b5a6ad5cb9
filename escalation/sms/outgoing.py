"""What is sent: outbox rows for what was said, and the words of a row, rendered when it is sent.

A row's key says what to render and holds nothing of anybody: ``sms:conversation:kind first-last:language:part``. Kinds:
``t`` what was said from turn ``first`` to ``last``; ``h`` what was held back at the beginning; ``r`` the receipt; ``x``
the farewell after the word to stop, which alone is sent while the thread is quiet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..outbox import SMS
from ..ports import Ports
from ..signal import LEVELS
from ..store.session import reading, unit_of_work
from ..store.sms_tables import SmsThread
from ..store.tables import Conversation, OutboxRow, TurnRow
from .composing import compose, has_held_back
from .inbound import being_heard
from .layout import Layout
from .segments import made_plain
from .threads import WORD_SENT, access_of, number_of

TURNS, HELD, RECEIPT, FAREWELL = "thrx"

_KEY = re.compile(r"sms:([0-9a-f]{32}):([thrx])(\d+)-(\d+):([\w-]+):(\d+)")


@dataclass(frozen=True)
class Key:
    """The key of an outbox row, taken apart."""

    conversation_id: str
    kind: str
    first: int
    last: int
    language: str
    part: int

    def __str__(self) -> str:
        told = f"{self.kind}{self.first}-{self.last}:{self.language}:{self.part}"
        return f"sms:{self.conversation_id}:{told}"


@dataclass(frozen=True)
class OutgoingText:
    """One text message to one number."""

    number: str
    text: str
    conversation_id: str

    def __repr__(self) -> str:
        return f"OutgoingText({self.conversation_id})"


def parse_key(key: str) -> Key | None:
    """Return the key taken apart; None when it is no key of ours."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    conversation_id, kind, first, last, language, part = match.groups()
    return Key(conversation_id, kind, int(first), int(last), language, int(part))


def message_of(ports: Ports, key: str) -> OutgoingText | None:
    """Return what to send for an outbox row; None when it must not be sent any more.

    That is when the thread is gone, rests or became quiet since the row was written.
    """
    wanted = parse_key(key)
    if wanted is None:
        return None
    with reading(ports.sessions) as session:
        thread = session.get(SmsThread, wanted.conversation_id)
        if thread is None or not _may_be_sent(thread, wanted):
            return None
        layout = _layout(ports, session, thread, wanted)
        if layout is None or wanted.part >= len(layout.messages):
            return None
        text = made_plain(layout.messages[wanted.part])
        return OutgoingText(number_of(ports, thread), text, wanted.conversation_id)


def _may_be_sent(thread: SmsThread, key: Key) -> bool:
    return thread.quiet is None or (key.kind == FAREWELL and thread.quiet == WORD_SENT)


def _layout(ports: Ports, session: Session, thread: SmsThread, key: Key) -> Layout | None:
    access = access_of(ports, session, thread)
    if access is None:
        return None
    return compose(ports, session, access, key.kind, key.first, key.last, key.language)


def write_due_messages(ports: Ports) -> int:
    """Write outbox rows for what was said in open threads since the last time; return for how many threads.

    Not while a text of that number is being handled or about to be: before it is heard, nobody knows in which language
    to write, and whether it is safe to write at all. Whoever handles it writes what is to be sent.
    Any number of workers: the row of a turn is written in the transaction that moves ``sent_seq`` over it.
    """
    with reading(ports.sessions) as session:
        behind = list(
            session.scalars(
                select(SmsThread.conversation_id)
                .join(Conversation, Conversation.id == SmsThread.conversation_id)
                .where(
                    Conversation.last_seq > SmsThread.sent_seq,
                    SmsThread.quiet.is_(None),
                    SmsThread.wrapped_token.is_not(None),
                    ~being_heard(ports),
                )
            )
        )
    written = 0
    for conversation_id in behind:
        try:
            with unit_of_work(ports.sessions) as session:
                written += write_messages(ports, session, conversation_id)
        except IntegrityError:
            continue  # another worker was first
    return written


def write_messages(ports: Ports, session: Session, conversation_id: str) -> bool:
    """Write the rows of one thread in the caller's transaction; return whether there was anything to say."""
    thread = session.get(SmsThread, conversation_id, with_for_update=True)
    conversation = session.get(Conversation, conversation_id)
    if thread is None or conversation is None or thread.quiet is not None:
        return False
    first, last = thread.sent_seq + 1, conversation.last_seq
    if last < first or not _take(session, thread, last):
        return False
    thread.more_key = None
    held = thread.held_back and parse_key(thread.held_back)
    if held and first > held.last and _has_written(session, conversation_id, first):
        thread.held_back = None
        if conversation.level_rank < LEVELS.index("acute"):  # then there is no time for it
            _write(ports, session, thread, held)
    turns = Key(conversation_id, TURNS, first, last, conversation.language, 0)
    written = _write(ports, session, thread, turns)
    access = access_of(ports, session, thread)
    if access and has_held_back(session, access, first, last):
        thread.held_back = str(Key(conversation_id, HELD, first, last, conversation.language, 0))
    if access and access.receipt and conversation.submitted and not thread.receipt_sent:
        thread.receipt_sent = True
        receipt = Key(conversation_id, RECEIPT, 0, 0, conversation.language, 0)
        written = _write(ports, session, thread, receipt) or written
    return written


def write_farewell(
    ports: Ports, session: Session, conversation: Conversation, thread: SmsThread, seq: int
) -> None:
    """Write the row of the harmless text that ends a conversation on the phone; ``seq`` is the turn it answers."""
    _write(
        ports, session, thread, Key(conversation.id, FAREWELL, seq, seq, conversation.language, 0)
    )


def write_next_page(ports: Ports, session: Session, thread: SmsThread) -> bool:
    """Write the row of the next page of answers; False when there is none."""
    key = thread.more_key and parse_key(thread.more_key)
    if not key:
        return False
    layout = _layout(ports, session, thread, key)
    _add(ports, session, key)
    following = Key(key.conversation_id, key.kind, key.first, key.last, key.language, key.part + 1)
    has_next = layout is not None and following.part < len(layout.messages)
    thread.more_key = str(following) if has_next else None
    return True


def _has_written(session: Session, conversation_id: str, first: int) -> bool:
    """Whether the person has written since turn ``first``."""
    own = select(TurnRow.seq).where(
        TurnRow.conversation_id == conversation_id,
        TurnRow.seq >= first,
        TurnRow.author == "reporter",
    )
    return session.scalar(own.limit(1)) is not None


def _take(session: Session, thread: SmsThread, last: int) -> bool:
    """Move ``sent_seq``; False when another worker has done so since it was read."""
    changed = session.execute(
        update(SmsThread)
        .where(
            SmsThread.conversation_id == thread.conversation_id,
            SmsThread.sent_seq == thread.sent_seq,
        )
        .values(sent_seq=last)
    )
    return bool(changed.rowcount == 1)  # type: ignore[attr-defined]


def _write(ports: Ports, session: Session, thread: SmsThread, key: Key) -> bool:
    layout = _layout(ports, session, thread, key)
    if layout is None:
        return False
    for part in range(layout.at_once):
        _add(ports, session, Key(**{**vars(key), "part": part}))
    if layout.at_once < len(layout.messages):
        thread.more_key = str(Key(**{**vars(key), "part": layout.at_once}))
    return bool(layout.messages)


def _add(ports: Ports, session: Session, key: Key) -> None:
    session.add(
        OutboxRow(
            key=str(key),
            kind=SMS,
            conversation_id=key.conversation_id,
            due_at=ports.clock(),
        )
    )
