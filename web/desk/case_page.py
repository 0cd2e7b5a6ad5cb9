"""Opens a case and puts together what its page shows, part by part, each with a mark that changes with it."""

from __future__ import annotations

from dataclasses import dataclass

from escalation import floor
from escalation.desk.cases import Case, read_case
from escalation.desk.handing_over import heirs
from escalation.desk.police import CARE
from escalation.desk.sessions import Screener
from escalation.ports import Ports
from escalation.sms.counts import why_not_arrived
from escalation.store.session import reading

from ..i18n import gettext
from .delivery_labels import REASON_LABELS, TEXTING_LABELS
from .dossier import (
    ShownFlag,
    ShownGroup,
    ShownNote,
    not_told,
    show_fields,
    show_flags,
    show_notes,
)
from .following import part_key
from .labels import SIDE_LABELS, label_of
from .presenting import ShownCase, ShownTurn, show_case, show_turns

WRITE, TAKE, READ, CLOSED = "write", "take", "read", "closed"


@dataclass(frozen=True)
class CasePage:
    """A case, ready for a template. ``mode`` is what this screener can do: write, take, read or closed."""

    id: str
    mode: str
    head: ShownCase
    head_key: str
    flags: tuple[ShownFlag, ...]
    flags_key: str
    groups: tuple[ShownGroup, ...]
    not_told: tuple[tuple[str, str], ...]
    notes: tuple[ShownNote, ...]
    heirs: tuple[tuple[str, str], ...]
    route: str | None
    is_typing: bool
    not_arrived: str | None
    texting: str | None
    readers: tuple[str, ...]
    may_open_to_police: bool
    danger_stands: bool
    facts_key: str
    language: str
    turns: tuple[ShownTurn, ...]
    last_id: int
    latest_id: int

    @property
    def key(self) -> str:
        """Return a mark that changes with anything but the turns."""
        return part_key(self.head_key, self.flags_key, self.facts_key, self.is_typing)


def open_page(ports: Ports, *, screener: Screener, case_id: str, after: int = 0) -> CasePage:
    """Open a case; ``turns`` are those that follow number ``after``. Raises CaseNotFoundError, NoAccessError."""
    # One turn more than is shown: a new day begins where the turn before it was of another day.
    case = read_case(ports, screener=screener, case_id=case_id, after=max(0, after - 1))
    head = show_case(case.row, screener=screener, now=ports.clock())
    mode = _mode(case)
    not_arrived = _not_arrived(ports, case_id)
    own = [turn.id for turn in case.turns if turn.author == "screener"]
    return CasePage(
        id=case_id,
        mode=mode,
        head=head,
        head_key=part_key(_without_counter(case), mode, not_arrived, case.texting),
        flags=show_flags(case.flags),
        flags_key=part_key(case.flags, mode),
        groups=show_fields(case.fields, case.corrected),
        not_told=not_told(case.fields),
        notes=show_notes(case.notes, now=ports.clock()),
        heirs=_heirs(ports, screener, case) if mode == WRITE else (),
        route=gettext(SIDE_LABELS[case.route]) if case.route else None,
        is_typing=case.is_typing,
        not_arrived=not_arrived,
        texting=label_of(TEXTING_LABELS, case.texting) if case.texting else None,
        readers=tuple(gettext(SIDE_LABELS[side]) for side in case.readers),
        may_open_to_police=mode == WRITE and case.readers == (CARE,),
        danger_stands=any(
            flag.flag == "immediate_danger" and flag.now and not flag.cleared for flag in case.flags
        ),
        facts_key=part_key(case.fields, case.readers, case.corrected, case.notes, case.flags, mode),
        language=case.row.language,
        turns=tuple(show_turns(case.turns, language=case.row.language, after=after)),
        last_id=case.row.last_seq,
        latest_id=own[-1] if own else case.row.last_seq,
    )


def _heirs(ports: Ports, screener: Screener, case: Case) -> tuple[tuple[str, str], ...]:
    """Return to whom the case can go, as (value, words): colleagues whose desk is open, then the sides."""
    present = [
        (heir.id, heir.name)
        for heir in heirs(ports, screener=screener, case_id=case.row.id)
        if heir.is_present
    ]
    sides = [
        (side, gettext("Queue: %(side)s", side=gettext(SIDE_LABELS[side]))) for side in case.readers
    ]
    return tuple([*present, *sides])


def _not_arrived(ports: Ports, case_id: str) -> str | None:
    """Return why the last text message did not arrive, in words."""
    with reading(ports.sessions) as session:
        reason = why_not_arrived(session, case_id)
    return gettext(REASON_LABELS[reason]) if reason else None


def _mode(case: Case) -> str:
    if case.may_write:
        return WRITE
    if case.row.floor == floor.CLOSED:
        return CLOSED
    return READ if case.row.owner_id is not None else TAKE


def _without_counter(case: Case) -> tuple[object, ...]:
    row = case.row
    return (row.level, row.language, row.floor, row.flags, row.owner_id, row.waiting_since)
