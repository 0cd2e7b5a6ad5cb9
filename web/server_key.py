"""The server's own key: from the settings, or made at the first start and kept beside the database, never in it."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64Error
from pathlib import Path

from escalation.vault.sealing import KEY_BYTES

from .config import InvalidSettingError, Settings

NAME = "NIETPLUIS_SERVER_KEY"
FILE = "server-key"


def server_key(settings: Settings) -> bytes:
    """Return the key. Raises InvalidSettingError when the setting is not 32 bytes in base64."""
    if settings.server_key:
        return _decoded(settings.server_key)
    return _decoded(_kept(settings.data_directory).read_text("ascii"))


def _kept(directory: Path) -> Path:
    """Return the file with the key, made if there is none; of two processes that make it one wins."""
    path = directory / FILE
    if path.exists():
        return path
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = directory / f"{FILE}.{os.getpid()}"
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(b64encode(os.urandom(KEY_BYTES)))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path


def _decoded(text: str) -> bytes:
    try:
        key = b64decode(text.strip(), validate=True)
    except (NotBase64Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise InvalidSettingError(NAME, f"{KEY_BYTES} bytes in base64")
    return key
