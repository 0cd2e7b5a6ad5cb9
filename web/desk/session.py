"""The guard ``staff``: who is asking, by the desk's own cookie or by a bearer token, and what that person may see."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import cast

from flask import Response, g, make_response, redirect, request, url_for
from werkzeug.exceptions import NotFound

from escalation.desk import rekeying
from escalation.desk.four_eyes import waiting_count
from escalation.desk.roles import ADMINISTRATOR, leads
from escalation.desk.sessions import Screener, authenticate
from escalation.desk.staying import note_use
from escalation.duty.presence import note_presence
from escalation.errors import NoAccessError, SessionExpiredError

from ..errors import BadRequestError
from ..i18n import set_locale
from ..ports import ports
from ..security import (
    UNSAFE_METHODS,
    check_csrf,
    check_same_origin,
    clear_session_cookie,
    cookie_name,
    csrf_token,
    set_session_cookie,
)

COOKIE = "d"
DOOR_COOKIE = "e"
"""Holds a random value while somebody logs in, so that the log-in form has a session to be bound to."""

FRAGMENT = "text/vnd.page-part+html"
EVENTS = "text/event-stream"
BEARER = "bearer "
TOKEN_MAX_CHARS = 200
OPEN_WITHOUT_KEY = frozenset({"desk.pending", "desk.log_out", "desk.here"})
"""Views for a screener who has joined and waits for a colleague to give access, beside those of the own log-in."""
OWN_LOG_IN = frozenset({"desk_password", "desk_security"})
FOR_ADMINISTRATORS = frozenset({"desk_people", "desk_audit", "desk_roster", "desk_measures"})
"""What an administrator looks after. Not the queue, and not one case: there is no key for that either."""


@dataclass(frozen=True)
class StaffSession:
    """A screener with the token of the session that is open."""

    token: str
    screener: Screener

    def __repr__(self) -> str:
        return f"StaffSession({self.screener.name})"

    @property
    def csrf(self) -> str:
        """Return the token that forms of this session carry."""
        return csrf_token(self.token)

    @property
    def cases_to_reseal(self) -> int:
        """Return how many cases still wait for the desk's new key, while it gets one."""
        return rekeying.cases_left(ports(), side=self.screener.side)

    @property
    def wishes(self) -> int:
        """Return how many wishes of colleagues wait for a second person."""
        return waiting_count(ports(), screener=self.screener)

    @property
    def leads(self) -> bool:
        """Return whether this is somebody who looks after people and sees who did what."""
        return leads(self.screener)

    @property
    def idle_seconds(self) -> int:
        """Return after how long without use the session ends, for the page's warning."""
        return int(ports().durations.staff_idle.total_seconds())


def staff() -> StaffSession:
    """Return the session that the guard let in."""
    return cast(StaffSession, g.staff)


def screener() -> Screener:
    """Return the screener who is asking."""
    return staff().screener


def check_staff() -> Response | None:
    """Guard of the desk's pages: a session, its token in every form, and the desk's key for everything with cases.

    Anonymous: a page leads to the log-in, anything else raises SessionExpiredError.
    """
    check_same_origin()
    token = cookie_token()
    try:
        opened = StaffSession(token, authenticate(ports(), session_token=token))
    except SessionExpiredError:
        if request.method in UNSAFE_METHODS or wants_part():
            raise
        return _see_other(url_for("desk_door.log_in", next=request.full_path.rstrip("?")))
    _let_in(opened)
    if request.method in UNSAFE_METHODS:
        check_csrf(token)
    return None if opened.screener.has_access else _without_key(opened.screener)


def _without_key(who: Screener) -> Response | None:
    """Let somebody without the desk's key look after the own log-in, an administrator after people; no more."""
    if request.endpoint in OPEN_WITHOUT_KEY or request.blueprint in OWN_LOG_IN:
        return None
    if who.role != ADMINISTRATOR:
        return _see_other(url_for("desk.pending"))
    if request.blueprint in FOR_ADMINISTRATORS:
        return None
    if request.method in UNSAFE_METHODS or wants_part():
        raise NoAccessError
    return _see_other(url_for("desk_people.show"))


def check_staff_json() -> None:
    """Guard of the desk's JSON API: a bearer token of a screener who holds the desk's key.

    Raises SessionExpiredError, NoAccessError, BadRequestError.
    """
    header = request.headers.get("Authorization", "")
    token = header[len(BEARER) :].strip() if header[: len(BEARER)].lower() == BEARER else ""
    if not 0 < len(token) <= TOKEN_MAX_CHARS:
        raise SessionExpiredError
    opened = StaffSession(token, authenticate(ports(), session_token=token))
    _let_in(opened)
    if request.method in UNSAFE_METHODS and request.content_length and not request.is_json:
        raise BadRequestError
    if not opened.screener.has_access and request.method != "DELETE":
        raise NoAccessError


def cookie_token() -> str:
    """Return the session token in the cookie, empty when there is none."""
    return request.cookies.get(cookie_name(COOKIE), "")[:TOKEN_MAX_CHARS]


def wants_part() -> bool:
    """Return whether the desk's script asks, for a part of a page or for events."""
    accepted = request.headers.get("Accept", "")
    return FRAGMENT in accepted or EVENTS in accepted


def begin_session(response: Response, token: str) -> Response:
    """Let the browser session hold the log-in; the door's cookie has done its work."""
    set_session_cookie(response, COOKIE, token)
    clear_session_cookie(response, DOOR_COOKIE)
    return response


def end_session(response: Response) -> Response:
    """Take the cookie away, and what the browser kept of the desk's pages."""
    clear_session_cookie(response, COOKIE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def door_token() -> str:
    """Return what the door's cookie holds, or a new value for it."""
    return _door_cookie() or secrets.token_urlsafe(24)


def with_door(response: Response, token: str) -> Response:
    """Let the browser hold the door's value while somebody logs in."""
    set_session_cookie(response, DOOR_COOKIE, token)
    return response


def check_door_csrf() -> None:
    """Raise ForeignRequestError unless the log-in form came from our own page in this browser."""
    # Without a cookie nothing may match: the token of an empty value is known to everybody.
    check_csrf(_door_cookie() or secrets.token_urlsafe(24))


def _door_cookie() -> str:
    return request.cookies.get(cookie_name(DOOR_COOKIE), "")[:TOKEN_MAX_CHARS]


def _let_in(opened: StaffSession) -> None:
    if (
        opened.screener.rekey_due
    ):  # somebody left: whoever has the key and does anything brings it forward
        opened = replace(opened, screener=rekeying.go_on(ports(), screener=opened.screener))
    g.staff = opened
    if opened.screener.has_access:  # only who can open a case counts as somebody who is there
        note_presence(ports(), screener_id=opened.screener.id)
    if _is_used():
        note_use(ports(), session_token=opened.token)
    set_locale(opened.screener.language)
    for given in (request.view_args or {}).values():
        # Ids and names are letters, digits and _; some databases refuse to look for anything else.
        if not (given.isascii() and given.replace("_", "").isalnum()):
            raise NotFound


def _is_used() -> bool:
    """Return whether a person did something: opened a page, or sent something. What a page asks by itself is not."""
    if request.method in UNSAFE_METHODS:
        return True
    return not wants_part() and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _see_other(address: str) -> Response:
    return make_response(redirect(address, code=303))
