"""One turn in, one or more turns out: what a reporter can do, whatever the channel.

A message is stored, sealed, before anything else happens to it; who answers is decided afterwards (``answering``).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from . import casefile, effects, floor
from .access import (
    CaseAccess,
    find_conversation,
    grant_token,
    open_with_receipt,
    open_with_token,
)
from .answering import (
    answer_pending,
    waits_for_answer,
)
from .bus import conversation_topic
from .casefile import Turn
from .duty.presence import is_typing, note_typing
from .erasing import delete_conversation
from .errors import (
    ReceiptUnknownError,
    ServiceNotReadyError,
    UnknownLanguageError,
)
from .intake import Message, clean_text, store_message
from .lanes import note_message
from .ports import Ports, rounded
from .prompting import begin_from_shelf, let_bot_begin
from .store.session import reading, unit_of_work
from .store.tables import Conversation, DeskKey, DialogueState, TurnRow
from .system_lines import SYSTEM_LINES
from .vault import receipts
from .vault.sealing import new_key_pair


@dataclass(frozen=True)
class View:
    """What the reporter sees: ``turns`` are the new ones, or all of them when the whole conversation was asked for.

    ``is_typing``: a screener is writing at this moment.
    """

    id: str
    language: str
    floor: str
    turns: tuple[Turn, ...]
    receipt: str | None
    hidden: bool
    last_seq: int
    is_typing: bool = False

    @property
    def is_erased(self) -> bool:
        """True when nothing is left of it."""
        return self.last_seq == 0


@dataclass(frozen=True)
class Opened:
    """A conversation that was just opened, or opened again, with the token that goes on opening it."""

    id: str
    token: str
    view: View

    def __repr__(self) -> str:
        return f"Opened({self.id})"


def open_conversation(
    ports: Ports,
    *,
    channel: str = "web",
    language: str | None = None,
    suggested: str = "nl",
    rush: bool = False,
    unproven: bool = False,
) -> Opened:
    """Open a conversation; ``language`` is the person's own choice, ``suggested`` only a guess (browser).

    In a ``rush`` the bot is not asked for what it always says first. ``unproven``: let the others go first.
    Raises UnknownLanguageError, and ServiceNotReadyError when no desk could read it.
    """
    if language is not None and language not in ports.languages:
        raise UnknownLanguageError
    with unit_of_work(ports.sessions) as session:
        conversation, access, token = new_conversation(
            ports, session, channel=channel, language=language, suggested=suggested
        )
        conversation.unproven = unproven
        begun = rush and begin_from_shelf(ports, session, conversation)
    if not begun:
        let_bot_begin(ports, access)
    opened = view(ports, conversation_id=access.conversation_id, token=token)
    return Opened(access.conversation_id, token, opened)


def new_conversation(
    ports: Ports, session: Session, *, channel: str, language: str | None, suggested: str
) -> tuple[Conversation, CaseAccess, str]:
    """Make a conversation in which nothing is said yet, in the caller's transaction; the last part is its token.

    Raises ServiceNotReadyError when no desk could read it.
    """
    now = ports.clock()
    pair = new_key_pair()
    conversation = Conversation(
        id=secrets.token_hex(16),
        channel=channel,
        region=ports.region,
        language=language or (suggested if suggested in ports.languages else ports.languages[0]),
        language_chosen=language is not None,
        floor=floor.BOT,
        level_rank=0,
        public_key=pair.public,
        opened_at=rounded(now),
        active_at=rounded(now),
    )
    access = CaseAccess(conversation.id, pair.private)
    if session.get(DeskKey, "care") is None:
        raise ServiceNotReadyError
    session.add(conversation)
    session.flush()
    session.add(DialogueState(conversation_id=conversation.id, version=0, sealed=None))
    effects.seal_to_desk(session, conversation, access, side="care")
    token = grant_token(
        session,
        conversation_id=conversation.id,
        private_key=pair.private,
        receipt=None,
        until=now + ports.durations.reporter_access,
    )
    return conversation, access, token


def receive(
    ports: Ports,
    *,
    conversation_id: str,
    token: str,
    text: str | None = None,
    choice: str | None = None,
    client_id: str | None = None,
    seen: int | None = None,
) -> View:
    """Take one message, store it, and answer. ``turns`` of the result are those that answer it.

    ``seen``: the last turn that the sender can have seen, so that no other is answered; None where all are seen.
    The same ``client_id`` again changes nothing and gets the same answer. Raises EmptyMessageError,
    MessageTooLongError, ChoiceNotOfferedError, WrongTokenError, ConversationNotFoundError.
    """
    message = Message(
        conversation_id=conversation_id,
        token=token,
        text=clean_text(text) if choice is None else None,
        choice=choice,
        client_id=client_id,
        seen=seen,
    )
    note_message(ports.counters, conversation_id)
    with ports.storing_first.storing():
        try:
            stored = store_message(ports, message)
        except IntegrityError:  # it arrived twice at the same moment; the other one is stored
            stored = store_message(ports, message)
    ports.storing_first.give_way()
    with ports.locks.hold(conversation_id):
        access = answer_pending(ports, stored.access)
    if access is None:
        return _erased_view(ports, conversation_id, stored.language)
    return _answers_view(ports, access, seq=stored.seq)


def view(ports: Ports, *, conversation_id: str, token: str, after: int = 0) -> View:
    """Return the conversation from turn ``after`` on, and first answer what was stored but never answered.

    Raises WrongTokenError, ConversationNotFoundError.
    """
    with reading(ports.sessions) as session:
        access = open_with_token(
            session, conversation_id=conversation_id, token=token, now=ports.clock()
        )
        language = find_conversation(session, conversation_id).language
        waits = waits_for_answer(session, conversation_id)
    if waits:
        with ports.locks.hold(conversation_id):
            answered = answer_pending(ports, access)
        if answered is None:
            return _erased_view(ports, conversation_id, language)
        access = answered
    with reading(ports.sessions) as session:
        turns = casefile.read_turns(session, access.private_key, conversation_id, after=after)
        now_typing = is_typing(session, conversation_id, author="screener", now=ports.clock())
        seen = _view_of(find_conversation(session, conversation_id), turns, access.receipt)
        return replace(seen, is_typing=now_typing)


def typing(ports: Ports, *, conversation_id: str, token: str) -> None:
    """Note that the reporter is writing, for the screener who reads along. Raises WrongTokenError."""
    with reading(ports.sessions) as session:
        open_with_token(session, conversation_id=conversation_id, token=token, now=ports.clock())
        with_a_person = find_conversation(session, conversation_id).floor == floor.SCREENER
    if with_a_person:
        note_typing(ports, conversation_id=conversation_id, author="reporter")


def resume(ports: Ports, *, receipt: str) -> Opened:
    """Open a conversation again with its receipt, and give a new token. Raises ReceiptUnknownError."""
    digits = receipts.normalise(receipt)
    if digits is None:
        raise ReceiptUnknownError
    keys = receipts.receipt_keys(
        digits, salt=ports.vault.receipt_salt, cost=ports.vault.receipt_cost
    )
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        access = open_with_receipt(session, keys=keys)
        token = grant_token(
            session,
            conversation_id=access.conversation_id,
            private_key=access.private_key,
            receipt=digits,
            until=now + ports.durations.reporter_access,
        )
    return Opened(
        access.conversation_id,
        token,
        view(ports, conversation_id=access.conversation_id, token=token),
    )


def choose_language(ports: Ports, *, conversation_id: str, token: str, language: str) -> View:
    """Keep the person's own choice of language; it beats any detection. Raises UnknownLanguageError."""
    if language not in ports.languages:
        raise UnknownLanguageError
    with unit_of_work(ports.sessions) as session:
        open_with_token(session, conversation_id=conversation_id, token=token, now=ports.clock())
        conversation = find_conversation(session, conversation_id, to_change=True)
        conversation.language, conversation.language_chosen = language, True
    ports.bus.publish(conversation_topic(conversation_id))
    return view(ports, conversation_id=conversation_id, token=token)


