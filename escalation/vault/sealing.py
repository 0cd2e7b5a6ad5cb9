"""Key pairs and sealed boxes. Anybody on the way may write into a case; only those it is sealed to may read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

PAD_BLOCK_BYTES = 256
"""Sealed records grow in these steps, so that their size tells little about what was said."""

KEY_BYTES = 32


class CannotOpenError(Exception):
    """The key does not open the box, or the box was changed or moved. Carries nothing of its content."""


@dataclass(frozen=True)
class KeyPair:
    """An X25519 pair, each half 32 bytes. ``repr`` never shows the private half."""

    public: bytes
    private: bytes

    def __repr__(self) -> str:
        return f"KeyPair(public={self.public.hex()[:8]}…)"


def new_key_pair() -> KeyPair:
    """Return a fresh pair from the system's random source."""
    private = PrivateKey.generate()
    return KeyPair(public=bytes(private.public_key), private=bytes(private))


def public_half(private_key: bytes) -> bytes:
    """Return the public half that belongs to a private one."""
    return bytes(PrivateKey(private_key).public_key)


def seal_bytes(public_key: bytes, plain: bytes) -> bytes:
    """Seal ``plain`` so that only the holder of the private half can open it."""
    return SealedBox(PublicKey(public_key)).encrypt(plain)


def open_bytes(private_key: bytes, sealed: bytes) -> bytes:
    """Open what ``seal_bytes`` made. Raises CannotOpenError."""
    try:
        return SealedBox(PrivateKey(private_key)).decrypt(sealed)
    except (CryptoError, ValueError) as error:
        raise CannotOpenError from error


def seal_record(public_key: bytes, record: dict[str, Any], *, context: str) -> bytes:
    """Seal a record, padded to blocks of ``PAD_BLOCK_BYTES``; ``context`` ties it to its place in the store."""
    body = json.dumps(
        {"context": context, "record": record}, ensure_ascii=False, separators=(",", ":")
    )
    return seal_bytes(public_key, sodium_pad(body.encode("utf-8"), PAD_BLOCK_BYTES))


def open_record(private_key: bytes, sealed: bytes, *, context: str) -> dict[str, Any]:
    """Open a record. Raises CannotOpenError also when it was moved from another place of the store."""
    try:
        body = json.loads(sodium_unpad(open_bytes(private_key, sealed), PAD_BLOCK_BYTES))
        opened_context, record = body["context"], body["record"]
    except (CryptoError, ValueError, KeyError, TypeError) as error:
        raise CannotOpenError from error
    if opened_context != context or not isinstance(record, dict):
        raise CannotOpenError
    return record


def wrap(key: bytes, plain: bytes) -> bytes:
    """Encrypt a small secret under a symmetric key of 32 bytes."""
    return bytes(SecretBox(key).encrypt(plain))


def unwrap(key: bytes, wrapped: bytes) -> bytes:
    """Undo ``wrap``. Raises CannotOpenError."""
    try:
        return SecretBox(key).decrypt(wrapped)
    except (CryptoError, ValueError) as error:
        raise CannotOpenError from error


def derive(secret: bytes, purpose: str) -> bytes:
    """Return a 32-byte key for one purpose, derived from a secret of full strength (never from a password)."""
    return blake2b(secret, digest_size=KEY_BYTES, person=purpose.encode("ascii")[:16]).digest()


def keyed_digest(key: bytes, text: str) -> bytes:
    """Return a keyed digest: equal for equal texts, meaningless without the key."""
    return blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=16).digest()
