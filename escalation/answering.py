"""Answering what is stored: whoever has the floor speaks. A turn is answered once, also after a crash half-way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from . import casefile, effects, floor
from .access import CaseAccess, find_conversation
from .bot import BotReply, BotTurn
from .bus import QUEUE_TOPIC, conversation_topic
from .erasing import delete_conversation
from .errors import BotUnavailableError, StateUnreadableError
from .lanes import may_wait
from .not_answering import say_that_it_is_busy, store_bot_unavailable
from .ports import Ports
from .queueing import move_floor
from .signal import LEVELS
from .spoken import is_spoken_now, without_offer
from .store.session import reading, unit_of_work
from .store.tables import Conversation, DialogueState, FlagRow, TurnRow
from .system_lines import SYSTEM_LINES

MAX_BOT_CHARS = 10_000
"""What the bot reads of one message; the turn itself keeps everything."""

MAX_IN_ONE_GO = 20
"""How many waiting turns one request answers; the next request goes on."""

NOT_BEGUN = -1
"""The version of a dialogue state whose opening was said without the bot."""


@dataclass(frozen=True)
class Pending:
    """A reporter's turn that nobody has answered, with what the bot needs for it."""

    seq: int
    state_version: int
    bot_may_speak: bool
    may_wait: bool
    turn: BotTurn


@dataclass(frozen=True)
class Step:
    """What answering one turn came to: the access (with a receipt just given), or None when all was erased."""

    access: CaseAccess | None
    more: bool


def answer_pending(ports: Ports, access: CaseAccess) -> CaseAccess | None:
    """Answer the stored turns that wait, oldest first. Returns None when the conversation was erased on request.

    The bot is asked outside any transaction; its answer counts only if the dialogue state is still the one it was
    asked with and the floor is still its own. The access returned also holds a receipt that was given meanwhile.
    """
    for _ in range(MAX_IN_ONE_GO):
        pending = _next_pending(ports, access)
        if pending is None:
            break
        step = _answer(ports, access, pending)
        if step.access is None:
            return None
        access = step.access
        if not step.more:
            break
    return access


def waits_for_answer(session: Session, conversation_id: str) -> bool:
    """Return whether a turn of the reporter is stored and not answered."""
    found = select(TurnRow.seq).where(
        TurnRow.conversation_id == conversation_id, TurnRow.answered.is_(False)
    )
    return session.scalar(found.limit(1)) is not None


def ask_bot(ports: Ports, access: CaseAccess, turn: BotTurn) -> BotReply:
    """Ask; a state that the bot cannot open is given up once. Raises BotUnavailableError."""
    try:
        return ports.bot.answer(turn)
    except StateUnreadableError:
        pass
    try:
        return ports.bot.answer(replace(turn, state=None))
    except StateUnreadableError:
        raise BotUnavailableError from None


def bot_turn(
    session: Session,
    conversation: Conversation,
    access: CaseAccess,
    *,
    text: str | None = None,
    choice: str | None = None,
    acute_now: bool = False,
) -> BotTurn:
    """Build the turn for the bot from the stored dialogue state and ``text`` or ``choice``."""
    flags = select(FlagRow.flag).where(
        FlagRow.conversation_id == conversation.id, FlagRow.cleared_by.is_(None)
    )
    return BotTurn(
        conversation=conversation.id,
        text=text[:MAX_BOT_CHARS] if text else None,
        choice=choice,
        language=conversation.language,
        language_chosen=conversation.language_chosen,
        channel=conversation.channel,
        level=LEVELS[conversation.level_rank],
        flags=tuple(sorted(set(session.scalars(flags)))),
        acute_now=acute_now,
        state=session.get_one(DialogueState, conversation.id).sealed,
        state_key=access.dialogue_key,
    )


def store_lines(
    session: Session, conversation: Conversation, reply: BotReply, *, answers: int, now: datetime
) -> None:
    """Keep the lines of an answer as turns."""
    for line in reply.lines:
        if line.line:
            casefile.append_turn(
                session, conversation, author="bot", line=line.line, answers=answers, now=now
            )


def system_turn(
    session: Session, conversation: Conversation, say: str, *, answers: int | None, now: datetime
) -> int:
    """Let the system say one of its lines."""
    return casefile.append_turn(
        session, conversation, author="system", line=SYSTEM_LINES[say], answers=answers, now=now
    )


def keep_state(
    session: Session, conversation_id: str, reply_state: bytes | None, *, version: int
) -> bool:
    """Store the new dialogue state if it still is at ``version``; returns whether it was."""
    changed = session.execute(
        update(DialogueState)
        .where(DialogueState.conversation_id == conversation_id, DialogueState.version == version)
        .values(version=version + 1, sealed=reply_state)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount == 1)  # type: ignore[attr-defined]


