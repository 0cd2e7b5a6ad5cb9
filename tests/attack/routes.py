"""Every route and who it is for. A new route fails tests/attack/test_routes.py until it stands here."""

from __future__ import annotations

PUBLIC = "anybody, and it tells nothing of anybody"
REPORTER = "the page of the conversation in the cookie"
REPORTER_API = "the holder of this conversation's token"
DOOR = "anybody, with what only the right person has in the path or the body"
OWN_KEY = "a machine that shows a secret or a signature of its own"
STAFF = "every screener"
STAFF_KEY = "every screener with the desk's key"
LEADERS = "coordinators"
CASE = "screeners whose desk can open the case"
STAFF_API = "every screener with the desk's key, by bearer token"
OWN_API = "every screener, by bearer token"
CASE_API = "screeners whose desk can open the case, by bearer token"

ROUTES: dict[str, str] = {
    "GET /": PUBLIC,
    "GET /.well-known/security.txt": PUBLIC,
    "GET /about": PUBLIC,
    "GET /connection": PUBLIC,
    "GET /done": PUBLIC,
    "GET /favicon.ico": PUBLIC,
    "GET /health/live": PUBLIC,
    "GET /health/ready": PUBLIC,
    "GET /leave": PUBLIC,
    "GET /privacy": PUBLIC,
    "GET /receipt": PUBLIC,
    "GET /robots.txt": PUBLIC,
    "GET /static/<path:filename>": PUBLIC,
    "GET /api/v1/openapi.json": PUBLIC,
    "POST /start": PUBLIC,
    "POST /api/v1/conversations": PUBLIC,
    "POST /receipt": DOOR,
    "POST /api/v1/receipts": DOOR,
    "GET /chat": REPORTER,
    "POST /chat": REPORTER,
    "GET /chat/events": REPORTER,
    "POST /chat/typing": REPORTER,
    "GET /end": REPORTER,
    "POST /end": REPORTER,
    "GET /api/v1/conversations/<conversation_id>": REPORTER_API,
    "DELETE /api/v1/conversations/<conversation_id>": REPORTER_API,
    "GET /api/v1/conversations/<conversation_id>/events": REPORTER_API,
    "PUT /api/v1/conversations/<conversation_id>/language": REPORTER_API,
    "POST /api/v1/conversations/<conversation_id>/messages": REPORTER_API,
    "GET /metrics": OWN_KEY,
    "POST /sms/status/<ref>": OWN_KEY,
    "POST /sms/twilio": OWN_KEY,
    "GET /dev/phone/": OWN_KEY,
    "POST /dev/phone/": OWN_KEY,
    "GET /desk/login": PUBLIC,
    "POST /desk/login": DOOR,
    "POST /desk/login/passkey": DOOR,
    "GET /desk/invitations/<token>": DOOR,
    "POST /desk/invitations/<token>": DOOR,
    "POST /api/v1/desk/invitations/<token>": DOOR,
    "POST /api/v1/desk/session": DOOR,
    "GET /desk/page/<token>": DOOR,
    "POST /desk/page/<token>": DOOR,
    "GET /desk/calendar/<token>": DOOR,
    "GET /desk/pending": STAFF,
    "POST /desk/logout": STAFF,
    "GET /desk": STAFF_KEY,
    "GET /desk/": STAFF_KEY,
    "GET /desk/events": STAFF_KEY,
    "POST /desk/here": STAFF,
    "POST /desk/aside": STAFF_KEY,
    "POST /desk/access/<other_id>": STAFF_KEY,
    "GET /desk/audit": LEADERS,
    "GET /desk/waiting-times": STAFF_KEY,
    "GET /desk/confirm": STAFF,
    "POST /desk/confirm": STAFF,
    "POST /desk/confirm/passkey": STAFF,
    "GET /desk/four-eyes": STAFF_KEY,
    "POST /desk/four-eyes/<wish_id>/answer": STAFF_KEY,
    "POST /desk/four-eyes/<wish_id>/file": STAFF_KEY,
    "POST /desk/four-eyes/<wish_id>/review": STAFF_KEY,
    "GET /desk/roster": STAFF_KEY,
    "POST /desk/roster/agenda": STAFF_KEY,
    "POST /desk/roster/profile": STAFF_KEY,
    "POST /desk/roster/shifts": LEADERS,
    "POST /desk/roster/shifts/<shift_id>/remove": LEADERS,
    "POST /desk/roster/shifts/<shift_id>/give": STAFF_KEY,
    "POST /desk/roster/swaps/<change_id>": STAFF_KEY,
    "GET /desk/security": STAFF,
    "POST /desk/security/codes": STAFF,
    "POST /desk/security/logout": STAFF,
    "POST /desk/security/passkeys": STAFF,
    "POST /desk/security/passkeys/options": STAFF,
    "GET /desk/password": STAFF,
    "POST /desk/password": STAFF,
    "GET /desk/people": STAFF_KEY,
    "POST /desk/people/invite": LEADERS,
    "POST /desk/people/leave": LEADERS,
    "POST /desk/people/<other_id>/anew": LEADERS,
    "POST /desk/security/passkeys/<passkey_id>/remove": STAFF,
    **{
        f"{method} /desk/cases/<case_id>{rest}": CASE
        for method, rest in (
            ("GET", ""),
            ("GET", "/events"),
            ("GET", "/fields/<name>"),
            ("POST", "/fields/<name>"),
            ("POST", "/take"),
            ("POST", "/messages"),
            ("POST", "/release"),
            ("POST", "/close"),
            ("POST", "/copy"),
            ("POST", "/draft"),
            ("POST", "/flags/<flag_id>/clear"),
            ("POST", "/hand"),
            ("POST", "/notes"),
            ("POST", "/police"),
            ("POST", "/put-back"),
            ("POST", "/turns/<seq>/translate"),
        )
    },
    "DELETE /api/v1/desk/session": OWN_API,
    "GET /api/v1/desk/cases": STAFF_API,
    "GET /api/v1/desk/events": STAFF_API,
    **{
        f"{method} /api/v1/desk/cases/<case_id>{rest}": CASE_API
        for method, rest in (
            ("GET", ""),
            ("GET", "/events"),
            ("POST", "/take"),
            ("POST", "/messages"),
            ("POST", "/release"),
            ("POST", "/close"),
            ("POST", "/put-back"),
        )
    },
}

FOR_ADMINISTRATORS = ("/desk/people", "/desk/audit", "/desk/roster", "/desk/waiting-times")
"""What is behind the desk's key for others; an administrator, who has none, comes to these all the same."""

LAST = ("/close", "/end", "/hand", "/police", "/release", "DELETE /api/v1/conversations")
"""Tried late, because the case is not as it was after them."""

ENDS = ("POST /desk/logout", "POST /desk/security/logout", "DELETE /api/v1/desk/session")
"""Tried at the very end: nobody is logged in after them."""
