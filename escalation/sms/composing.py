"""From turns to messages: which turns go to the phone, in whose words, and what stands in which message."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from .. import casefile
from ..access import CaseAccess
from ..casefile import Turn
from ..lines import Line, Spoken
from ..ports import Ports
from ..signal import FIELDS, printable
from ..vault.receipts import grouped
from . import words
from .layout import Layout, lay_out

SYSTEM_TURNS_AT_ONCE = 3
"""After a time of quiet only the last of what the system said is still worth a message."""


def compose(
    ports: Ports,
    session: Session,
    access: CaseAccess,
    kind: str,
    first: int,
    last: int,
    language: str,
) -> Layout:
    """Return the messages of one kind (see ``outgoing``) for the turns from ``first`` to ``last``."""
    if kind == "x":
        return lay_out([ports.speak(words.FAREWELL, language).text])
    if kind == "r":
        return lay_out([_receipt(ports, access, language)])
    turns = _turns(session, access, first, last, held=kind == "h")
    if language == ports.languages[0]:
        kept = turns
    else:  # whoever was heard to speak another language need not be told so
        kept = [turn for turn in turns if not _says(turn, words.ANY_LANGUAGE.say)]
    return _lay_out_turns(ports, kept, language)


def has_held_back(session: Session, access: CaseAccess, first: int, last: int) -> bool:
    """Return whether something of these turns is said only later."""
    return bool(_turns(session, access, first, last, held=True))


def open_question(turns: list[Turn]) -> Turn | None:
    """Return the turn whose answers are open at the end of these turns, oldest first."""
    for turn in reversed(turns):
        if turn.author in ("reporter", "screener"):
            return None
        if turn.line and turn.line.choices:
            return turn
    return None


def is_numbered(line: Line) -> bool:
    """Return whether a digit means an answer; where a number is asked for it means itself."""
    return line.asks is None or FIELDS[line.asks].kind != "number"


def _turns(
    session: Session, access: CaseAccess, first: int, last: int, *, held: bool
) -> list[Turn]:
    found = casefile.read_turns(
        session, access.private_key, access.conversation_id, after=first - 1
    )
    ours = [turn for turn in found if turn.id <= last and turn.author != "reporter"]
    kept = [
        turn
        for turn in ours
        if not _says(turn, *words.NEVER_SENT) and _says(turn, *words.SENT_LATER) == held
    ]
    system = [turn.id for turn in kept if turn.author == "system"]
    late = set(system[:-SYSTEM_TURNS_AT_ONCE])
    return [turn for turn in kept if turn.id not in late]


def _said_once(turns: list[Turn]) -> list[Turn]:
    """Leave out what comes again: pieces of one story are answered one by one, and sent together."""
    asking = [turn.id for turn in turns if turn.line is not None and turn.line.asks is not None]
    kept: list[Turn] = []
    for turn in reversed(turns):
        is_again = turn.line is not None and any(turn.line == later.line for later in kept)
        if not is_again and turn.id not in asking[:-1]:
            kept.insert(0, turn)
    return kept


def _says(turn: Turn, *says: str) -> bool:
    return turn.line is not None and turn.line.say in says


def _lay_out_turns(ports: Ports, turns: list[Turn], language: str) -> Layout:
    turns = _said_once(turns)
    question = open_question(turns)
    blocks = [_text_of(ports, turn, language) for turn in turns if turn is not question]
    if question is None or question.line is None:
        return lay_out(blocks)
    spoken = ports.speak(question.line, language)
    return lay_out(
        blocks,
        spoken.text,
        labels_of(ports, spoken, language),
        more=ports.speak(Line("sms_more", words.MORE), language).text,
        numbered=is_numbered(question.line),
    )


def labels_of(ports: Ports, spoken: Spoken, language: str) -> list[str]:
    """Return the labels of the answers; a bare "yes" is a word that Twilio acts upon, so it is said in other words."""
    affirmed = ports.speak(Line("sms_affirmed", words.AFFIRMED), language).text
    return [affirmed if words.bare(label) == "yes" else label for _, label in spoken.choices]


def _text_of(ports: Ports, turn: Turn, language: str) -> str:
    if turn.line:
        return ports.speak(turn.line, language).text
    text = printable(turn.text or "")
    translated = turn.translations.get(language)
    return f"{printable(translated)}\n({text})" if translated else text


def _receipt(ports: Ports, access: CaseAccess, language: str) -> str:
    digits = {"kind": "text", "value": grouped(access.receipt or "")}
    args = {"receipt": digits, "address": {"kind": "text", "value": ports.address}}
    return ports.speak(replace(words.RECEIPT, args=args), language).text
