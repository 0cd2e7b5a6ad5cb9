"""What needs a second person: wishes of colleagues to answer, own ones to fetch, and what was done alone to review."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from escalation.desk import four_eyes
from escalation.desk.exporting import fetch
from escalation.desk.police import POLICE
from escalation.errors import CaseNotFoundError, NietPluisError
from escalation.signal import printable

from ..i18n import N_, gettext
from ..ports import ports
from ..security import ForeignRequestError
from .fresh import need_fresh_factor
from .labels import label_of
from .presenting import SHORT_ID_CHARS, moment
from .problems import page_on_fact, page_on_foreign_request
from .session import screener, staff
from .taking_out import case_archive

KIND_LABELS = {
    POLICE: N_("Open the case to police"),
    four_eyes.EXPORT: N_("Take a copy of the case out"),
}

blueprint = Blueprint("desk_four_eyes", __name__, url_prefix="/desk/four-eyes")
blueprint.register_error_handler(NietPluisError, page_on_fact)
blueprint.register_error_handler(ForeignRequestError, page_on_foreign_request)


@dataclass(frozen=True)
class ShownWish:
    """A wish, ready for a template. ``todo`` is answer, review, fetch or wait."""

    id: int
    case_id: str
    short_id: str
    title: str
    asked_by: str
    reason: str
    at: str
    todo: str


@blueprint.get("")
def show() -> Response:
    """Show what waits for this screener, and the screener's own wishes."""
    found = four_eyes.wishes(ports(), screener=screener())
    page = render_template(
        "desk/four_eyes.html", session=staff(), wishes=[_shown(one) for one in found]
    )
    return make_response(page)


@blueprint.post("/<wish_id>/answer")
def answer(wish_id: str) -> Response:
    """Agree to a colleague's wish, or not."""
    need_fresh_factor(url_for("desk_four_eyes.show"))
    agrees = request.form.get("agrees") == "yes"
    four_eyes.answer(ports(), screener=screener(), wish_id=_number(wish_id), agrees=agrees)
    return _to_list()


@blueprint.post("/<wish_id>/review")
def review(wish_id: str) -> Response:
    """Note that a coordinator has looked at it."""
    four_eyes.review(ports(), screener=screener(), wish_id=_number(wish_id))
    return _to_list()


@blueprint.post("/<wish_id>/file")
def take(wish_id: str) -> Response:
    """Send the copy that was agreed to, this once; it is made in memory and kept nowhere."""
    need_fresh_factor(url_for("desk_four_eyes.show"))
    case = fetch(ports(), screener=screener(), wish_id=_number(wish_id))
    response = make_response(case_archive(case))
    response.content_type = "application/zip"
    name = f"case-{case.row.id[:SHORT_ID_CHARS]}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _shown(wish: four_eyes.Wish) -> ShownWish:
    return ShownWish(
        id=wish.id,
        case_id=wish.case_id,
        short_id=wish.case_id[:SHORT_ID_CHARS],
        title=label_of(KIND_LABELS, wish.kind),
        asked_by=gettext("You") if wish.is_own else wish.asked_by,
        reason=printable(wish.reason),
        at=moment(wish.at, ports().clock()),
        todo=_todo(wish),
    )


def _todo(wish: four_eyes.Wish) -> str:
    if wish.is_own:
        return "fetch" if wish.state == four_eyes.AGREED else "wait"
    return "review" if wish.state == four_eyes.ALONE else "answer"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise CaseNotFoundError
    return int(text)


def _to_list() -> Response:
    return make_response(redirect(url_for("desk_four_eyes.show"), code=303))
