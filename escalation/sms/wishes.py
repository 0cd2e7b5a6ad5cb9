"""What a person can wish with one word: no texts at all, none until the word comes again, or texts again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from .. import casefile
from ..ports import Ports
from ..queueing import put_in_queue
from ..signal import LEVELS
from ..store.sms_tables import SmsThread
from ..store.tables import Conversation
from . import words
from .finishing import finish, prompt, say, store_only
from .inbound import Claimed
from .outgoing import write_farewell
from .threads import OPTED_OUT, WORD_SENT


def stop(ports: Ports, claimed: Claimed, text: str, known: SmsThread | None) -> None:
    """STOP: Twilio lets nothing through any more. What was told stays, and a case with danger goes to people."""
    if known is not None:
        store_only(ports, claimed, known, text)

    def note(session: Session, thread: SmsThread, talk: Conversation) -> None:
        if thread.quiet != OPTED_OUT:
            say(ports, session, talk, words.STOPPED)
        thread.quiet = OPTED_OUT
        if talk.level_rank == LEVELS.index("acute"):  # somebody else may hold the phone
            casefile.raise_flags(session, talk, [("immediate_danger", "sms_stop")])
        if talk.told or talk.level_rank >= LEVELS.index("high"):
            put_in_queue(session, talk, now=ports.clock())

    finish(ports, claimed, note if known is not None else None)


def pause(ports: Ports, claimed: Claimed, thread: SmsThread, text: str) -> None:
    """One of the two words: the phone gets one harmless text and then nothing; danger calls people."""
    seq = store_only(ports, claimed, thread, text)
    danger = words.is_word(ports, text, words.DANGER_WORD)

    def note(session: Session, row: SmsThread, talk: Conversation) -> None:
        row.quiet = WORD_SENT
        say(ports, session, talk, words.PAUSED)
        write_farewell(ports, session, talk, row, seq)
        if danger:
            casefile.raise_flags(session, talk, [("immediate_danger", "danger_word")])
            put_in_queue(session, talk, now=ports.clock())

    finish(ports, claimed, note)


def keep_silently(ports: Ports, claimed: Claimed, thread: SmsThread, text: str) -> None:
    """After the word to stop whatever comes is kept and nothing answers: it may be somebody else who writes."""
    if text:
        store_only(ports, claimed, thread, text)
    danger = words.is_word(ports, text, words.DANGER_WORD)

    def note(session: Session, row: SmsThread, talk: Conversation) -> None:
        if danger:
            casefile.raise_flags(session, talk, [("immediate_danger", "danger_word")])
            put_in_queue(session, talk, now=ports.clock())

    finish(ports, claimed, note)


def go_on(ports: Ports, claimed: Claimed, known: SmsThread) -> None:
    """The person wants texts again: what was missed is sent, and the bot says again what was open."""

    def note(session: Session, thread: SmsThread, talk: Conversation) -> None:
        thread.quiet = None

    prompt(ports, finish(ports, claimed, note))
