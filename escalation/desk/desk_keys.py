"""The desk's key as it is at this moment: what a screener's own copy opens, also while the desk gets a new one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..errors import NoAccessError
from ..store.staff_tables import FormerDeskKey
from ..store.tables import CaseKeyCopy, DeskKeyCopy
from ..vault.sealing import CannotOpenError, open_bytes
from .sessions import Screener


def present_key(session: Session, screener: Screener) -> bytes:
    """Return the desk's private key as it is now, not as it was when the request began. Raises NoAccessError."""
    copy = session.get(DeskKeyCopy, (screener.side, screener.id), populate_existing=True)
    if copy is None:
        raise NoAccessError
    return open_bytes(screener.private_key, copy.sealed)


def former_keys(session: Session, side: str, desk_key: bytes) -> dict[int, bytes]:
    """Return the desk's old private keys by version; there are some only while cases are being re-sealed."""
    rows = session.scalars(select(FormerDeskKey).where(FormerDeskKey.side == side))
    return {row.version: open_bytes(desk_key, row.sealed) for row in rows}


def case_key(session: Session, screener: Screener, copy: CaseKeyCopy) -> bytes:
    """Return the case's private key. Raises NoAccessError when the screener holds no key, CannotOpenError."""
    try:
        return open_bytes(screener.need_desk_key(), copy.sealed)
    except CannotOpenError:
        # The desk gets a new key: either the case waits to be re-sealed, or it was while this request ran.
        desk_key = present_key(session, screener)
        session.refresh(copy)
        former = former_keys(session, copy.side, desk_key)
        return open_bytes(former.get(copy.version, desk_key), copy.sealed)
