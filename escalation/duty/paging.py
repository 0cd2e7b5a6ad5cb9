"""Pages: what is written for each person on a rung, and how it is carried. A page says only that a case is acute."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from ..outbox import CLAIM_LASTS, Notice, SendError
from ..ports import Ports
from ..store.duty_tables import Alarm, DutyProfile, PageRow, Stopwatch
from ..store.session import reading, unit_of_work
from ..store.tables import OutboxRow, ScreenerRow
from ..vault.sealing import keyed_digest
from ..vault.tokens import token_keys
from .roster import Colleague

DESK, SMS, EMAIL = WAYS = ("desk", "sms", "email")


def N_(source: str) -> str:
    """Mark ``source`` for extraction and return it unchanged; it is translated when sent."""
    return source


ONE_PAGE_LASTS = timedelta(seconds=60)
"""For so long one text or mail stands for all cases: it says only that the desk must be opened."""

PAGE_TEXT = N_("Acute case. Open the desk.")


class Carrier(Protocol):
    """Carries a few words to a telephone or a mailbox."""

    def carry(self, address: str, text: str, *, key: str) -> None:
        """Hand ``text`` to whoever delivers it; ``key`` is the same for every try of one page. Raises SendError."""


def ways_to(colleague: Colleague) -> tuple[str, ...]:
    """Return by which ways somebody is paged: always at the desk, and wherever an address is known."""
    known = {DESK: True, SMS: bool(colleague.phone), EMAIL: bool(colleague.email)}
    return tuple(way for way in WAYS if known[way])


def write_pages(
    ports: Ports,
    session: Session,
    alarm: Alarm,
    called: list[Colleague],
    *,
    rung: int,
    now: datetime,
) -> None:
    """Write a page for each person and way, in the caller's transaction: by telephone and mail into the outbox.

    At the desk it has arrived with this transaction: the open desk reads the store and shows it.
    """
    for colleague in called:
        for way in ways_to(colleague):
            key = f"page:{alarm.id}:{alarm.rounds}:{colleague.id}:{way}"
            at_the_desk = way == DESK
            session.add(
                PageRow(
                    key=key,
                    alarm_id=alarm.id,
                    screener_id=colleague.id,
                    rung=rung,
                    way=way,
                    lookup=token_keys(page_token(ports, key)).lookup,
                    written_at=now,
                    sent_at=now if at_the_desk else None,
                )
            )
            session.add(
                OutboxRow(
                    key=key,
                    kind="page",
                    conversation_id=alarm.conversation_id,
                    due_at=now,
                    status="sent" if at_the_desk else "due",
                )
            )
    if called:
        _note_first_page(session, alarm, now)


def _note_first_page(session: Session, alarm: Alarm, now: datetime) -> None:
    session.execute(
        update(Stopwatch)
        .where(Stopwatch.conversation_id == alarm.conversation_id, Stopwatch.paged_at.is_(None))
        .values(paged_at=now)
    )


class PageSender:
    """Sends pages by the carriers that there are. ``desk_url`` is where the link in a page leads."""

    def __init__(self, ports: Ports, carriers: Mapping[str, Carrier], *, desk_url: str) -> None:
        self._ports = ports
        self._carriers = carriers
        self._desk_url = desk_url.rstrip("/")

    def send(self, notice: Notice) -> None:
        """Send one page. A page whose alarm has ended is not sent any more. Raises SendError."""
        with reading(self._ports.sessions) as session:
            page = session.get(PageRow, notice.key)
            if page is None or session.get_one(Alarm, page.alarm_id).ended_at is not None:
                raise SendError("no_longer_needed", permanent=True)
            language = session.get_one(ScreenerRow, page.screener_id).language
            address = _address(session, page)
        carrier = self._carriers.get(page.way)
        if carrier is None or not address:
            raise SendError("no_carrier" if carrier is None else "no_address", permanent=True)
        if not self._is_covered(page):
            link = f"{self._desk_url}/desk/page/{page_token(self._ports, page.key)}"
            text = f"{self._ports.translate(PAGE_TEXT, language)} {link}"
            try:
                carrier.carry(address, text, key=page.key)
            except SendError:
                self._note_not_carried(page)
                raise
        self._note_sent(page)

    def _is_covered(self, page: PageRow) -> bool:
        """Return whether this person was told just now by the same way; else the page goes out and covers others.

        Raises SendError while the page that may cover it is on its way: if that one fails, this one goes.
        """
        now = self._ports.clock()
        with unit_of_work(self._ports.sessions) as session:
            # Whoever looks for this person next waits here, so that one page goes and not two.
            session.get(DutyProfile, page.screener_id, with_for_update=True)
            other = _told_just_now(session, page, now)
            row = session.get(PageRow, page.key)
            if row is None:
                return True  # erased meanwhile
            if other is None:
                row.carried_at = now
            elif other.sent_at is None:
                raise SendError("another_on_its_way", permanent=False)
            else:
                row.covered_by = other.key
            return other is not None

    def _note_not_carried(self, page: PageRow) -> None:
        """Let the pages that waited for this one go themselves."""
        with unit_of_work(self._ports.sessions) as session:
            row = session.get(PageRow, page.key)
            if row is not None:
                row.carried_at = None

    def _note_sent(self, page: PageRow) -> None:
        now = self._ports.clock()
        with unit_of_work(self._ports.sessions) as session:
            row = session.get(PageRow, page.key)
            if row is not None:
                row.sent_at = now


def page_token(ports: Ports, key: str) -> str:
    """Return the token in the link of a page: made from its key, so that every try carries the same link."""
    digest = keyed_digest(ports.vault.receipt_salt, f"page:{key}")
    return urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def _told_just_now(session: Session, page: PageRow, now: datetime) -> PageRow | None:
    """Return the page by the same way that reached this person lately, or is about to."""
    return session.scalars(
        select(PageRow)
        .where(
            PageRow.screener_id == page.screener_id,
            PageRow.way == page.way,
            PageRow.key != page.key,
            PageRow.covered_by.is_(None),
            or_(
                PageRow.sent_at > now - ONE_PAGE_LASTS,
                and_(PageRow.sent_at.is_(None), PageRow.carried_at > now - CLAIM_LASTS),
            ),
        )
        .order_by(PageRow.sent_at.is_(None), PageRow.carried_at)
        .limit(1)
    ).first()


def _address(session: Session, page: PageRow) -> str | None:
    profile = session.get(DutyProfile, page.screener_id)
    if profile is None:
        return None
    return {SMS: profile.phone, EMAIL: profile.email}.get(page.way)


def page_of_token(session: Session, token: str) -> PageRow | None:
    """Return the page whose link holds ``token``."""
    lookup = token_keys(token).lookup
    return session.scalars(select(PageRow).where(PageRow.lookup == lookup)).first()
