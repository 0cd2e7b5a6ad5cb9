"""The one cookie: which conversation is open in this browser session, and the token that opens it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request

from escalation.conversation import Opened

from ..security import clear_session_cookie, cookie_name, csrf_token, set_session_cookie

COOKIE = "s"
CLEAR_SITE_DATA = '"cache", "cookies", "storage"'


@dataclass(frozen=True)
class ReporterSession:
    """A conversation's id and token, as the browser sent them; neither is checked yet."""

    conversation_id: str
    token: str

    def __repr__(self) -> str:
        return "ReporterSession(…)"

    @property
    def csrf(self) -> str:
        """Return the token that forms of this session carry."""
        return csrf_token(self.token)


def reporter_session() -> ReporterSession | None:
    """Return what the cookie holds, or None when there is none or it has another form."""
    conversation_id, dot, token = request.cookies.get(cookie_name(COOKIE), "").partition(".")
    return ReporterSession(conversation_id, token) if conversation_id and dot and token else None


def begin_session(response: Response, opened: Opened) -> Response:
    """Let the browser session hold the conversation, and return the response."""
    set_session_cookie(response, COOKIE, f"{opened.id}.{opened.token}")
    return response


def end_session(response: Response, *, clear_site: bool = False) -> Response:
    """Take the cookie away; with ``clear_site`` the browser also drops everything else that it kept of this site."""
    clear_session_cookie(response, COOKIE)
    if clear_site:
        response.headers["Clear-Site-Data"] = CLEAR_SITE_DATA
    return response
