"""The first link of a desk. It carries the desk's key, so it is kept until somebody has accepted it.

The store keeps only what finds an invitation, never the link itself. Were the link lost before
anybody joined, nobody could ever open the cases told meanwhile; hence the file.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from escalation.desk.invitations import desk_key_in_invitation, invite, peek
from escalation.desk.roles import ADMINISTRATOR
from escalation.desk.screeners import ScreenerInfo, list_screeners
from escalation.errors import InvitationInvalidError, NameTakenError
from escalation.ports import Ports
from escalation.store.session import reading

from .places import DataDirectory

FIRST_NAME = "Screener 1"
FIRST_SIDE = "care"


def open_first_invitation(ports: Ports, data: DataDirectory, language: str) -> str | None:
    """Return the token of the first care invitation while nobody has joined, else None.

    Makes the invitation at the first start. None also when another machine made and shows it.
    """
    known = _of_side(ports, FIRST_SIDE)
    if known:
        return kept_token(ports, data, FIRST_SIDE)
    try:
        return invite_first(
            ports, data, name=FIRST_NAME, side=FIRST_SIDE, role="coordinator", language=language
        )
    except NameTakenError:
        return None  # another machine was faster


def is_first_of(ports: Ports, side: str) -> bool:
    """Return whether nobody of this side was ever invited."""
    return not _of_side(ports, side)


def invite_first(
    ports: Ports, data: DataDirectory, *, name: str, side: str, role: str, language: str
) -> str:
    """Make the invitation that makes the desk's key, keep its token, and return it.

    It does not run out: the key would run out with it. Raises NameTakenError, ValueError.
    """
    token = invite(ports, name=name, side=side, role=role, language=language, expires=False)
    _keep(_file(data, side), token)
    return token


def kept_token(ports: Ports, data: DataDirectory, side: str) -> str | None:
    """Return the kept token while it still opens the invitation; throw it away when it does not."""
    file = _file(data, side)
    if not file.exists():
        return None
    token = file.read_text("ascii").strip()
    with suppress(InvitationInvalidError):
        peek(ports, token=token)
        return token
    file.unlink(missing_ok=True)
    return None


def desk_key_for(ports: Ports, data: DataDirectory, side: str) -> bytes | None:
    """Return the desk's key while the first link still carries it: a second link may carry it too."""
    token = kept_token(ports, data, side)
    if token is None:
        return None
    with reading(ports.sessions) as session:
        return desk_key_in_invitation(session, token)


def invitation_url(world_url: str, token: str) -> str:
    """Return the link that opens an invitation."""
    return f"{world_url}/desk/invitations/{token}"


def _of_side(ports: Ports, side: str) -> list[ScreenerInfo]:
    """Return who of a side can hold its key; an administrator never does."""
    return [
        info for info in list_screeners(ports) if info.side == side and info.role != ADMINISTRATOR
    ]


def _file(data: DataDirectory, side: str) -> Path:
    return data.path / f"first-invitation-{side}"


def _keep(path: Path, token: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(token + "\n")
        handle.flush()
        os.fsync(handle.fileno())
