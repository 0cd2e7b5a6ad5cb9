"""The bot speaks without being written to: at the start, and when it gets the floor back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from . import casefile, floor
from .access import CaseAccess, find_conversation
from .answering import NOT_BEGUN, ask_bot, bot_turn, keep_state, store_lines, system_turn
from .errors import BotUnavailableError
from .openings import key_of
from .ports import Ports
from .queueing import move_floor
from .store.session import reading, unit_of_work
from .store.tables import Conversation, DialogueState


def let_bot_begin(ports: Ports, access: CaseAccess) -> None:
    """Let the bot say its first lines. When it cannot, the system says so and the case waits for a person."""
    with reading(ports.sessions) as session:
        conversation = find_conversation(session, access.conversation_id)
        turn = bot_turn(session, conversation, access, choice="start")
    try:
        reply = ask_bot(ports, access, turn)
    except BotUnavailableError:
        reply = None
    now = ports.clock()
    if reply is not None:
        lines = tuple(line.line for line in reply.lines if line.line)
        ports.openings.put(key_of(conversation), lines, now=now)
    with unit_of_work(ports.sessions) as session:
        conversation = find_conversation(session, access.conversation_id, to_change=True)
        if reply is None:
            move_floor(session, conversation, floor.WAITING, by="system", now=now)
            conversation.bot_down = True
            system_turn(session, conversation, "system_bot_unavailable", answers=0, now=now)
        elif keep_state(session, conversation.id, reply.state, version=0):
            store_lines(session, conversation, reply, answers=0, now=now)


def begin_from_shelf(ports: Ports, session: Session, conversation: Conversation) -> bool:
    """Say the first lines as the bot said them lately, without asking it; return whether they are known.

    The bot goes through its opening when the first message comes (``answering``), so nothing is lost between the two.
    """
    now = ports.clock()
    lines = ports.openings.get(key_of(conversation), now=now)
    if lines is not None:
        session.flush()
        session.get_one(DialogueState, conversation.id).version = NOT_BEGUN
    for line in lines or ():
        casefile.append_turn(session, conversation, author="bot", line=line, answers=0, now=now)
    return lines is not None


def let_bot_go_on(ports: Ports, access: CaseAccess) -> None:
    """Let the bot say again what it was about to ask. If it cannot, the reporter's next message finds out."""
    with ports.locks.hold(access.conversation_id):
        with reading(ports.sessions) as session:
            conversation = session.get_one(Conversation, access.conversation_id)
            state = session.get_one(DialogueState, access.conversation_id)
            turn = bot_turn(session, conversation, access, choice="resume")
        try:
            reply = ask_bot(ports, access, turn)
        except BotUnavailableError:
            return
        with unit_of_work(ports.sessions) as session:
            conversation = session.get_one(
                Conversation, access.conversation_id, with_for_update=True
            )
            kept = keep_state(session, conversation.id, reply.state, version=state.version)
            if kept and conversation.floor == floor.BOT:
                store_lines(session, conversation, reply, answers=0, now=ports.clock())
