"""One text message's way into a conversation. Whatever fails half-way is done again, and nothing is done twice.

What the person wrote goes the way of every message (``conversation.receive``), with Twilio's own number for it as the
sender's: a second time gives the first one's answer. All else happens in the one transaction that notes it handled.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy.orm import Session

from .. import casefile, conversation, floor
from ..conversation import View
from ..errors import EmptyMessageError
from ..intake import clean_text
from ..ports import Ports
from ..queueing import put_in_queue
from ..store.session import reading
from ..store.sms_tables import SmsThread
from ..store.tables import Conversation
from ..vault import receipts
from . import words
from .answers import asks_for_more, choice_of
from .composing import open_question
from .finishing import finish, finish_erased, prompt, say
from .inbound import Claimed, Inbound, claim_next, put_back
from .opening import attach, open_by_receipt, thread_for
from .outgoing import write_next_page
from .threads import (
    NOT_SAFE,
    OPTED_OUT,
    WORD_SENT,
    access_of,
    digest_of,
    thread_of_number,
    token_of,
)
from .wishes import go_on, keep_silently, pause, stop

logger = logging.getLogger(__name__)


def handle_due(ports: Ports, *, is_over: Callable[[], bool] = lambda: False) -> int:
    """Handle what came in, one at a time, until there is no more or ``is_over`` says so; return how many."""
    handled = 0
    while not is_over() and (claimed := claim_next(ports)) is not None:
        try:
            _handle(ports, claimed)
        except Exception as error:  # the next number must not wait for what is wrong with this one
            logger.error("text message not handled: %s", type(error).__name__)
            put_back(ports, claimed)
        else:
            handled += 1
    return handled


def _handle(ports: Ports, claimed: Claimed) -> None:
    inbound = claimed.inbound
    try:
        text = clean_text(inbound.text)
    except EmptyMessageError:
        text = ""
    known = _known_thread(ports, inbound.number)
    digits = receipts.normalise(text)
    if _is_stop(inbound, text):
        stop(ports, claimed, text, known)
    elif not text and not inbound.media:
        finish(ports, claimed, None)
    elif known is not None and _goes_on_again(ports, known, inbound, text):
        go_on(ports, claimed, known)
    elif known is not None and known.quiet == WORD_SENT:
        keep_silently(ports, claimed, known, text)
    elif known is not None and _is_either_word(ports, text):
        pause(ports, claimed, known, text)
    elif digits is not None:
        _open_earlier(ports, claimed, digits)
    else:
        _take(ports, claimed, text)


def _known_thread(ports: Ports, number: str) -> SmsThread | None:
    with reading(ports.sessions) as session:
        thread = thread_of_number(session, digest_of(ports, number))
        return thread if thread is not None and thread.wrapped_token is not None else None


def _is_stop(inbound: Inbound, text: str) -> bool:
    return inbound.opt_out.upper() == "STOP" or words.bare(text) in words.STOP_WORDS


def _goes_on_again(ports: Ports, thread: SmsThread, inbound: Inbound, text: str) -> bool:
    """Whether this ends a time of quiet that the person wished."""
    if thread.quiet == OPTED_OUT:
        return inbound.opt_out.upper() == "START" or words.bare(text) in words.START_WORDS
    return thread.quiet == WORD_SENT and words.is_word(ports, text, words.HARMLESS_WORD)


def _is_either_word(ports: Ports, text: str) -> bool:
    return any(
        words.is_word(ports, text, word) for word in (words.HARMLESS_WORD, words.DANGER_WORD)
    )


def _take(ports: Ports, claimed: Claimed, text: str) -> None:
    """Let a text be answered like any message; pictures are politely not taken."""
    inbound = claimed.inbound
    thread = thread_for(ports, inbound.number)
    if asks_for_more(text) and thread.more_key:
        finish(ports, claimed, lambda session, row, _: _next_page(ports, session, row))
        return
    seen = _receive(ports, thread, inbound, text) if text else None
    if seen is not None and seen.is_erased:
        is_told = thread.quiet is None or _writes_again(thread, claimed)
        finish_erased(ports, claimed, seen.language if is_told else None)
        return

    def note(session: Session, row: SmsThread, talk: Conversation) -> None:
        if inbound.media:
            say(ports, session, talk, words.NO_PICTURES)
        if _is_help(inbound, text):
            casefile.raise_flags(session, talk, [("asked_for_human", "sms_help")])
            put_in_queue(session, talk, now=ports.clock())
        if row.quiet == NOT_SAFE and _writes_again(thread, claimed) and not _is_not_safe(seen):
            row.quiet = None
        _note_consent(ports, session, row)

    finish(ports, claimed, note)


def _next_page(ports: Ports, session: Session, thread: SmsThread) -> None:
    write_next_page(ports, session, thread)


def _is_help(inbound: Inbound, text: str) -> bool:
    return inbound.opt_out.upper() == "HELP" or words.bare(text) in words.HELP_WORDS


def _writes_again(thread: SmsThread, claimed: Claimed) -> bool:
    """Whoever said that it was not safe, and writes again, is answered again: first whether it is safe.

    Not a text that was under way with that one: it belongs to it. ``thread`` is as it was before this text.
    """
    return thread.quiet in (None, NOT_SAFE) and claimed.received_at > thread.heard_at


def _is_not_safe(seen: View | None) -> bool:
    """Whether the text says so. With a person at the desk the bot hears nothing, and what was said before stands."""
    return seen is not None and seen.hidden and seen.floor in (floor.BOT, floor.WAITING)


def _receive(ports: Ports, thread: SmsThread, inbound: Inbound, text: str) -> View:
    """Give the text to the conversation and return what it looks like then."""
    choice = _choice(ports, thread, text)
    return conversation.receive(
        ports,
        conversation_id=thread.conversation_id,
        token=token_of(ports, thread) or "",
        text=None if choice else text,
        choice=choice,
        client_id=inbound.sid,
        seen=thread.sent_seq,
    )


def _choice(ports: Ports, thread: SmsThread, text: str) -> str | None:
    with reading(ports.sessions) as session:
        access = access_of(ports, session, thread)
        talk = session.get(Conversation, thread.conversation_id)
        if access is None or talk is None:
            return None
        turns = casefile.recent_turns(session, access.private_key, thread.conversation_id)
        question = open_question(list(turns)[::-1])
        if question is None or question.line is None or question.id > thread.sent_seq:
            return None  # nobody answers what was not sent yet: the text is a piece of the story
        return choice_of(text, question.line, talk.language)


def _note_consent(ports: Ports, session: Session, thread: SmsThread) -> None:
    """Keep whether a text may come after a silence: only when the person chose to be reached by phone."""
    access = access_of(ports, session, thread)
    if access is not None:
        answers = casefile.read_answers(session, access.private_key, access.conversation_id)
        thread.may_text = answers.get("contact") == "phone"


def _open_earlier(ports: Ports, claimed: Claimed, digits: str) -> None:
    """Sixteen digits: the conversation that they belong to goes on at this number. They are in no turn."""
    number = claimed.inbound.number
    opened = open_by_receipt(ports, number, digits)
    if opened is None:
        thread_for(ports, number)
        finish(
            ports,
            claimed,
            lambda session, _, talk: say(ports, session, talk, words.RECEIPT_UNKNOWN),
        )
        return
    access = finish(
        ports, claimed, None, first=lambda session: attach(ports, session, opened, number)
    )
    prompt(ports, access)
