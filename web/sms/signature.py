"""Whether a request comes from Twilio: its signature over the address that the world calls and all parameters."""

from __future__ import annotations

import hmac
from base64 import b64encode
from hashlib import sha1
from urllib.parse import SplitResult, urlsplit

from flask import Response, request
from werkzeug.datastructures import MultiDict

from ..config import settings

HEADER = "X-Twilio-Signature"
PORTS = {"http": 80, "https": 443}


def check_signature() -> Response | None:
    """Guard ``twilio_signed``: 403 for what Twilio did not sign; without an account there is no such page.

    The address is PUBLIC_URL's, not the one that a proxy in front of us calls. There is no time in the signature: a
    request can be played again, so whoever handles it must not mind a second one.
    """
    current = settings()
    if not current.twilio_auth_token:
        return Response(status=404)
    query = request.query_string.decode("ascii", "replace")
    url = current.world_url + request.path + (f"?{query}" if query else "")
    given = request.headers.get(HEADER, "")
    if not is_signed(current.twilio_auth_token, url, request.form, given):
        return Response(status=403)
    return None


def is_signed(auth_token: str, url: str, parameters: MultiDict[str, str], given: str) -> bool:
    """Return whether ``given`` is Twilio's signature of this request.

    Every parameter counts, also those that we do not know, exactly as it came. Twilio signs the address sometimes with
    the port and sometimes without it.
    """
    parts = urlsplit(url)
    without, explicit = _without_port(parts), _with_port(parts)
    signed = [signature_of(auth_token, one, parameters) for one in (without, explicit)]
    wanted = given.encode("utf-8", "replace")
    # Both are always compared, so that the time taken says nothing.
    return any([hmac.compare_digest(one.encode(), wanted) for one in signed])


def signature_of(auth_token: str, url: str, parameters: MultiDict[str, str]) -> str:
    """Return the signature as Twilio makes it: names in order, each with its values, behind the address."""
    told = "".join(
        name + value
        for name in sorted(parameters)
        for value in sorted(set(parameters.getlist(name)))
    )
    digest = hmac.new(auth_token.encode(), (url + told).encode("utf-8", "replace"), sha1).digest()
    return b64encode(digest).decode("ascii")


def _without_port(parts: SplitResult) -> str:
    if parts.port is None:
        return parts.geturl()
    return parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()


def _with_port(parts: SplitResult) -> str:
    if parts.port is not None:
        return parts.geturl()
    return parts._replace(netloc=f"{parts.netloc}:{PORTS.get(parts.scheme, 80)}").geturl()
