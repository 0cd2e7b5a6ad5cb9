"""Machine translation beside the words themselves: optional, marked as such, and never in their place.

Numbers, addresses, names and places do not go to the machine: they are put back as they were typed. A translation in
which one of them got lost is thrown away, because a wrong address is worse than none.
"""

from __future__ import annotations

import re
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from .errors import TranslationFailedError
from .store.desk_tables import TranslationRow
from .store.tables import Conversation
from .vault.sealing import open_record, seal_record

MAX_CHARS = 5_000

_PROTECTED = re.compile(
    r"""
    [\w.+-]+@[\w.-]+ | https?://\S+            # addresses
    | [+(]?\d[\d\s().:/,-]*\d | \d+            # numbers of every kind
    | (?<![.!?…]\s)(?<!^)\b[^\W\d_a-zß-öø-ÿ][^\W\d_]+(?:[ -][^\W\d_a-zß-öø-ÿ][^\W\d_]+)*  # names inside a sentence
    """,
    re.VERBOSE,
)
_MARK = re.compile(r"\[\[\s*(\d+)\s*\]\]")


class Translator(Protocol):
    """A machine that translates plain text."""

    def translate(self, text: str, *, source: str, target: str) -> str:
        """Return ``text`` in ``target`` (ISO 639-1). Raises TranslationFailedError."""


def translate_safely(translator: Translator, text: str, *, source: str, target: str) -> str:
    """Return ``text`` translated, with everything protected as it was typed. Raises TranslationFailedError."""
    if len(text) > MAX_CHARS:
        raise TranslationFailedError
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"[[{len(kept) - 1}]]"

    marked = _PROTECTED.sub(keep, text) if "[[" not in text else text
    translated = translator.translate(marked, source=source, target=target)
    if sorted(int(number) for number in _MARK.findall(translated)) != list(range(len(kept))):
        raise TranslationFailedError
    return _MARK.sub(lambda match: kept[int(match[1])], translated).strip()


def keep_translation(
    session: Session, conversation: Conversation, *, seq: int, language: str, text: str
) -> None:
    """Keep a translation of a turn, sealed to the case."""
    sealed = seal_record(
        conversation.public_key, {"text": text}, context=f"translation:{conversation.id}:{seq}"
    )
    session.merge(
        TranslationRow(conversation_id=conversation.id, seq=seq, language=language, sealed=sealed)
    )


def read_translations(
    session: Session, private_key: bytes, conversation_id: str, *, after: int
) -> dict[int, dict[str, str]]:
    """Return the translations of the turns that follow ``after``: by turn, then by language."""
    rows = session.scalars(
        select(TranslationRow).where(
            TranslationRow.conversation_id == conversation_id, TranslationRow.seq > after
        )
    )
    found: dict[int, dict[str, str]] = {}
    for row in rows:
        context = f"translation:{conversation_id}:{row.seq}"
        text = open_record(private_key, row.sealed, context=context)["text"]
        found.setdefault(row.seq, {})[row.language] = text
    return found
