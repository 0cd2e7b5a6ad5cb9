"""The bot speaks without being written to: at the start, and when it gets the floor back."""

from __future__ import annotations

from . import floor
from .access import CaseAccess, find_conversation
from .answering import ask_bot, bot_turn, keep_state, store_lines, system_turn
from .errors import BotUnavailableError
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
    with unit_of_work(ports.sessions) as session:
        conversation = find_conversation(session, access.conversation_id, to_change=True)
        if reply is None:
            move_floor(session, conversation, floor.WAITING, by="system", now=now)
            conversation.bot_down = True
            system_turn(session, conversation, "system_bot_unavailable", answers=0, now=now)
        elif keep_state(session, conversation.id, reply.state, version=0):
            store_lines(session, conversation, reply, answers=0, now=now)


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