def erase(ports: Ports, *, conversation_id: str, token: str) -> None:
    """Delete the conversation and everything in it. Raises WrongTokenError, ConversationNotFoundError."""
    with reading(ports.sessions) as session:
        open_with_token(session, conversation_id=conversation_id, token=token, now=ports.clock())
    delete_conversation(ports, conversation_id)


def _answers_view(ports: Ports, access: CaseAccess, *, seq: int) -> View:
    with reading(ports.sessions) as session:
        rows = session.scalars(
            select(TurnRow)
            .where(TurnRow.conversation_id == access.conversation_id, TurnRow.answers == seq)
            .order_by(TurnRow.seq)
        )
        turns = tuple(casefile.open_turn(access.private_key, row)[0] for row in rows)
        return _view_of(find_conversation(session, access.conversation_id), turns, access.receipt)


def _view_of(conversation: Conversation, turns: tuple[Turn, ...], receipt: str | None) -> View:
    return View(
        id=conversation.id,
        language=conversation.language,
        floor=conversation.floor,
        turns=turns,
        receipt=receipt,
        hidden=conversation.hidden,
        last_seq=conversation.last_seq,
    )


def _erased_view(ports: Ports, conversation_id: str, language: str) -> View:
    erased = Turn(
        id=0, author="system", line=SYSTEM_LINES["system_erased"], text=None, at=ports.clock()
    )
    return View(conversation_id, language, floor.CLOSED, (erased,), None, False, 0)
