"""Screeners, from the operator's side: inviting, listing, ending access. Nothing here can open a case."""

from __future__ import annotations

from collections.abc import Sequence

from escalation.desk.invitations import invite
from escalation.desk.roles import ADMINISTRATOR
from escalation.desk.screeners import is_last_with_key, list_screeners, revoke
from escalation.errors import NameTakenError
from escalation.ports import Ports
from web.config import Settings
from web.ports import build_ports

from .first_invitation import desk_key_for, invitation_url, invite_first, is_first_of
from .places import DataDirectory
from .problems import OperatorError
from .up import migrate

STATES = {
    "active": "active",
    "waiting_for_access": "waits for access",
    "invited": "invited",
    "revoked": "revoked",
}


def invite_screener(
    settings: Settings, *, name: str, side: str, role: str, language: str
) -> list[str]:
    """Return the link for the newcomer and what must be known about it. Raises OperatorError."""
    ports, data = ports_of(settings), DataDirectory(settings.data_directory)
    try:
        if role != ADMINISTRATOR and is_first_of(ports, side):
            token = invite_first(ports, data, name=name, side=side, role=role, language=language)
            return [
                f"Link for {name}, for one use. It carries the key of the {side} desk: keep it safe",
                "until it is used; without it nobody could open what is told meanwhile.",
                invitation_url(settings.world_url, token),
            ]
        key = desk_key_for(ports, data, side)
        token = invite(
            ports, name=name, side=side, role=role, language=language, desk_private_key=key
        )
    except NameTakenError as error:
        raise OperatorError(
            f"Somebody is called {name} already. Choose another name, or first: "
            f"nietpluis screener revoke '{name}'"
        ) from error
    except ValueError as error:
        raise OperatorError("Give the screener a name.") from error
    lines = [
        f"Link for {name}, for one use, within {ports.durations.invitation.days} days:",
        invitation_url(settings.world_url, token),
    ]
    if role == ADMINISTRATOR:
        lines.append("An administrator gets no key: people, roster and audit, but no cases.")
    elif key is None:
        lines.append(f"After joining, a colleague of the {side} desk has to give access.")
    return lines


def screener_table(settings: Settings) -> list[str]:
    """Return screeners and open invitations as aligned lines."""
    rows = [("name", "side", "role", "language", "state")]
    rows += [
        (info.name, info.side, info.role, info.language, STATES[info.state])
        for info in list_screeners(ports_of(settings))
    ]
    if len(rows) == 1:
        return ["Nobody yet. Invite somebody: nietpluis screener invite NAME"]
    return aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows as lines with their columns under each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def revoke_screener(settings: Settings, *, name: str) -> str:
    """End access and return what was done. Raises OperatorError when nobody is called that."""
    ports = ports_of(settings)
    was_last = is_last_with_key(ports, name=name)
    if not revoke(ports, name=name):
        raise OperatorError(f"Nobody with access is called {name}. See: nietpluis screener list")
    if was_last:
        return (
            f"{name} has no access any more. Nobody else of that side holds its key: cases told so far "
            "can only be opened by who accepts a link that still carries it."
        )
    return (
        f"{name} has no access any more. The desk gets a new key as soon as a colleague is there."
    )


def ports_of(settings: Settings) -> Ports:
    """Return the ports of a house whose data directory and tables are there."""
    DataDirectory(settings.data_directory).prepare()
    migrate(settings)
    return build_ports(settings)
