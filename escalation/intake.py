"""Taking one message in: cleaned, stored sealed, heard for danger. Nothing else happens before that."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from . import casefile, flood, floor, triage
from .access import CaseAccess, find_conversation, open_with_token, prolong
from .answering import system_turn
from .bus import QUEUE_TOPIC, conversation_topic
from .comparing import bare
from .errors import ChoiceNotOfferedError, EmptyMessageError, MessageTooLongError
from .lines import Choice, Line
from .ports import Ports, rounded
from .queueing import move_floor, put_in_queue
from .signal import LEVELS, printable
from .store.session import unit_of_work
from .store.tables import Conversation, TurnRow
from .system_lines import GO_ON
from .vault.sealing import keyed_digest

logger = logging.getLogger(__name__)

MAX_MESSAGE_CHARS = 100_000
RESUME = "resume"
LONGEST_LABEL_CHARS = 80
ACUTE = LEVELS.index("acute")


def clean_text(text: str | None) -> str:
    """Return the text as it is kept. Raises EmptyMessageError or MessageTooLongError."""
    if text is not None and len(text) > MAX_MESSAGE_CHARS:
        raise MessageTooLongError
    cleaned = printable(text or "").encode("utf-8", "replace").decode("utf-8").strip()
    if not cleaned:
        raise EmptyMessageError
    return cleaned


@dataclass(frozen=True)
class Message:
    """One message as it came: ``text``, cleaned, or ``choice``; ``client_id`` is the sender's own number for it.

    ``seen``: the last turn that its sender can have seen; None where all are seen.
    """

    conversation_id: str
    token: str
    text: str | None
    choice: str | None
    client_id: str | None
    seen: int | None = None

    def __repr__(self) -> str:
        return f"Message({self.conversation_id})"


@dataclass(frozen=True)
class Stored:
    """A stored message: its number, the opened case, and the language it was told in."""

    access: CaseAccess
    seq: int
    language: str


def store_message(ports: Ports, message: Message) -> Stored:
    """Store the message in one transaction with what its words call for; a repeat gives the first one's number.

    Raises ConversationNotFoundError, WrongTokenError, ChoiceNotOfferedError.
    """
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        conversation = find_conversation(session, message.conversation_id, to_change=True)
        access = open_with_token(
            session, conversation_id=conversation.id, token=message.token, now=now
        )
        digest = keyed_digest(access.private_key, message.client_id) if message.client_id else None
        known = _turn_with_digest(session, conversation.id, digest)
        if known is not None:
            return Stored(access, known, conversation.language)
        message = _button_typed_out(ports, session, conversation, access, message)
        with session.no_autoflush:  # one write at the end, not one for each of these
            acute = _hear_danger(ports, session, conversation, message.text, now=now)
            seq = _add_turn(
                session, conversation, access, message, digest=digest, acute=acute, now=now
            )
        if conversation.active_at != rounded(now):
            conversation.active_at = rounded(now)
            until = now + ports.durations.reporter_access
            prolong(session, conversation_id=conversation.id, until=until)
        if conversation.floor == floor.CLOSED:
            _reopen(session, conversation, seq=seq, now=now)
    ports.bus.publish(conversation_topic(conversation.id))
    if conversation.waiting_since is not None:
        ports.bus.publish(QUEUE_TOPIC)
    return Stored(access, seq, conversation.language)


def _button_typed_out(
    ports: Ports, session: Session, conversation: Conversation, access: CaseAccess, message: Message
) -> Message:
    """Take a text that is the label of an answer offered just now as that answer."""
    if message.text is None or len(message.text) > LONGEST_LABEL_CHARS:
        return message
    typed = bare(message.text)
    for turn in casefile.recent_turns(session, access.private_key, conversation.id):
        if turn.author == "reporter":
            return message
        if message.seen is not None and turn.id > message.seen:
            continue
        for option in turn.line.choices if turn.line and not turn.line.multiple else ():
            label = ports.translate(option.source, conversation.language)
            if typed == bare(label) or typed == bare(option.source):
                return replace(message, choice=option.id, text=None)
    return message


def _add_turn(
    session: Session,
    conversation: Conversation,
    access: CaseAccess,
    message: Message,
    *,
    digest: bytes | None,
    acute: bool,
    now: datetime,
) -> int:
    choice = message.choice
    line = _chosen_line(session, conversation, access, choice) if choice is not None else None
    return casefile.append_turn(
        session,
        conversation,
        author="reporter",
        now=now,
        text=message.text,
        line=line,
        choice=choice,
        client_digest=digest,
        answered=False,
        acute=acute,
    )


def hear(text: str, language: str) -> triage.Assessment | None:
    """Return what the words call for; None when they could not be read, which must never cost the message itself."""
    try:
        return triage.read_text(text, language)
    except Exception as error:  # a fault in a word list
        logger.error("triage failed: %s", type(error).__name__)
        return None


def _hear_danger(
    ports: Ports, session: Session, conversation: Conversation, text: str | None, *, now: datetime
) -> bool:
    """Raise what the words call for; an acute message queues the case at once. Returns whether it is acute."""
    assessment = hear(text, conversation.language) if text is not None else None
    if text is None or assessment is None:
        return False
    acute = LEVELS.index(assessment.level) == ACUTE
    flood.weigh(ports.counters, conversation, text, acute=acute)
    if assessment.flags:
        casefile.raise_flags(session, conversation, assessment.flags)
    if conversation.level_rank == ACUTE or conversation.waiting_since is not None:
        put_in_queue(session, conversation, now=now)
    return acute


def _reopen(session: Session, conversation: Conversation, *, seq: int, now: datetime) -> None:
    move_floor(session, conversation, floor.WAITING, by="reporter", now=now)
    conversation.owner_id = None
    put_in_queue(session, conversation, now=now)
    system_turn(session, conversation, "system_reopened", answers=seq, now=now)


def _turn_with_digest(session: Session, conversation_id: str, digest: bytes | None) -> int | None:
    if digest is None:
        return None
    return session.scalar(
        select(TurnRow.seq).where(
            TurnRow.conversation_id == conversation_id, TurnRow.client_digest == digest
        )
    )


def _chosen_line(
    session: Session, conversation: Conversation, access: CaseAccess, choice: str
) -> Line:
    """Return the chosen label(s) as a line, so that every reader gets it in the own language."""
    offered: dict[str, Choice] = {}
    for turn in casefile.recent_turns(session, access.private_key, conversation.id):
        for option in turn.line.choices if turn.line else ():
            offered.setdefault(option.id, option)
    if choice == RESUME and conversation.hidden:
        offered.setdefault(RESUME, GO_ON)
    field, _, values = choice.partition(":")
    wanted = [choice] if choice in offered else [f"{field}:{value}" for value in values.split(",")]
    if any(option not in offered for option in wanted):
        raise ChoiceNotOfferedError
    chosen = [offered[option] for option in wanted]
    if len(chosen) == 1:
        return Line(say="choice", source=chosen[0].source, args=chosen[0].args)
    terms = {"kind": "terms", "sources": [option.source for option in chosen]}
    return Line(say="choice", source="{chosen}", args={"chosen": terms})
