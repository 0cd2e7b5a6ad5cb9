"""Changing one's own password: with the old one and the second factor; every other log-in of one's own ends."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from escalation.desk.own_password import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, change_password
from escalation.errors import LoginFailedError, NietPluisError, PasswordTooWeakError

from ..i18n import gettext
from ..ports import ports
from ..security import ForeignRequestError
from .forms import repeated_wrong, why_too_weak
from .fresh import need_fresh_factor
from .problems import page_on_fact, page_on_foreign_request
from .session import screener, staff

blueprint = Blueprint("desk_password", __name__, url_prefix="/desk/password")
blueprint.register_error_handler(NietPluisError, page_on_fact)
blueprint.register_error_handler(ForeignRequestError, page_on_foreign_request)


@blueprint.get("")
def show() -> Response:
    """Show the form."""
    need_fresh_factor(url_for("desk_password.show"))
    return _page()


@blueprint.post("")
def change() -> Response:
    """Change it."""
    need_fresh_factor(url_for("desk_password.show"))
    old = request.form.get("old", "")[: MAX_PASSWORD_CHARS + 1]
    new = request.form.get("password", "")[: MAX_PASSWORD_CHARS + 1]
    wrong = repeated_wrong(new, request.form.get("again", "")[: MAX_PASSWORD_CHARS + 1])
    if wrong:
        return _page(wrong=wrong)
    try:
        change_password(ports(), screener=screener(), session_token=staff().token, old=old, new=new)
    except PasswordTooWeakError:
        return _page(wrong=why_too_weak(new, name=screener().name))
    except LoginFailedError:
        return _page(wrong=gettext("The old password is not right. After many tries it rests."))
    return make_response(redirect(url_for("desk_password.show", done="yes"), code=303))


def _page(*, wrong: str | None = None) -> Response:
    page = render_template(
        "desk/password.html",
        session=staff(),
        wrong=wrong,
        done=request.args.get("done") == "yes" and not wrong,
        least=MIN_PASSWORD_CHARS,
    )
    return make_response(page, 422 if wrong else 200)
