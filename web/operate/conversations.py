"""``nietpluis evaluate fields``: plays written conversations and compares what was noted with what was told."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from escalation.signal import FIELDS, RATHER_NOT_SAY, UNKNOWN

from .metrics import Judged
from .problems import OperatorError

_OPEN: tuple[Any, ...] = (None, "", [], UNKNOWN, RATHER_NOT_SAY, [UNKNOWN], [RATHER_NOT_SAY])


def read_conversations(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Return the conversations of all files, each with its language (the file's name) and place.

    Raises OperatorError for a file or a field that is not what it should be.
    """
    found = []
    for path in files:
        try:
            # BaseLoader: every value is a text, also "no" and 12_17.
            table = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
            conversations = table["conversations"]
        except (yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError) as error:
            raise OperatorError(f"{path}: expected a list under `conversations`.") from error
        for number, one in enumerate(conversations, start=1):
            unknown = {*(one.get("told") or {}), *(one.get("untold") or [])} - set(FIELDS)
            if unknown:
                raise OperatorError(f"{path}: conversation {number} names no field: {unknown}.")
            found.append({**one, "lang": path.stem, "place": f"{path}:{number}"})
    return found


def as_question(conversation: Mapping[str, Any]) -> str:
    """Return the line that asks the bot to play a conversation."""
    return json.dumps(conversation, default=str) + "\n"


def judge_fields(
    conversation: Mapping[str, Any], noted: Mapping[str, Any], unsaid: Collection[str] = ()
) -> Iterator[Judged]:
    """Yield one judgement for each field that was told, and one for each that was invented.

    ``unsaid``: fields that were not asked, so that the person kept what there was to say. What was noted all the same
    is judged.
    """
    language, place = conversation["lang"], conversation["place"]
    for field, told in (conversation.get("told") or {}).items():
        if field in unsaid and noted.get(field) in _OPEN:
            continue
        right = is_right(field, told, noted.get(field))
        found = frozenset({field}) if right else frozenset()
        yield Judged(language, frozenset({field}), found, place)
    for field in conversation.get("untold") or []:
        if noted.get(field) not in _OPEN:
            yield Judged(language, frozenset(), frozenset({field}), place)


def is_right(field: str, told: Any, noted: Any) -> bool:
    """Return whether what was noted says what was told: for several values at least these, for a text its words."""
    if FIELDS[field].kind == "multi":
        wanted = {told} if isinstance(told, str) else {str(value) for value in told}
        return isinstance(noted, list) and wanted <= set(noted)
    if FIELDS[field].kind == "text":
        return _bare(str(told)) in _bare(str(noted or ""))
    return bool(str(told) == str(noted))


def _bare(text: str) -> str:
    return re.sub(r"[^\w@+]", "", text).casefold()
