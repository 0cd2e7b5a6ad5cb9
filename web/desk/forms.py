"""Reads the desk's forms and says kindly what is wrong with them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

from flask import request, url_for

from escalation.desk.factors import MAX_ANSWER_CHARS
from escalation.desk.own_password import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from escalation.signal import printable

from ..i18n import gettext

CLIENT_ID_MAX_CHARS = 64
NAME_MAX_CHARS = 120
CODE_MAX_CHARS = 20


@dataclass(frozen=True)
class LogIn:
    """What was typed to log in."""

    name: str
    password: str
    code: str = ""
    passkey: str = ""

    def __repr__(self) -> str:
        return "LogIn(…)"


def read_log_in() -> LogIn:
    """Return what was typed to log in, cut to what can be true."""
    return LogIn(
        name=request.form.get("name", "")[:NAME_MAX_CHARS],
        password=request.form.get("password", "")[: MAX_PASSWORD_CHARS + 1],
        code=read_code(),
        passkey=read_passkey(),
    )


def read_code() -> str:
    """Return the code that was typed, cut to what can be true."""
    return request.form.get("code", "")[:CODE_MAX_CHARS]


def read_passkey() -> str:
    """Return what a passkey answered, empty when none was asked."""
    return request.form.get("passkey", "")[: MAX_ANSWER_CHARS + 1]


def storable(name: str) -> str:
    """Return a typed name in a form in which a database can look for it."""
    return printable(name)[:NAME_MAX_CHARS].encode("utf-8", "replace").decode("utf-8")


def repeated_wrong(password: str, again: str) -> str | None:
    """Return what is wrong when the second password is another one, else None."""
    if password == again:
        return None
    return gettext("The two passwords are not the same. Please type them both again.")


def why_too_weak(password: str, *, name: str) -> str:
    """Return in one sentence why the desk does not take this password."""
    length = len(password)
    if length < MIN_PASSWORD_CHARS:
        return gettext(
            "This password has %(count)s characters. It needs at least %(least)s. "
            "Three or four words in a row work well.",
            count=length,
            least=MIN_PASSWORD_CHARS,
        )
    if length > MAX_PASSWORD_CHARS:
        return gettext("This password is longer than we can take. Please choose a shorter one.")
    if name.casefold() in password.casefold():
        return gettext("Your name is in this password. Please choose one without your name.")
    return gettext("This password repeats itself too much. Please use more different letters.")


def new_client_id() -> str:
    """Return an id for one message, so that sending it twice stores it once."""
    return secrets.token_hex(8)


def read_client_id(text: str) -> str:
    """Return the id of the message in the form.

    It covers the text as well: an old page that the browser brings back has an old id, and a new message in it
    must not be taken for the old one.
    """
    given = request.form.get("client_id", "")[:CLIENT_ID_MAX_CHARS] or new_client_id()
    return f"{given}:{blake2b(text.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"


def safe_next(address: str) -> str:
    """Return where to go after logging in: a page of the desk, whatever the address asks for."""
    parts = urlsplit(address)
    own = not parts.scheme and not parts.netloc and "\\" not in address
    inside = parts.path == "/desk" or parts.path.startswith("/desk/")
    return address if own and inside and not address.startswith("//") else url_for("desk.queue")
