"""Translating at the desk: what the person wrote for the screener, and the screener's words for the person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from .. import casefile
from ..bus import conversation_topic
from ..errors import CaseNotFoundError, TranslationFailedError
from ..ports import Ports
from ..store.session import reading, unit_of_work
from ..store.tables import Conversation, TurnRow
from ..translating import keep_translation, translate_safely
from .opening import open_case
from .sessions import Screener


def translate_turn(ports: Ports, *, screener: Screener, case_id: str, seq: int) -> None:
    """Translate what the person typed in a turn into the screener's language and keep it beside the turn.

    Raises TranslationFailedError, CaseNotFoundError, NoAccessError.
    """
    with reading(ports.sessions) as session:
        conversation, access = open_case(session, screener, case_id)
        text, source = _typed(session, access.private_key, case_id, seq), conversation.language
    translated = machine_translation(ports, text, source=source, target=screener.language)
    with unit_of_work(ports.sessions) as session:
        conversation = session.get_one(Conversation, case_id)
        keep_translation(
            session, conversation, seq=seq, language=screener.language, text=translated
        )
    ports.bus.publish(conversation_topic(case_id))


def machine_translation(ports: Ports, text: str, *, source: str, target: str) -> str:
    """Return a translation by the machine that there is. Raises TranslationFailedError."""
    if ports.translator is None or source == target:
        raise TranslationFailedError
    return translate_safely(ports.translator, text, source=source, target=target)


def _typed(session: Session, private_key: bytes, case_id: str, seq: int) -> str:
    row = session.get(TurnRow, (case_id, seq))
    if row is None:
        raise CaseNotFoundError
    turn, _ = casefile.open_turn(private_key, row)
    if not turn.text:
        raise TranslationFailedError
    return turn.text
