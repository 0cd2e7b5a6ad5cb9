"""How a conversation is asked for, and the challenge in a rush, in the terms of OpenAPI 3.1. A table of data."""

from __future__ import annotations

from typing import Any

from escalation.signal import LANGUAGES

from .openapi import ref

_PARAMETERS = ("algorithm", "nonce", "salt", "cost", "keyLength", "keyPrefix", "expiresAt")

_CHALLENGE: dict[str, Any] = {
    "type": "object",
    "required": ["parameters", "signature"],
    "properties": {
        "parameters": {"type": "object", "required": list(_PARAMETERS)},
        "signature": {"type": "string"},
    },
}

OPENING_SCHEMAS: dict[str, Any] = {
    "NewConversation": {
        "type": "object",
        "properties": {
            "language": {"type": ["string", "null"], "enum": [*LANGUAGES, None]},
            "proof": {
                "type": ["string", "null"],
                "description": "After `proof_needed`: base64 of the JSON object "
                "{challenge, solution: {counter, derivedKey}}.",
            },
            "without_proof": {
                "type": "boolean",
                "description": "After `proof_needed`: open without a proof. The bot answers such a conversation "
                "after the others, except in danger. May be answered with `proof_needed` again.",
            },
        },
    },
    "ProofNeeded": {
        "description": "Very many open a conversation now. Solve `challenge` (ALTCHA v2, PBKDF2/SHA-256): find the "
        "`counter` for which the key derived from nonce and counter (32 bits, big end first) begins with `keyPrefix`.",
        "allOf": [
            ref("Problem"),
            {"type": "object", "required": ["challenge"], "properties": {"challenge": _CHALLENGE}},
        ],
    },
}
