"""The grammar of a choice: what the id of a pressed button means. The channel checks it, the actions act on it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from escalation.signal import FIELDS, InvalidValueError, clean

from .intents import INTENTS

MAX_CHOICE_CHARS = 300

_SHAPE = re.compile(r"([a-z_]+)(?::([A-Za-z0-9_,-]+))?")
_ABOUT_A_FIELD = frozenset({"skip", "unknown", "done", "more"})
_ALONE = frozenset({"start", "resume", "correct"})
_INTENT_OF = {"language": "change_language", "erase": "stop_and_delete"}


class InvalidChoiceError(ValueError):
    """The id is not in the grammar. Carries nothing of what was sent."""


@dataclass(frozen=True)
class Choice:
    """``kind`` is ``field`` or the word before the colon; ``name`` the field, intent, language or answer it is about.

    ``values`` are the chosen values of a field, in the vocabulary's form; empty for every other kind.
    """

    kind: str
    name: str = ""
    values: tuple[str, ...] = ()

    @property
    def intent(self) -> str:
        """The intent that a turn with this choice has."""
        if self.kind == "intent":
            return self.name
        return _INTENT_OF.get(self.kind, "inform")


def parse_choice(choice: str) -> Choice:
    """Return what ``choice`` means. Raises InvalidChoiceError."""
    shape = _SHAPE.fullmatch(choice) if len(choice) <= MAX_CHOICE_CHARS else None
    if shape is None:
        raise InvalidChoiceError
    kind, rest = shape.group(1), shape.group(2) or ""
    if kind in FIELDS:
        return Choice("field", kind, _values(kind, rest))
    if not _allowed(kind, rest):
        raise InvalidChoiceError
    return Choice(kind, rest)


def _allowed(kind: str, rest: str) -> bool:
    if kind in _ALONE and not rest:
        return True
    if kind in _ABOUT_A_FIELD or kind == "correct":
        return rest in FIELDS
    if kind == "intent":
        return rest in INTENTS
    if kind == "language":
        return re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", rest) is not None
    return f"{kind}:{rest}" in {"send:yes", "erase:yes", "erase:no"}


def _values(field: str, rest: str) -> tuple[str, ...]:
    given = [value for value in rest.split(",") if value]
    try:
        value = clean(field, given if FIELDS[field].kind == "multi" else rest)
    except InvalidValueError:
        raise InvalidChoiceError from None
    if not value:
        raise InvalidChoiceError
    return tuple(value) if isinstance(value, list) else (str(value),)
