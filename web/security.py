"""Headers on every answer, guards on every blueprint, and the one cookie. Nothing here looks at who is asking."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Request, Response, request

from .config import Settings, settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types np-fragment",
    )
)

FEATURES_OFF = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
    *("geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb"),
    "xr-spatial-tracking",
)
FEATURES_OWN = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY = ", ".join(
    [f"{feature}=()" for feature in FEATURES_OFF]
    + [f"{feature}=(self)" for feature in FEATURES_OWN]
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Origin-Agent-Cluster": "?1",
    "X-DNS-Prefetch-Control": "off",
    "X-Frame-Options": "DENY",  # for browsers older than frame-ancestors
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Permissions-Policy": PERMISSIONS_POLICY,
    # Nothing stays in the browser's disk cache: pages, style and script alike would betray the visit.
    "Cache-Control": "no-store",
}

STRICT_TRANSPORT = "max-age=63072000"
OPEN_PAGES = frozenset(
    {"pages.start", "pages.about", "pages.traces", "pages.connection", "plain.robots"}
)
"""What anybody may find with a search engine; each of them is also offered as an onion service where there is one."""

UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
CSRF_FIELD = "csrf"

_UNPRINTABLE = re.compile(r"[^\x21-\x7e]")

Check = Callable[[], "Response | None"]


class ForeignRequestError(Exception):
    """A form was sent from another site."""

    code = "foreign_request"


class StaleFormError(ForeignRequestError):
    """A form came without the token of the session that is open: from an older page, or not ours."""

    code = "stale_form"


@dataclass(frozen=True)
class Guarded:
    """A blueprint with the name of its guard and the check that runs before every view of it.

    The check returns None to let the request pass, returns a response, or raises.
    """

    blueprint: Blueprint
    guard: str
    check: Check


def register_guarded(app: Flask, guarded: Guarded) -> None:
    """Register a blueprint behind its guard and note the guard's name in ``app.extensions['guards']``."""
    # On the application, not on the blueprint: a blueprint is shared by all applications of a process.
    app.before_request_funcs.setdefault(guarded.blueprint.name, []).append(guarded.check)
    app.extensions.setdefault("guards", {})[guarded.blueprint.name] = guarded.guard
    app.register_blueprint(guarded.blueprint)


def add_headers(response: Response) -> Response:
    """Put the security headers on an answer, without overwriting what a view set on purpose."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Cache-Control"] = HEADERS["Cache-Control"]
    current = settings()
    if current.is_https:
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    if request.endpoint in OPEN_PAGES and response.status_code == HTTPStatus.OK:
        del response.headers["X-Robots-Tag"]
        if current.onion_url:
            response.headers["Onion-Location"] = current.onion_url.rstrip("/") + request.path
    for name in ("ETag", "Last-Modified", "Server"):
        response.headers.pop(name, None)
    return response


class InMemoryRequest(Request):
    """A request whose uploads never become files: werkzeug writes big ones to disk, as they were sent.

    Whatever bytes stand after the question mark can be read: browsers escape them, others may not.
    """

    def __init__(self, environ: WSGIEnvironment, *args: Any, **kwargs: Any) -> None:
        given = environ.get("QUERY_STRING", "")
        environ["QUERY_STRING"] = _UNPRINTABLE.sub(lambda byte: f"%{ord(byte[0]):02X}", given)
        super().__init__(environ, *args, **kwargs)

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()  # bounded by MAX_CONTENT_LENGTH


def check_same_origin() -> None:
    """Guard of forms: refuse an unsafe request that a browser sent from another site.

    With ``Referrer-Policy: no-referrer`` older browsers send ``Origin: null`` for our own forms, so a missing or null
    origin passes here; forms that ride on a session also need their token. Raises ForeignRequestError.
    """
    if request.method not in UNSAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site != "same-origin":
            raise ForeignRequestError
        return
    origin = request.headers.get("Origin", "null")
    if origin != "null" and not _is_own_origin(origin, request, settings()):
        raise ForeignRequestError


def _is_own_origin(origin: str, incoming: Request, current: Settings) -> bool:
    host = urlsplit(origin).netloc.lower()
    return bool(host) and host in {
        incoming.host.lower(),
        urlsplit(current.world_url).netloc.lower(),
    }


def csrf_token(session_token: str) -> str:
    """Return the token that a form must carry; it is derived from the session's own secret, so nothing is stored."""
    return hmac.new(session_token.encode("utf-8", "replace"), b"np-csrf", sha256).hexdigest()


def check_csrf(session_token: str) -> None:
    """Raise StaleFormError unless the form carries the token of this session."""
    given = request.form.get(CSRF_FIELD, "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, csrf_token(session_token).encode()):
        raise StaleFormError


def cookie_name(name: str) -> str:
    """Return the cookie's full name: bound to this host when the connection allows it."""
    return f"__Host-{name}" if settings().is_https else name


def set_session_cookie(response: Response, name: str, value: str) -> None:
    """Set a cookie that ends with the browser session and that no script and no other site can use."""
    response.set_cookie(
        cookie_name(name),
        value,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=settings().is_https,
    )


def clear_session_cookie(response: Response, name: str) -> None:
    """Take the cookie away again."""
    response.delete_cookie(
        cookie_name(name), path="/", httponly=True, samesite="Strict", secure=settings().is_https
    )
