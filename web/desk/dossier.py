"""What a case holds beside its transcript: the structured signal in groups, and each flag with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalation.casefile import FlagWithReason
from escalation.desk.notes import EXPORTED, FLAG_CLEARED, HANDED_OVER, POLICE_OPENED, Note
from escalation.signal import FIELDS, FLAGS, printable

from ..i18n import current_locale, gettext, language_name
from .field_labels import FIELD_GROUPS, FIELD_LABELS
from .labels import (
    ESCAPE_LABELS,
    FLAG_LABELS,
    SIDE_LABELS,
    SYSTEM_REASONS,
    field_label,
    label_of,
    value_label,
)
from .presenting import moment


@dataclass(frozen=True)
class ShownField:
    """One row: ``values`` has more than one entry for a multi field; ``is_typed`` marks what the person typed.

    ``is_corrected`` marks what a screener set right.
    """

    name: str
    label: str
    values: tuple[str, ...]
    is_typed: bool
    is_corrected: bool


@dataclass(frozen=True)
class ShownNote:
    """An internal note, ready for a template."""

    heading: str
    text: str


@dataclass(frozen=True)
class ShownGroup:
    """A heading with its rows."""

    heading: str
    fields: tuple[ShownField, ...]


@dataclass(frozen=True)
class ShownFlag:
    """A flag with why it stands: ``quote`` is what the person wrote, ``reason`` is in our words; one of them is set."""

    id: int
    label: str
    now: bool
    quote: str | None
    reason: str | None
    rule: str
    cleared: bool


def show_fields(
    fields: Mapping[str, Any], corrected: frozenset[str] = frozenset()
) -> tuple[ShownGroup, ...]:
    """Return what was told, in the order in which a case is read; groups without a value are left out."""
    groups = []
    for heading, names in FIELD_GROUPS:
        rows = tuple(
            _show_field(name, fields[name], name in corrected)
            for name in names
            if _is_told(fields, name)
        )
        if rows:
            groups.append(ShownGroup(gettext(heading), rows))
    return tuple(groups)


def not_told(fields: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return (field, its name in words) of the fields that nobody asked or answered."""
    return tuple(
        (name, gettext(FIELD_LABELS[name]))
        for _, names in FIELD_GROUPS
        for name in names
        if not _is_told(fields, name)
    )


def show_flags(flags: tuple[FlagWithReason, ...]) -> tuple[ShownFlag, ...]:
    """Return the flags that stand and then the cleared ones; what happens now first, the vocabulary's order after."""
    ordered = sorted(flags, key=lambda flag: (flag.cleared, not flag.now, FLAGS.index(flag.flag)))
    return tuple(_show_flag(flag) for flag in ordered)


def show_notes(notes: tuple[Note, ...], *, now: datetime) -> tuple[ShownNote, ...]:
    """Return the notes with who wrote them and what they go with, oldest first."""
    return tuple(ShownNote(_note_heading(note, now), printable(note.text)) for note in notes)


def _note_heading(note: Note, now: datetime) -> str:
    at = moment(note.at, now)
    if note.kind == HANDED_OVER:
        to = label_of(SIDE_LABELS, note.about) if note.about in SIDE_LABELS else note.about
        return gettext("%(name)s handed it to %(to)s, %(time)s", name=note.author, to=to, time=at)
    if note.kind == FLAG_CLEARED:
        flag = label_of(FLAG_LABELS, note.about)
        return gettext(
            "%(name)s cleared “%(flag)s”, %(time)s", name=note.author, flag=flag, time=at
        )
    if note.kind == POLICE_OPENED:
        second = note.about or gettext("nobody, danger to life")
        return gettext(
            "%(name)s opened it to police, together with %(second)s, %(time)s",
            name=note.author,
            second=second,
            time=at,
        )
    if note.kind == EXPORTED:
        return gettext(
            "%(name)s took a copy, agreed by %(second)s, %(time)s",
            name=note.author,
            second=note.about,
            time=at,
        )
    return gettext("%(name)s, %(time)s", name=note.author, time=at)


def _is_told(fields: Mapping[str, Any], name: str) -> bool:
    return fields.get(name) not in (None, "", [])


def _show_field(name: str, value: Any, is_corrected: bool) -> ShownField:
    values = [str(item) for item in (value if isinstance(value, list) else [value])]
    return ShownField(
        name=name,
        label=field_label(name),
        values=tuple(_show_value(name, item) for item in values),
        is_typed=FIELDS[name].kind == "text"
        and name != "interpreter_language"
        and not ESCAPE_LABELS.keys() & values,
        is_corrected=is_corrected,
    )


def _show_value(name: str, value: str) -> str:
    if value in ESCAPE_LABELS or FIELDS[name].kind in ("choice", "multi"):
        return value_label(name, value)
    if name == "interpreter_language":
        return language_name(value, current_locale())
    return printable(value)


def _show_flag(flag: FlagWithReason) -> ShownFlag:
    return ShownFlag(
        id=flag.id,
        label=label_of(FLAG_LABELS, flag.flag),
        now=flag.now,
        quote=printable(flag.evidence) if flag.source == "words" else None,
        reason=_reason(flag) if flag.source != "words" else None,
        rule=flag.rule,
        cleared=flag.cleared,
    )


def _reason(flag: FlagWithReason) -> str:
    """Return the answer that raised a flag as ``Field: value``, or what the system noticed."""
    field, equals, value = flag.evidence.partition("=")
    if flag.source == "answer" and equals and field in FIELDS:
        return f"{field_label(field)}: {_show_value(field, value)}"
    return label_of(SYSTEM_REASONS, flag.evidence)
