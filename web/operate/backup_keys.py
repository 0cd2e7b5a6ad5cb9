"""The pair of keys of backups: the public half is a setting, the private half is kept elsewhere."""

from __future__ import annotations

from escalation.vault.sealing import KEY_BYTES, new_key_pair
from web.config import InvalidSettingError, Settings

from .problems import OperatorError

NAME = "NIETPLUIS_BACKUP_PUBLIC_KEY"
PUBLIC, PRIVATE = "np-backup-public-", "np-backup-private-"
"""So that nobody puts one half where the other belongs."""


def new_pair_lines() -> list[str]:
    """Return a fresh pair and what to do with each half. It is kept nowhere."""
    pair = new_key_pair()
    return [
        "Set this wherever `nietpluis backup` runs:",
        f"  {NAME}={PUBLIC}{pair.public.hex()}",
        "Keep this elsewhere, on paper or in a safe, and never on this machine. Whoever has it can read the",
        "names in every backup; without it no backup can be restored. It is shown once.",
        f"  {PRIVATE}{pair.private.hex()}",
    ]


def public_half(settings: Settings) -> bytes:
    """Return the public half. Raises OperatorError when none is set, InvalidSettingError when it is none."""
    if not settings.backup_public_key:
        raise OperatorError(
            f"No key to seal backups with is set ({NAME}). Make one: nietpluis backup key"
        )
    key = _half(settings.backup_public_key, PUBLIC)
    if key is None:
        raise InvalidSettingError(NAME, f"what `nietpluis backup key` showed ({PUBLIC}…)")
    return key


def private_half(typed: str) -> bytes:
    """Return the private half as it was typed. Raises OperatorError, which does not repeat it."""
    key = _half(typed, PRIVATE)
    if key is None:
        raise OperatorError(f"That is no private key of backups: it begins with {PRIVATE}")
    return key


def _half(text: str, kind: str) -> bytes | None:
    bare = text.strip()
    if not bare.startswith(kind):
        return None
    try:
        key = bytes.fromhex(bare.removeprefix(kind))
    except ValueError:
        return None
    return key if len(key) == KEY_BYTES else None