def _next_pending(ports: Ports, access: CaseAccess) -> Pending | None:
    with ports.preparing, reading(ports.sessions) as session:
        row = session.scalars(
            select(TurnRow)
            .where(TurnRow.conversation_id == access.conversation_id, TurnRow.answered.is_(False))
            .order_by(TurnRow.seq)
            .limit(1)
        ).first()
        if row is None:
            return None
        conversation = find_conversation(session, access.conversation_id)
        state = session.get_one(DialogueState, access.conversation_id)
        turn, choice = casefile.open_turn(access.private_key, row)
        prepared = bot_turn(
            session, conversation, access, text=turn.text, choice=choice, acute_now=row.acute
        )
    return Pending(
        seq=row.seq,
        state_version=state.version,
        bot_may_speak=conversation.floor in (floor.BOT, floor.WAITING),
        may_wait=may_wait(ports.counters, conversation),  # may ask Redis: nobody else waits for it
        turn=prepared,
    )


def _mark_answered(session: Session, conversation_id: str, seq: int) -> bool:
    changed = session.execute(
        update(TurnRow)
        .where(
            TurnRow.conversation_id == conversation_id,
            TurnRow.seq == seq,
            TurnRow.answered.is_(False),
        )
        .values(answered=True)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount == 1)  # type: ignore[attr-defined]


def leave_to_people(ports: Ports, access: CaseAccess, seq: int) -> None:
    """Let a turn stand without an answer of the bot."""
    with unit_of_work(ports.sessions) as session:
        _mark_answered(session, access.conversation_id, seq)
    ports.bus.publish(conversation_topic(access.conversation_id))


def _answer(ports: Ports, access: CaseAccess, pending: Pending) -> Step:
    if not pending.bot_may_speak:
        leave_to_people(ports, access, pending.seq)
        return Step(access, more=True)
    if pending.may_wait and not ports.slow_lane.enter():
        say_that_it_is_busy(ports, access, seq=pending.seq)
        return Step(access, more=False)
    try:
        reply = ask_bot(ports, access, _begun(ports, access, pending))
    except BotUnavailableError:
        store_bot_unavailable(ports, access, seq=pending.seq)
        return Step(access, more=False)
    finally:
        if pending.may_wait:
            ports.slow_lane.leave()
    effect = effects.merged([line.effect for line in reply.lines])
    if effect.get("erase") is True:
        delete_conversation(ports, access.conversation_id)
        return Step(None, more=False)
    receipt = effects.receipt_for(ports, effect, access)
    more = _store_reply(ports, access, pending, reply, effect, receipt)
    return Step(replace(access, receipt=receipt[0]) if receipt else access, more)


def _begun(ports: Ports, access: CaseAccess, pending: Pending) -> BotTurn:
    """Let the bot go through its opening when that was said without it (``prompting.begin_from_shelf``).

    Not in danger: there a moment counts more than that the bot may say once more who it is.
    """
    if pending.state_version != NOT_BEGUN or pending.turn.acute_now:
        return pending.turn
    start = replace(pending.turn, text=None, choice="start", acute_now=False)
    return replace(pending.turn, state=ask_bot(ports, access, start).state)


def _store_reply(
    ports: Ports,
    access: CaseAccess,
    pending: Pending,
    reply: BotReply,
    effect: dict[str, Any],
    receipt: effects.Receipt | None,
) -> bool:
    """Keep an answer and do what it wants; return whether there may be more to answer."""
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        conversation = find_conversation(session, access.conversation_id, to_change=True)
        if not keep_state(session, conversation.id, reply.state, version=pending.state_version):
            return True  # another process answered meanwhile; the loop looks again
        if not _mark_answered(session, conversation.id, pending.seq):
            return True
        if conversation.floor == floor.WAITING and conversation.bot_down:
            move_floor(session, conversation, floor.BOT, by="bot", now=now)
        conversation.bot_down = False
        conversation.hidden = False
        if _hear_language(ports, session, conversation, access, pending, reply):
            reply = without_offer(reply)
        if conversation.floor in (floor.BOT, floor.WAITING):  # else a person has stepped in
            store_lines(session, conversation, reply, answers=pending.seq, now=now)
        effects.apply(
            ports,
            session,
            conversation,
            access,
            effect,
            receipt=receipt,
            answers=pending.seq,
            now=now,
        )
        more, queued = waits_for_answer(session, conversation.id), conversation.waiting_since
    ports.bus.publish(conversation_topic(access.conversation_id))
    if queued is not None:
        ports.bus.publish(QUEUE_TOPIC)
    return more


def _hear_language(
    ports: Ports,
    session: Session,
    conversation: Conversation,
    access: CaseAccess,
    pending: Pending,
    reply: BotReply,
) -> bool:
    """Go on in the language that was heard, if it is spoken now; return whether that is another one."""
    heard, text = reply.detected, pending.turn.text
    if heard is None or text is None or conversation.language_chosen:
        return False
    if heard.language == conversation.language or heard.language not in ports.languages:
        return False
    by_sms, acute = conversation.channel == "sms", pending.turn.acute_now
    key, case, seq = access.private_key, conversation.id, pending.seq
    before = tuple(casefile.recent_turns(session, key, case, before=seq))
    if not is_spoken_now(heard, text, before, by_text_message=by_sms, acute=acute):
        return False
    conversation.language = heard.language
    return True
