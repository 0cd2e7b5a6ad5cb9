"""Bearer tokens: the store keeps only a hash, and a key derived from the token opens what belongs to its holder."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from .sealing import derive

TOKEN_BYTES = 32


@dataclass(frozen=True)
class TokenKeys:
    """What is derived from a token: ``lookup`` finds the row, ``key`` opens it. Neither gives the other."""

    lookup: bytes
    key: bytes

    def __repr__(self) -> str:
        return "TokenKeys(…)"


def new_token() -> str:
    """Return a fresh token of 256 bits, safe in URLs and headers."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_keys(token: str) -> TokenKeys:
    """Derive look-up and key from a token. Takes any text, also one that was never a token."""
    secret = token.encode("utf-8", "surrogatepass")[:512]
    return TokenKeys(lookup=derive(secret, "np-token-lookup"), key=derive(secret, "np-token-key"))
