"""A file that only the holder of a private key can open, written and read as a stream (libsodium secretstream).

Two lines in clear (what it is, and a header as JSON with the stream's key sealed to the public key), then the
stream. Every piece is tied to both lines; a file that was cut short or changed anywhere does not open.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_ABYTES as EXTRA_BYTES,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_HEADERBYTES as START_BYTES,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_init_pull as init_pull,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_init_push as init_push,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_keygen as new_stream_key,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_pull as pull,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_push as push,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_state as State,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_TAG_FINAL as LAST,
)
from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE as MORE,
)

from escalation.vault.sealing import CannotOpenError, open_bytes, seal_bytes

MAGIC = b"nietpluis-backup-1\n"
PIECE_BYTES = 65_536
MOST_HEADER_BYTES = 65_536


class NoArchiveError(Exception):
    """The file is no archive, was cut short or changed, or another key opens it."""


def write_archive(
    path: Path,
    source: BinaryIO,
    *,
    public_key: bytes,
    header: Mapping[str, Any],
    seen: Callable[[int], None] = lambda _bytes: None,
) -> None:
    """Seal all of ``source`` into a new file for nobody else on this machine; ``seen`` hears how far it is."""
    key = new_stream_key()
    sealed = {**header, "sealed_key": seal_bytes(public_key, key).hex()}
    clear = MAGIC + json.dumps(sealed, sort_keys=True).encode("ascii") + b"\n"
    state = State()
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(clear + init_push(state, key))
            done = 0
            for piece, is_last in _pieces(source):
                file.write(push(state, piece, clear, LAST if is_last else MORE))
                done += len(piece)
                seen(done)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_header(path: Path) -> dict[str, Any]:
    """Return what an archive says in clear. Raises NoArchiveError."""
    with path.open("rb") as file:
        return _header(file)[0]


def open_archive(path: Path, target: BinaryIO, *, private_key: bytes) -> None:
    """Write all that was sealed to ``target``. Raises NoArchiveError; what was written until then is worth nothing."""
    with path.open("rb") as file:
        header, clear = _header(file)
        try:
            key = open_bytes(private_key, bytes.fromhex(header["sealed_key"]))
            state = State()
            init_pull(state, file.read(START_BYTES), key)
            tag = MORE
            while tag != LAST:
                piece, tag = pull(state, file.read(PIECE_BYTES + EXTRA_BYTES), clear)
                target.write(piece)
        except (CannotOpenError, RuntimeError, ValueError, KeyError, TypeError) as error:
            raise NoArchiveError from error
        if file.read(1):
            raise NoArchiveError


def _header(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    magic, line = file.readline(len(MAGIC)), file.readline(MOST_HEADER_BYTES)
    try:
        header = json.loads(line)
    except ValueError as error:
        raise NoArchiveError from error
    if magic != MAGIC or not isinstance(header, dict):
        raise NoArchiveError
    return header, magic + line


def _pieces(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces of one size, and whether it is the last; an empty source is one empty piece."""
    piece = source.read(PIECE_BYTES)
    while True:
        following = source.read(PIECE_BYTES) if len(piece) == PIECE_BYTES else b""
        yield piece, not following
        if not following:
            return
        piece = following
