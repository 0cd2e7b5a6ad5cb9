"""Who works at this side of the desk. Who leads invites and ends access; any colleague helps who lost the password."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from escalation.bus import QUEUE_TOPIC
from escalation.desk.invitations import invite
from escalation.desk.own_password import invite_anew
from escalation.desk.roles import ADMINISTRATOR, COORDINATOR, ROLES, SCREENER, need_lead
from escalation.desk.screeners import ScreenerInfo, let_go, list_screeners
from escalation.errors import NameTakenError, NietPluisError
from escalation.signal import DESK_LANGUAGES

from ..config import settings
from ..errors import problem_for
from ..i18n import N_, gettext, native_name
from ..ports import ports
from ..security import ForeignRequestError
from .forms import storable
from .fresh import need_fresh_factor
from .labels import label_of
from .problems import page_on_fact, page_on_foreign_request
from .session import screener, staff

ROLE_LABELS = {
    SCREENER: N_("Screener"),
    COORDINATOR: N_("Coordinator"),
    ADMINISTRATOR: N_("Administrator (cannot read cases)"),
}
STATE_LABELS = {
    "active": N_("Active"),
    "waiting_for_access": N_("Waits for access"),
    "invited": N_("Invited"),
    "revoked": N_("Has left"),
}

blueprint = Blueprint("desk_people", __name__, url_prefix="/desk/people")
blueprint.register_error_handler(NietPluisError, page_on_fact)
blueprint.register_error_handler(ForeignRequestError, page_on_foreign_request)


@blueprint.get("")
def show() -> Response:
    """Show who works here."""
    return _page()


@blueprint.post("/invite")
def add() -> Response:
    """Make an invitation and show its link, this once."""
    need_lead(screener())
    need_fresh_factor(url_for("desk_people.show"))
    form, name = request.form, storable(request.form.get("name", "")).strip()
    role = form.get("role", SCREENER)
    if not name or role not in ROLES:
        return _page(code="name_missing")
    try:
        token = invite(
            ports(),
            name=name,
            side=screener().side,
            role=role,
            language=form.get("language", ""),
            desk_private_key=screener().desk_key,
            by=screener().id,
        )
    except NameTakenError:
        return _page(code=NameTakenError.code)
    return _page(link=_link(token), link_for=name)


@blueprint.post("/leave")
def leave() -> Response:
    """End somebody's access, or withdraw an invitation."""
    need_lead(screener())
    need_fresh_factor(url_for("desk_people.show"))
    name, reason = storable(request.form.get("name", "")), request.form.get("reason", "")
    let_go(ports(), screener=screener(), name=name, reason=reason)
    ports().bus.publish(QUEUE_TOPIC)
    return _to_list()


@blueprint.post("/<other_id>/anew")
def begin_anew(other_id: str) -> Response:
    """Make a link for a colleague who lost the password, and show it, this once."""
    need_fresh_factor(url_for("desk_people.show"))
    token = invite_anew(ports(), screener=screener(), other_id=other_id)
    names = {info.id: info.name for info in list_screeners(ports())}
    return _page(link=_link(token), link_for=names.get(other_id, ""))


def _page(*, code: str | None = None, link: str = "", link_for: str = "") -> Response:
    problem = problem_for(code) if code else None
    own = [info for info in list_screeners(ports()) if info.side == screener().side]
    page = render_template(
        "desk/people.html",
        session=staff(),
        people=[_shown(info) for info in own if info.state != "revoked"],
        gone=[info.name for info in own if info.state == "revoked"],
        roles=[(role, gettext(ROLE_LABELS[role])) for role in ROLES],
        languages=[(code, native_name(code)) for code in DESK_LANGUAGES],
        problem=problem,
        link=link,
        link_for=link_for,
    )
    return make_response(page, problem.status if problem else 200)


def _shown(info: ScreenerInfo) -> dict[str, str | bool]:
    is_self, joined = info.id == screener().id, info.id is not None
    helps = screener().has_access or info.role == ADMINISTRATOR
    return {
        "id": info.id or "",
        "name": info.name,
        "role": label_of(ROLE_LABELS, info.role),
        "state": label_of(STATE_LABELS, info.state),
        "may_leave": staff().leads and not is_self,
        "may_begin_anew": joined and not is_self and helps,
    }


def _link(token: str) -> str:
    return settings().world_url + url_for("desk_door.invitation", token=token)


def _to_list() -> Response:
    return make_response(redirect(url_for("desk_people.show"), code=303))
