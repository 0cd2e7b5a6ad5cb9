"""Checks of addresses that a setting may hold."""

from __future__ import annotations

import re
from base64 import b32decode
from datetime import date
from hashlib import sha3_256

ONION = re.compile(r"https?://(?:[a-z0-9-]+\.)?([a-z2-7]{56})\.onion(?::\d{1,5})?/?")
CONTACT = re.compile(r"(?:mailto:|https://|tel:)[^\s\"<>]+")
WEB = re.compile(r"https?://[^\s\"<>]+")


def is_onion(text: str) -> bool:
    """Return whether this is the address of a version 3 onion service, its own checksum included."""
    found = ONION.fullmatch(text)
    if found is None:
        return False
    # rend-spec-v3: base32(public key, checksum, version), the checksum over a fixed text, the key and the version.
    raw = b32decode(found[1].upper())
    key, checksum, version = raw[:32], raw[32:34], raw[34:]
    return (
        version == b"\3" and checksum == sha3_256(b".onion checksum" + key + version).digest()[:2]
    )


def is_contact(text: str) -> bool:
    """Return whether this is a contact as RFC 9116 wants it: an address that says how to use it."""
    return CONTACT.fullmatch(text) is not None


def is_web(text: str) -> bool:
    """Return whether this is an address for a browser."""
    return WEB.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Return whether this is a day, written like 2030-12-31."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
