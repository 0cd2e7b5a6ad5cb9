"""How a conversation comes to a number: with its first text, or with the receipt of an earlier one."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .. import casefile, conversation
from ..errors import ReceiptUnknownError
from ..ports import Ports
from ..store.session import unit_of_work
from ..store.sms_tables import SmsThread
from ..store.tables import Conversation, TurnRow
from . import words
from .threads import digest_of, open_thread, thread_of_number

LANGUAGE_OF_COUNTRY = {
    **{"+48": "pl", "+40": "ro", "+373": "ro", "+359": "bg", "+36": "hu", "+34": "es"},
    **{"+351": "pt", "+55": "pt", "+380": "uk", "+7": "ru", "+90": "tr", "+963": "ar"},
}
"""The first guess, until the first text is heard: where the number is from."""

WRONG_RECEIPT = "wrong_receipt_sms"
WRONG_RECEIPTS_MAX = 10
WRONG_RECEIPTS_SECONDS = 3_600
"""So many wrong receipts in an hour are believed to be typing errors; then none of that number is tried."""


def thread_for(ports: Ports, number: str) -> SmsThread:
    """Return the thread of a number, begun now when there is none that can be read. Raises ServiceNotReadyError.

    Nothing of the bot's stands in it yet: it answers the first text, which tells the language.
    """
    with unit_of_work(ports.sessions) as session:
        thread = thread_of_number(session, digest_of(ports, number))
        if thread is not None and thread.wrapped_token is not None:
            return thread
        opened, _, token = conversation.new_conversation(
            ports, session, channel="sms", language=None, suggested=_language_of(ports, number)
        )
        fresh = open_thread(ports, session, conversation_id=opened.id, number=number, token=token)
        address = {"address": {"kind": "text", "value": ports.address}}
        welcome = replace(words.WELCOME, args=address)
        for line in (welcome, words.ANY_LANGUAGE, words.TWO_WORDS):
            casefile.append_turn(session, opened, author="system", line=line, now=ports.clock())
        return fresh


def _language_of(ports: Ports, number: str) -> str:
    guesses = (
        language for code, language in LANGUAGE_OF_COUNTRY.items() if number.startswith(code)
    )
    return next(guesses, ports.languages[0])


def open_by_receipt(ports: Ports, number: str, receipt: str) -> conversation.Opened | None:
    """Open an earlier conversation with its receipt; None for a wrong one, or after too many of them. Slow."""
    name = digest_of(ports, number).hex()
    wrong = ports.counters.count(WRONG_RECEIPT, name, seconds=WRONG_RECEIPTS_SECONDS)
    if wrong >= WRONG_RECEIPTS_MAX:
        return None
    try:
        return conversation.resume(ports, receipt=receipt)
    except ReceiptUnknownError:
        ports.counters.add(WRONG_RECEIPT, name, seconds=WRONG_RECEIPTS_SECONDS)
        return None


def attach(ports: Ports, session: Session, opened: conversation.Opened, number: str) -> None:
    """Let an opened conversation go on at a number; what came since the person last wrote is sent there."""
    row = session.get_one(Conversation, opened.id, with_for_update=True)
    row.channel = "sms"
    last_own = session.scalar(
        select(func.max(TurnRow.seq)).where(
            TurnRow.conversation_id == opened.id, TurnRow.author == "reporter"
        )
    )
    thread = open_thread(
        ports,
        session,
        conversation_id=opened.id,
        number=number,
        token=opened.token,
        sent_seq=last_own or 0,
    )
    thread.receipt_sent = True  # whoever typed it has it
    casefile.append_turn(
        session, row, author="system", line=words.RECEIPT_OPENED, now=ports.clock()
    )
