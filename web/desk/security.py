"""A screener's own log-in: passkeys, codes, open log-ins, and showing the second factor once more."""

from __future__ import annotations

from babel.dates import format_date
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from escalation.desk.challenges import CONFIRM
from escalation.desk.confirming import confirm as confirm_factor
from escalation.desk.confirming import log_out_everywhere, own_sessions
from escalation.desk.passkeys import (
    MAX_LABEL_CHARS,
    add_passkey,
    list_passkeys,
    options_to_add,
    remove_passkey,
    set_code,
    takes_code,
)
from escalation.duty.presence import leave
from escalation.errors import LoginFailedError, NietPluisError

from ..errors import problem_for
from ..i18n import current_locale
from ..ports import ports
from ..security import ForeignRequestError
from .asking import answer_of, ask, need_site, options_response, own_site
from .forms import read_code, read_passkey, safe_next
from .fresh import is_fresh, need_fresh_factor
from .presenting import moment
from .problems import page_on_fact, page_on_foreign_request
from .session import end_session, screener, staff

blueprint = Blueprint("desk_security", __name__, url_prefix="/desk")
blueprint.register_error_handler(NietPluisError, page_on_fact)
blueprint.register_error_handler(ForeignRequestError, page_on_foreign_request)


@blueprint.get("/security")
def show() -> Response:
    """Show the own passkeys, whether codes are taken, and the open log-ins."""
    who, now = screener(), ports().clock()
    opened = own_sessions(ports(), screener=who, session_token=staff().token)
    page = render_template(
        "desk/security.html",
        session=staff(),
        passkeys=[
            (one.id, one.label, format_date(one.added_at, "d MMM y", locale=current_locale()))
            for one in list_passkeys(ports(), screener=who)
        ],
        takes_code=takes_code(ports(), screener=who),
        log_ins=[(moment(one.opened_at, now), one.is_this) for one in opened],
        is_fresh=is_fresh(),
        has_site=own_site() is not None,
        label_chars=MAX_LABEL_CHARS,
    )
    return make_response(page)


@blueprint.post("/security/passkeys/options")
def ask_new_passkey() -> Response:
    """Return what the page's script needs to make a passkey."""
    _need_fresh_factor()
    bound_to, site = staff().token, need_site()
    return options_response(
        options_to_add(ports(), screener=screener(), bound_to=bound_to, site=site)
    )


@blueprint.post("/security/passkeys")
def add() -> Response:
    """Keep a new passkey."""
    _need_fresh_factor()
    answer = answer_of(read_passkey(), bound_to=staff().token)
    label = request.form.get("label", "")
    add_passkey(ports(), screener=screener(), answer=answer, label=label)
    return _to_security()


@blueprint.post("/security/passkeys/<passkey_id>/remove")
def remove(passkey_id: str) -> Response:
    """Remove a passkey, unless it is the last second factor."""
    _need_fresh_factor()
    remove_passkey(ports(), screener=screener(), passkey_id=passkey_id)
    return _to_security()


@blueprint.post("/security/codes")
def switch_codes() -> Response:
    """Take codes again, or passkeys alone from now on."""
    _need_fresh_factor()
    set_code(ports(), screener=screener(), on=request.form.get("codes") == "on")
    return _to_security()


@blueprint.post("/security/logout")
def end_everywhere() -> Response:
    """End every log-in of one's own, this one too."""
    log_out_everywhere(ports(), screener=screener())
    leave(ports(), screener_id=screener().id)
    return end_session(make_response(redirect(url_for("desk_door.log_in"), code=303)))


@blueprint.get("/confirm")
def confirm() -> Response:
    """Ask for the second factor once more."""
    return _confirm_page()


@blueprint.post("/confirm")
def confirmed() -> Response:
    """Take the second factor and go back to where it was asked for."""
    given = read_passkey()
    try:
        confirm_factor(
            ports(),
            screener=screener(),
            session_token=staff().token,
            totp=read_code(),
            passkey=answer_of(given, bound_to=staff().token) if given else None,
        )
    except LoginFailedError as error:
        return _confirm_page(code=error.code)
    return make_response(redirect(safe_next(request.form.get("next", "")), code=303))


@blueprint.post("/confirm/passkey")
def ask_own_passkey() -> Response:
    """Return what the page's script needs to ask for one of the own passkeys."""
    return ask(bound_to=staff().token, purpose=CONFIRM, screener=screener())


def _need_fresh_factor() -> None:
    need_fresh_factor(url_for("desk_security.show"))


def _to_security() -> Response:
    return make_response(redirect(url_for("desk_security.show"), code=303))


def _confirm_page(*, code: str | None = None) -> Response:
    problem = problem_for(code) if code else None
    page = render_template(
        "desk/confirm.html",
        session=staff(),
        problem=problem,
        takes_code=takes_code(ports(), screener=screener()),
        has_passkey=own_site() is not None and bool(list_passkeys(ports(), screener=screener())),
        next=request.values.get("next", ""),
    )
    return make_response(page, 422 if problem else 200)
