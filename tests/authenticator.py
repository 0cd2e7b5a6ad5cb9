"""A passkey in software: it signs what a browser would let it sign, and lies where a test wants it to."""

from __future__ import annotations

import json
import secrets
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

UP, UV, AT = 0x01, 0x04, 0x40
_P256 = ec.SECP256R1()


@dataclass
class Authenticator:
    """One passkey of one person. ``sign_count`` goes up at every signature, as on a security key."""

    origin: str
    rp_id: str
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(_P256))
    sign_count: int = 0
    owner: bytes | None = None

    def create(self, options: str) -> str:
        """Answer the options for a new passkey."""
        asked = json.loads(options)
        self.owner = base64url_to_bytes(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public_key = cbor2.dumps(
            {
                1: 2,
                3: -7,
                -1: 1,
                -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big"),
            }
        )
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id
        data = self._data(UP | UV | AT) + attested + public_key
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"])
        return self._json(
            clientDataJSON=client, attestationObject=made, transports=["internal", "hybrid"]
        )

    def get(self, options: str) -> str:
        """Answer the options for showing a passkey."""
        self.sign_count += 1
        client = self._client("webauthn.get", json.loads(options)["challenge"])
        data = self._data(UP | UV)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._json(
            clientDataJSON=client,
            authenticatorData=data,
            signature=signature,
            userHandle=self.owner,
        )

    def _data(self, flags: int) -> bytes:
        head = sha256(self.rp_id.encode()).digest()
        return head + struct.pack(">BI", flags, self.sign_count)

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _json(self, **response: Any) -> str:
        named = bytes_to_base64url(self.credential_id)
        written = {
            name: bytes_to_base64url(value) if isinstance(value, bytes) else value
            for name, value in response.items()
        }
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": written})
