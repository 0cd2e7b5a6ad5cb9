"""Somebody who took everything at rest: the whole database, the salt, and every secret in the settings."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b, sha256

from sqlalchemy import select

from escalation.ports import Ports
from escalation.store.schema import Base
from escalation.store.session import reading
from escalation.vault.sealing import CannotOpenError, derive, open_bytes, unwrap
from escalation.vault.tokens import token_keys

PURPOSES = ("np-token-key", "np-token-lookup", "np-rcpt-key", "np-rcpt-lookup", "np-dialogue")


def everything_at_rest(house: Ports) -> tuple[set[bytes], set[str]]:
    """Return all bytes and all texts of all tables, and the server's own secrets."""
    raw = {house.vault.receipt_salt, house.vault.server_key}
    texts: set[str] = set()
    with reading(house.sessions) as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                raw |= {value for value in row if isinstance(value, bytes)}
                texts |= {value for value in row if isinstance(value, str)}
    return raw, texts


def keys_from(raw: Iterable[bytes], texts: Iterable[str]) -> set[bytes]:
    """Return every key of 32 bytes that can be had from what was taken: as it is, derived, or hashed."""
    seeds = [*raw, *(text.encode() for text in texts)]
    keys: set[bytes] = set()
    for seed in seeds:
        keys |= {seed[at : at + 32] for at in (0, 24, 32) if len(seed[at : at + 32]) == 32}
        keys |= {blake2b(seed, digest_size=32).digest(), sha256(seed).digest()}
        if len(seed) <= 512:
            keys |= {derive(seed, purpose) for purpose in PURPOSES}
    for text in texts:
        found = token_keys(text)
        keys |= {found.key, found.lookup}
    return keys


def opened_with(keys: Iterable[bytes], boxes: Iterable[bytes]) -> list[bytes]:
    """Try every key on every box, as private key and as shared key, and return what opened."""
    found = []
    boxes = list(boxes)
    for key in keys:
        for box in boxes:
            for attempt in (open_bytes, unwrap):
                try:
                    found.append(attempt(key, box))
                except CannotOpenError:
                    continue
    return found


def plunder(house: Ports, extra: Iterable[bytes] = ()) -> list[bytes]:
    """Open what can be opened with what lies there and ``extra`` keys, and with what that gives, until nothing new."""
    raw, texts = everything_at_rest(house)
    boxes = [box for box in raw if len(box) > 40]
    keys = keys_from(raw, texts) | set(extra)
    found: list[bytes] = []
    while keys:
        fresh = [plain for plain in opened_with(keys, boxes) if plain not in found]
        found += fresh
        keys = {plain for plain in fresh if len(plain) == 32}
    return found
