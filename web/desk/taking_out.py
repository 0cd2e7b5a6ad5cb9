"""A copy of a case as one file: the same twice, as JSON for machines and as text for people. Made in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from escalation.desk.cases import Case

from ..i18n import gettext
from ..ports import ports
from .dossier import show_fields, show_flags, show_notes
from .presenting import ShownTurn, show_turns


def case_archive(case: Case) -> bytes:
    """Return a zip with ``case.json`` and ``case.txt``, in the words of this request's locale."""
    turns = show_turns(case.turns, language=case.row.language)
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        record = json.dumps(_record(case, turns), ensure_ascii=False, indent=1)
        archive.writestr("case.json", record)
        archive.writestr("case.txt", "\n".join(_text(case, turns)) + "\n")
    return made.getvalue()


def _record(case: Case, turns: list[ShownTurn]) -> dict[str, Any]:
    return {
        "id": case.row.id,
        "channel": case.row.channel,
        "language": case.row.language,
        "level": case.row.level,
        "opened_at": case.row.opened_at.isoformat(),
        "readers": list(case.readers),
        "fields": case.fields,
        "flags": [
            {"flag": flag.flag, "now": flag.now, "evidence": flag.evidence, "cleared": flag.cleared}
            for flag in case.flags
        ],
        "turns": [
            {
                "number": turn.id,
                "author": turn.author,
                "at": turn.at.isoformat(),
                "text": turn.text,
                "rows": [list(row) for row in turn.rows],
                "as_read_by_the_person": turn.theirs.text if turn.theirs else None,
            }
            for turn in turns
        ],
        "notes": [
            {
                "author": note.author,
                "at": note.at.isoformat(),
                "kind": note.kind,
                "about": note.about,
                "text": note.text,
            }
            for note in case.notes
        ],
    }


def _text(case: Case, turns: list[ShownTurn]) -> Iterator[str]:
    yield f"{gettext('Case')} {case.row.id}"
    for flag in show_flags(case.flags):
        yield f"! {flag.label}: {flag.quote or flag.reason or ''}"
    for group in show_fields(case.fields, case.corrected):
        yield f"\n{group.heading}"
        for field in group.fields:
            yield f"  {field.label}: {', '.join(field.values)}"
    yield f"\n{gettext('Conversation')}"
    for turn in turns:
        yield f"[{turn.at:%Y-%m-%d %H:%M} UTC] {turn.author_label}: {turn.text}"
        yield from (f"    {label}: {value}" for label, value in turn.rows)
        if turn.theirs:
            yield f"    ({turn.theirs.lang}) {turn.theirs.text}"
    yield f"\n{gettext('Notes')}"
    for note in show_notes(case.notes, now=ports().clock()):
        yield f"{note.heading}: {note.text}"
