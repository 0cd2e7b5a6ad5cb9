"""Working on a case: read, take over, write, hand back, close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .. import casefile, floor, phrasebook
from ..access import prolong
from ..answering import system_turn
from ..bus import QUEUE_TOPIC, conversation_topic
from ..casefile import FlagWithReason, Turn
from ..duty.alarm import end_alarm
from ..duty.measures import stop_watch
from ..duty.presence import is_typing
from ..effects import share_as_allowed
from ..errors import (
    AlreadyTakenError,
    InvalidTransitionError,
    UnknownPhraseError,
)
from ..flood import keep
from ..intake import clean_text
from ..lines import Line
from ..ports import Ports, rounded
from ..prompting import let_bot_go_on
from ..queueing import move_floor, put_in_queue
from ..sms.reachable import texting
from ..sms.threads import wake
from ..store.duty_tables import Presence
from ..store.session import reading, unit_of_work
from ..store.tables import (
    CaseKeyCopy,
    Conversation,
    DialogueState,
    FloorChange,
    ScreenerRow,
    TurnRow,
)
from ..translating import keep_translation
from ..vault.sealing import keyed_digest
from .drafts import drop_draft
from .handing_over import route_of
from .notes import Note, read_notes
from .opening import open_case, open_own_case
from .queue import CaseRow, case_row
from .sessions import Screener
from .translations import machine_translation


@dataclass(frozen=True)
class Case:
    """An opened case: ``turns`` are those after the number that was asked for.

    ``corrected`` are the fields that a screener set right, ``route`` the side for which it was put back.
    """

    row: CaseRow
    fields: dict[str, Any]
    flags: tuple[FlagWithReason, ...]
    turns: tuple[Turn, ...]
    readers: tuple[str, ...]
    may_write: bool
    corrected: frozenset[str]
    notes: tuple[Note, ...]
    route: str | None
    is_typing: bool
    texting: str | None = None
    """Whether what is written goes out as a text message (``escalation.sms.reachable``)."""


def read_case(ports: Ports, *, screener: Screener, case_id: str, after: int = 0) -> Case:
    """Open a case. Raises CaseNotFoundError, NoAccessError (not sealed to this desk)."""
    with reading(ports.sessions) as session:
        conversation, access = open_case(session, screener, case_id)
        owner = session.get(ScreenerRow, conversation.owner_id) if conversation.owner_id else None
        flags = casefile.read_flags(session, access.private_key, case_id)
        names = tuple(dict.fromkeys(flag.flag for flag in flags if not flag.cleared))
        sides = session.scalars(
            select(CaseKeyCopy.side).where(CaseKeyCopy.conversation_id == case_id)
        )
        record = casefile.read_record(session, access.private_key, case_id)
        return Case(
            row=case_row(conversation, owner.name if owner else None, names),
            fields={name: value for name, (value, _) in record.items()},
            flags=flags,
            turns=casefile.read_turns(session, access.private_key, case_id, after=after),
            readers=tuple(sorted(sides)),
            may_write=conversation.owner_id == screener.id and conversation.floor == floor.SCREENER,
            corrected=frozenset(name for name, (_, by) in record.items() if by == "screener"),
            notes=read_notes(session, access.private_key, case_id),
            route=route_of(session, conversation),
            is_typing=is_typing(session, case_id, author="reporter", now=ports.clock()),
            texting=texting(session, conversation),
        )


def take(ports: Ports, *, screener: Screener, case_id: str) -> None:
    """Take the case over: exactly one of any number of screeners gets it. Taking one's own case again does nothing.

    Raises AlreadyTakenError, InvalidTransitionError, CaseNotFoundError, NoAccessError.
    """
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        conversation, access = open_case(session, screener, case_id)
        before = conversation.floor
        taken = session.execute(
            update(Conversation)
            .where(
                Conversation.id == case_id,
                Conversation.owner_id.is_(None),
                Conversation.floor.in_(floor.sources_of(floor.SCREENER)),
            )
            .values(
                owner_id=screener.id,
                floor=floor.SCREENER,
                waiting_since=None,
                bot_down=False,
                hidden=False,
            )
            .execution_options(synchronize_session=False)
        )
        session.refresh(conversation)
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            _explain_not_taken(session, conversation, screener)
            return
        keep(conversation)
        session.add(
            FloorChange(
                conversation_id=case_id,
                from_floor=before,
                to_floor=floor.SCREENER,
                changed_by=screener.id,
                changed_at=rounded(now),
            )
        )
        _leave_nothing_to_the_bot(session, case_id)
        end_alarm(session, case_id, screener_id=screener.id, now=now)
        session.merge(Presence(screener_id=screener.id, seen_at=now))
        if conversation.submitted:
            share_as_allowed(session, conversation, access)
        system_turn(session, conversation, "system_screener_joined", answers=None, now=now)
    _publish(ports, case_id)


def say(
    ports: Ports,
    *,
    screener: Screener,
    case_id: str,
    text: str | None = None,
    phrase: str | None = None,
    client_id: str | None = None,
    translate: bool = False,
) -> int:
    """Write to the reporter, ``text`` or a line of the phrasebook; return the turn's number.

    With ``translate`` the person reads a machine's translation, and the screener's words under it.

    The same ``client_id`` again changes nothing. Raises NotOwnerError, EmptyMessageError, MessageTooLongError,
    UnknownPhraseError, TranslationFailedError, CaseNotFoundError, NoAccessError.
    """
    line = _line_of(phrase, screener) if phrase else None
    cleaned = None if line else clean_text(text)
    translated = _translated(ports, screener, case_id, cleaned) if translate and cleaned else None

    said = _Said(cleaned, line, client_id, translated)
    try:
        seq = _store_said(ports, screener, case_id, said)
    except IntegrityError:  # sent twice at the same moment; the other one is stored
        seq = _store_said(ports, screener, case_id, said)
    ports.bus.publish(conversation_topic(case_id))
    return seq


@dataclass(frozen=True)
class _Said:
    text: str | None
    line: Line | None
    client_id: str | None
    translated: dict[str, str] | None


def _store_said(ports: Ports, screener: Screener, case_id: str, said: _Said) -> int:
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        conversation, access = open_own_case(session, screener, case_id)
        digest = keyed_digest(access.private_key, said.client_id) if said.client_id else None
        known = select(TurnRow.seq).where(
            TurnRow.conversation_id == case_id, TurnRow.client_digest == digest
        )
        seq = session.scalar(known) if digest else None
        if seq:
            return seq
        stop_watch(session, conversation, now=now)
        if not said.line:
            drop_draft(session, screener, case_id)
        wake(ports, session, access)
        seq = casefile.append_turn(
            session,
            conversation,
            author="screener",
            text=said.text,
            line=said.line,
            client_digest=digest,
            now=now,
        )
        if said.translated:
            keep_translation(session, conversation, seq=seq, **said.translated)
        return seq


def _translated(ports: Ports, screener: Screener, case_id: str, text: str) -> dict[str, str]:
    with reading(ports.sessions) as session:
        language = open_own_case(session, screener, case_id)[0].language
    words = machine_translation(ports, text, source=screener.language, target=language)
    return {"language": language, "text": words}


def _line_of(phrase_id: str, screener: Screener) -> Line:
    found = phrasebook.phrase(phrase_id, screener.side)
    if found is None:
        raise UnknownPhraseError
    return found.line


def release(ports: Ports, *, screener: Screener, case_id: str, to: str) -> None:
    """Give the floor back to the ``bot`` or to the queue (``waiting``).

    Raises NotOwnerError, InvalidTransitionError, CaseNotFoundError, NoAccessError.
    """
    if to not in (floor.BOT, floor.WAITING):
        raise InvalidTransitionError
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        conversation, access = open_own_case(session, screener, case_id)
        move_floor(session, conversation, to, by=screener.id, now=now)
        conversation.owner_id, conversation.waiting_since = None, None
        if to == floor.WAITING:
            put_in_queue(session, conversation, now=now)
        say_line = "system_back_to_bot" if to == floor.BOT else "system_back_to_queue"
        system_turn(session, conversation, say_line, answers=None, now=now)
    if to == floor.BOT:
        let_bot_go_on(ports, access)
    _publish(ports, case_id)


def close(ports: Ports, *, screener: Screener, case_id: str) -> None:
    """Close the case: the dialogue state goes at once, the reporter's token soon after.

    Raises NotOwnerError, CaseNotFoundError, NoAccessError.
    """
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        conversation, _ = open_own_case(session, screener, case_id)
        move_floor(session, conversation, floor.CLOSED, by=screener.id, now=now)
        conversation.waiting_since = None
        session.execute(
            update(DialogueState)
            .where(DialogueState.conversation_id == case_id)
            .values(sealed=None)
        )
        prolong(session, conversation_id=case_id, until=now + ports.durations.access_after_closing)
        system_turn(session, conversation, "system_closed", answers=None, now=now)
    _publish(ports, case_id)


def _explain_not_taken(session: Session, conversation: Conversation, screener: Screener) -> None:
    if conversation.floor == floor.CLOSED or conversation.owner_id is None:
        raise InvalidTransitionError
    if conversation.owner_id != screener.id:
        raise AlreadyTakenError(session.get_one(ScreenerRow, conversation.owner_id).name)


def _leave_nothing_to_the_bot(session: Session, case_id: str) -> None:
    session.execute(
        update(TurnRow)
        .where(TurnRow.conversation_id == case_id, TurnRow.answered.is_(False))
        .values(answered=True)
    )


def _publish(ports: Ports, case_id: str) -> None:
    ports.bus.publish(conversation_topic(case_id))
    ports.bus.publish(QUEUE_TOPIC)
