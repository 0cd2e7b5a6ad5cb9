"""The desk's door, open to everybody: accepting an invitation and logging in."""

from __future__ import annotations

import re
from io import BytesIO
from typing import cast

import segno
from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.blueprints import BlueprintSetupState
from markupsafe import Markup

from escalation.desk import invitations, sessions
from escalation.desk.challenges import LOG_IN
from escalation.desk.invitations import Accepted
from escalation.desk.own_password import MIN_PASSWORD_CHARS
from escalation.errors import (
    BusyError,
    LoginFailedError,
    NietPluisError,
    PasswordTooWeakError,
    SessionExpiredError,
)
from escalation.ports import Ports

from ..errors import TooManyAttemptsError, problem_for
from ..limits import AttemptLimit
from ..ports import EXTENSION as PORTS
from ..ports import ports
from ..security import ForeignRequestError, check_csrf, csrf_token
from .asking import answer_of, ask, own_site
from .forms import LogIn, read_log_in, repeated_wrong, safe_next, storable, why_too_weak
from .problems import TooManyLogInsError, page_on_fact, page_on_foreign_request
from .session import begin_session, check_door_csrf, cookie_token, door_token, with_door

LIMIT_EXTENSION = "niet_pluis_wrong_log_ins"
WRONG_LOG_INS_MAX = 40
ASKED_EXTENSION = "niet_pluis_asked_passkeys"
ASKED_PASSKEYS_MAX = 120
"""A question is a row in the store until it is answered or forgotten, so strangers get a bounded number of them."""

WRONG_LOG_INS_WINDOW_SECONDS = 600

blueprint = Blueprint("desk_door", __name__, url_prefix="/desk")
blueprint.register_error_handler(NietPluisError, page_on_fact)
blueprint.register_error_handler(ForeignRequestError, page_on_foreign_request)


def _install_limit(state: BlueprintSetupState) -> None:
    counters = cast(Ports, state.app.extensions[PORTS]).counters
    limit = AttemptLimit(
        counters,
        "wrong_log_in",
        most=WRONG_LOG_INS_MAX,
        window_seconds=WRONG_LOG_INS_WINDOW_SECONDS,
    )
    state.app.extensions[LIMIT_EXTENSION] = limit
    state.app.extensions[ASKED_EXTENSION] = AttemptLimit(
        counters,
        "asked_passkey",
        most=ASKED_PASSKEYS_MAX,
        window_seconds=WRONG_LOG_INS_WINDOW_SECONDS,
    )


blueprint.record(_install_limit)


def wrong_log_ins() -> AttemptLimit:
    """Return the counter of the running application."""
    return cast(AttemptLimit, current_app.extensions[LIMIT_EXTENSION])


def open_session(typed: LogIn) -> sessions.LoggedIn:
    """Log in, counting what fails. Raises LoginFailedError, TooManyLogInsError, BusyError."""
    try:
        wrong_log_ins().check()
    except TooManyAttemptsError:
        raise TooManyLogInsError from None
    try:
        return sessions.log_in(
            ports(),
            name=storable(typed.name),
            password=typed.password,
            totp=typed.code,
            passkey=answer_of(typed.passkey, bound_to=door_token()) if typed.passkey else None,
        )
    except LoginFailedError:
        wrong_log_ins().count()
        raise


@blueprint.get("/login")
def log_in() -> Response:
    """Show the log-in form, or the desk to who is logged in already."""
    if _is_logged_in():
        return _see_other(safe_next(request.args.get("next", "")))
    return _log_in_page()


@blueprint.post("/login")
def enter() -> Response:
    """Open a session and go where the person was heading."""
    check_door_csrf()
    typed = read_log_in()
    try:
        opened = open_session(typed)
    except (BusyError, LoginFailedError, TooManyLogInsError) as error:
        return _log_in_page(name=typed.name, code=error.code)
    sessions.log_out(ports(), session_token=cookie_token())  # whatever this browser held before
    return begin_session(_see_other(safe_next(request.form.get("next", ""))), opened.token)


@blueprint.post("/login/passkey")
def ask_passkey() -> Response:
    """Ask for a passkey, in the same words whoever asks: nobody learns whether somebody has one."""
    check_door_csrf()
    asked = cast(AttemptLimit, current_app.extensions[ASKED_EXTENSION])
    try:
        asked.check()
    except TooManyAttemptsError:
        raise TooManyLogInsError from None
    asked.count()
    return ask(bound_to=door_token(), purpose=LOG_IN)


@blueprint.get("/invitations/<token>")
def invitation(token: str) -> Response:
    """Greet the invited person and ask for a password."""
    return _invitation_page(token)


@blueprint.post("/invitations/<token>")
def join(token: str) -> Response:
    """Accept the invitation and show the second factor, this once."""
    check_csrf(token)
    password = request.form.get("password", "")
    wrong = repeated_wrong(password, request.form.get("again", ""))
    if wrong:
        return _invitation_page(token, wrong=wrong)
    try:
        accepted = invitations.accept(ports(), token=token, password=password)
    except PasswordTooWeakError:
        name = invitations.peek(ports(), token=token)
        return _invitation_page(token, wrong=why_too_weak(password, name=name))
    return _joined_page(accepted)


def _invitation_page(token: str, *, wrong: str | None = None) -> Response:
    name = invitations.peek(ports(), token=token)
    page = render_template(
        "desk/invitation.html",
        name=name,
        token=token,
        csrf=csrf_token(token),
        wrong=wrong,
        least=MIN_PASSWORD_CHARS,
    )
    return make_response(page, 422 if wrong else 200)


def _joined_page(accepted: Accepted) -> Response:
    door = door_token()
    page = render_template(
        "desk/joined.html",
        accepted=accepted,
        qr=_qr_code(accepted.totp_uri),
        secret=re.findall(".{1,4}", accepted.totp_secret),
        csrf=csrf_token(door),
    )
    return with_door(make_response(page), door)


def _qr_code(text: str) -> Markup:
    """Return the code as an SVG element: as an image of its own the secret would need an address."""
    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=False,
        svgclass="qr__image",
        lineclass=None,
        omitsize=True,
        nl=False,
    )
    return Markup(drawn.getvalue().decode("utf-8"))  # drawn here, from no typed text


def _log_in_page(*, name: str = "", code: str | None = None) -> Response:
    problem = problem_for(code) if code else None
    door = door_token()
    page = render_template(
        "desk/login.html",
        name=name,
        problem=problem,
        csrf=csrf_token(door),
        next=request.values.get("next", ""),
        has_site=own_site() is not None,
    )
    return with_door(make_response(page, problem.status if problem else 200), door)


def _is_logged_in() -> bool:
    try:
        sessions.authenticate(ports(), session_token=cookie_token())
    except SessionExpiredError:
        return False
    return True


def _see_other(address: str) -> Response:
    return make_response(redirect(address, code=303))
