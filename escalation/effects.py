"""What the bot wants done: recorded, submitted, handed over. The bot only asks; it is done here, by the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from . import casefile, floor, triage
from .access import CaseAccess, give_receipt, has_receipt, prepare_receipt
from .duty.alarm import open_alarm
from .duty.reach import reach, reach_line
from .ports import Ports
from .queueing import move_floor, put_in_queue
from .signal import LEVELS
from .sms.threads import keep_quiet
from .store.tables import CaseKeyCopy, Conversation, DeskKey
from .system_lines import SYSTEM_LINES
from .vault.sealing import seal_bytes
from .vault.tokens import TokenKeys

KNOWN_EFFECTS = frozenset({"record", "submit", "handoff", "language", "erase", "hide", "receipt"})
NEEDS_RECEIPT = frozenset({"submit", "handoff", "receipt"})
HANDOFF_FLAGS = {"asked_for_human": "asked_for_human", "danger": "immediate_danger"}

Receipt = tuple[str, TokenKeys]


def merged(effects: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return one effect out of those of a whole answer; records add up, unknown wishes are dropped."""
    result: dict[str, Any] = {}
    record: dict[str, Any] = {}
    for effect in effects:
        if isinstance(effect.get("record"), Mapping):
            record.update(effect["record"])
        result.update({name: effect[name] for name in KNOWN_EFFECTS & set(effect)})
    if record:
        result["record"] = record
    return result


def receipt_for(ports: Ports, effect: Mapping[str, Any], access: CaseAccess) -> Receipt | None:
    """Make a receipt when the effect calls for one and there is none yet. Slow; outside any transaction."""
    if access.receipt or not NEEDS_RECEIPT & set(effect):
        return None
    with ports.sessions() as session:
        if has_receipt(session, access.conversation_id):
            return None
    return prepare_receipt(ports)


def apply(
    ports: Ports,
    session: Session,
    conversation: Conversation,
    access: CaseAccess,
    effect: Mapping[str, Any],
    *,
    receipt: Receipt | None,
    answers: int,
    now: datetime,
) -> None:
    """Do what the answer to turn ``answers`` wants, in the caller's transaction. Erasing is the caller's."""
    if effect.get("record"):
        keep_fields(session, conversation, access, effect["record"], by="bot")
    if effect.get("language") in ports.languages:
        conversation.language, conversation.language_chosen = effect["language"], True
    if effect.get("hide") is True:
        conversation.hidden = True
        keep_quiet(session, conversation.id)  # here, because no text may slip out in between
    if receipt:
        give_receipt(session, access, *receipt)
    if effect.get("submit") is True:
        conversation.submitted = True
        hand_over(session, conversation, by="reporter", now=now)
    if effect.get("handoff"):
        _flag_handoff(session, conversation, str(effect["handoff"]))
        hand_over(session, conversation, by="bot", now=now)
    if conversation.submitted:
        share_as_allowed(session, conversation, access)
        _say_what_stays(session, conversation, effect, answers=answers, now=now)
    if (
        effect.get("submit") is True or effect.get("handoff")
    ) and conversation.floor == floor.WAITING:
        _say_who_is_there(ports, session, conversation, answers=answers, now=now)


def _say_who_is_there(
    ports: Ports, session: Session, conversation: Conversation, *, answers: int, now: datetime
) -> None:
    """Tell who waits whether somebody is there. In danger the ladder tells, step by step."""
    if open_alarm(session, conversation.id) is None:
        line = reach_line(reach(ports, session, now))
        casefile.append_turn(
            session, conversation, author="system", line=line, answers=answers, now=now
        )


def keep_fields(
    session: Session,
    conversation: Conversation,
    access: CaseAccess,
    fields: Mapping[str, Any],
    *,
    by: str,
) -> None:
    """Record fields and raise what flags they call for."""
    kept = casefile.record_fields(session, conversation, access.private_key, fields, by=by)
    conversation.told = conversation.told or "own_words" in kept
    session.flush()
    known = casefile.read_answers(session, access.private_key, conversation.id)
    casefile.raise_flags(session, conversation, triage.read_answers(known).flags)


def share_as_allowed(session: Session, conversation: Conversation, access: CaseAccess) -> None:
    """Seal a case that was sent to police too, when the reporter's last word on it allows that.

    Not before it is sent: until then the reporter may still change it. A desk that has no key pair yet gets its copy
    when a screener takes the case over.
    """
    session.flush()
    answers = casefile.read_answers(session, access.private_key, conversation.id)
    if answers.get("share_with") == "care_and_police":
        seal_to_desk(session, conversation, access, side="police")


def _say_what_stays(
    session: Session,
    conversation: Conversation,
    effect: Mapping[str, Any],
    *,
    answers: int,
    now: datetime,
) -> None:
    """Say honestly that police keep what they could read already, when the reporter would rather not share it."""
    wish = (effect.get("record") or {}).get("share_with")
    if wish in (None, "care_and_police"):
        return
    if session.get(CaseKeyCopy, (conversation.id, "police")) is not None:
        line = SYSTEM_LINES["system_police_keep"]
        casefile.append_turn(
            session, conversation, author="system", line=line, answers=answers, now=now
        )


def _flag_handoff(session: Session, conversation: Conversation, reason: str) -> None:
    """Write down why the bot hands over; danger only where the words have not raised a flag of their own."""
    flag = HANDOFF_FLAGS.get(reason)
    if flag == "immediate_danger" and conversation.level_rank == LEVELS.index("acute"):
        return
    if flag:
        casefile.raise_flags(session, conversation, [(flag, reason)])


def seal_to_desk(
    session: Session, conversation: Conversation, access: CaseAccess, *, side: str
) -> None:
    """Give a desk its copy of the case key. Does nothing when the desk has one, or has no key pair yet."""
    desk = desk_to_seal_to(session, side)
    if desk is None or session.get(CaseKeyCopy, (conversation.id, side)) is not None:
        return
    sealed = seal_bytes(desk.public_key, access.private_key)
    session.add(
        CaseKeyCopy(conversation_id=conversation.id, side=side, version=desk.version, sealed=sealed)
    )


def desk_to_seal_to(session: Session, side: str) -> DeskKey | None:
    """Return a desk with its public key, or None when it has none yet.

    Held until the transaction ends: a change of key waits, so nothing is sealed to a key that is about to be dropped.
    """
    return session.get(DeskKey, side, with_for_update={"read": True})


def hand_over(session: Session, conversation: Conversation, *, by: str, now: datetime) -> None:
    """Give the floor to whoever comes from the queue. A screener who has it keeps it."""
    if conversation.floor == floor.BOT:
        move_floor(session, conversation, floor.WAITING, by=by, now=now)
    put_in_queue(session, conversation, now=now)
