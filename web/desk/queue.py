"""The queue: who waits, how long and how urgently, newcomers who wait for access, and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from escalation.bus import QUEUE_TOPIC
from escalation.desk.queue import STATES, CaseRow, list_cases
from escalation.desk.roles import ADMINISTRATOR
from escalation.desk.screeners import ScreenerInfo, grant_access, waiting_for_access
from escalation.desk.sessions import Screener
from escalation.desk.sessions import log_out as end_log_in
from escalation.duty.presence import leave
from escalation.errors import NietPluisError
from escalation.signal import CHANNELS, LANGUAGES, LEVELS

from ..i18n import current_locale, gettext, language_name, ngettext
from ..ports import ports
from ..security import ForeignRequestError
from ..streams import event, stream
from .aside import ShownPile, put_asked_pile_back, show_piles
from .following import follow, part_key
from .labels import CHANNEL_LABELS, LEVEL_LABELS, STATE_LABELS
from .presenting import ShownCase, show_case
from .problems import page_on_fact, page_on_foreign_request
from .session import FRAGMENT, end_session, screener, staff, wants_part

DEFAULT_STATE = "waiting"

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
blueprint.register_error_handler(NietPluisError, page_on_fact)
blueprint.register_error_handler(ForeignRequestError, page_on_foreign_request)


@dataclass(frozen=True)
class Filter:
    """What of the queue is shown: only this level, language or channel; empty shows all."""

    level: str = ""
    language: str = ""
    channel: str = ""

    def lets_through(self, row: CaseRow) -> bool:
        """Return whether a case is shown."""
        return (
            self.level in ("", row.level)
            and self.language in ("", row.language)
            and self.channel in ("", row.channel)
        )

    @property
    def query(self) -> dict[str, str]:
        """Return what is set, for an address."""
        given = {"level": self.level, "language": self.language, "channel": self.channel}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True)
class ShownQueue:
    """The queue in one state; ``waiting``, ``mine`` and ``acute`` are counts, whatever state is shown."""

    state: str
    cases: tuple[ShownCase, ...]
    waiting: int
    mine: int
    acute: int
    newcomers: tuple[ScreenerInfo, ...]
    piles: tuple[ShownPile, ...]
    now: datetime
    key: str
    filter: Filter

    @property
    def choices(self) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
        """Return the filters: name, words, what is chosen, and (value, words) to choose from."""
        locale = current_locale()
        languages = [(code, language_name(code, locale)) for code in LANGUAGES]
        return [
            ("level", gettext("Urgency"), self.filter.level, _words(LEVEL_LABELS)),
            ("language", gettext("Language"), self.filter.language, languages),
            ("channel", gettext("Channel"), self.filter.channel, _words(CHANNEL_LABELS)),
        ]

    @property
    def tabs(self) -> list[tuple[str, str]]:
        """Return the states that can be shown, with their words."""
        return [(state, gettext(STATE_LABELS[state])) for state in STATES]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many cases there are in the states where the number matters."""
        return {"waiting": self.waiting, "mine": self.mine, "aside": self.aside}

    @property
    def aside(self) -> int:
        """Return how many cases are set aside."""
        return sum(shown.pile.count for shown in self.piles)

    @property
    def said(self) -> str:
        """Return in a few words who waits."""
        if not self.waiting:
            return gettext("Nobody is waiting.")
        waits = ngettext(
            "%(count)s is waiting", "%(count)s are waiting", self.waiting, count=self.waiting
        )
        if not self.acute:
            return waits
        return gettext("%(waiting)s, %(acute)s of them acute", waiting=waits, acute=self.acute)


@blueprint.get("/")
@blueprint.get("")
def queue() -> Response:
    """Show the queue, or for the script only what is in it."""
    shown = show_queue(screener(), asked_state(), asked_filter())
    if wants_part():
        return part_response(render_template("desk/queue_fragment.html", **queue_context(shown)))
    return make_response(render_template("desk/queue.html", **queue_context(shown)))


@blueprint.get("/events")
def events() -> Response:
    """Send the queue again whenever it changes."""
    state, wanted, last = asked_state(), asked_filter(), [request.args.get("key", "")]

    def look(who: Screener) -> Iterable[str]:
        shown = show_queue(who, state, wanted)
        if shown.key != last[0]:
            last[0] = shown.key
            page = render_template("desk/queue_fragment.html", **queue_context(shown))
            yield event(page, event_id=0, name="queue")

    return stream(follow(ports(), session_token=staff().token, topics=(QUEUE_TOPIC,), look=look))


@blueprint.get("/pending")
def pending() -> Response:
    """Tell somebody who has joined that a colleague has yet to give access."""
    if screener().has_access:
        return _to_queue()
    if screener().role == ADMINISTRATOR:
        return make_response(redirect(url_for("desk_people.show"), code=303))
    return make_response(render_template("desk/pending.html", session=staff()))


@blueprint.post("/access/<other_id>")
def give_access(other_id: str) -> Response:
    """Seal the desk's key to a newcomer."""
    grant_access(ports(), screener=screener(), other_id=other_id)
    ports().bus.publish(QUEUE_TOPIC)
    return _to_queue()


@blueprint.post("/aside")
def put_pile_back() -> Response:
    """Put a pile of cases that were set aside back into the queue."""
    put_asked_pile_back(screener())
    return make_response(redirect(url_for("desk.queue", state="aside"), code=303))


@blueprint.post("/logout")
def log_out() -> Response:
    """End the session, here and in the store."""
    end_log_in(ports(), session_token=staff().token)
    leave(ports(), screener_id=screener().id)
    return end_session(make_response(redirect(url_for("desk_door.log_in"), code=303)))


@blueprint.post("/here")
def here() -> Response:
    """Somebody moved at the page: that the guard let it in has noted it."""
    return Response(status=204)


def asked_state() -> str:
    """Return the state that the address asks for, the default for one that does not exist."""
    state = request.args.get("state", DEFAULT_STATE)
    return state if state in STATES else DEFAULT_STATE


def asked_filter() -> Filter:
    """Return the filter that the address asks for; what does not exist is left out."""
    level, language = request.args.get("level", ""), request.args.get("language", "")
    channel = request.args.get("channel", "")
    return Filter(
        level if level in LEVELS else "",
        language if language in LANGUAGES else "",
        channel if channel in CHANNELS else "",
    )


def show_queue(who: Screener, state: str, wanted: Filter | None = None) -> ShownQueue:
    """Return the queue for a screener, ready for a template."""
    now, rows = ports().clock(), list_cases(ports(), screener=who, state=state)
    waits = rows if state == "waiting" else list_cases(ports(), screener=who, state="waiting")
    mine = rows if state == "mine" else list_cases(ports(), screener=who, state="mine")
    newcomers = tuple(waiting_for_access(ports(), screener=who))
    piles = show_piles(who)
    wanted = wanted or Filter()
    rows = [row for row in rows if wanted.lets_through(row)]
    return ShownQueue(
        state=state,
        cases=tuple(show_case(row, screener=who, now=now) for row in rows),
        waiting=len(waits),
        mine=len(mine),
        acute=sum(row.level == "acute" for row in waits),
        newcomers=newcomers,
        piles=piles,
        now=now,
        key=part_key(rows, len(waits), len(mine), newcomers, piles),
        filter=wanted,
    )


def queue_context(shown: ShownQueue, *, current: str | None = None) -> dict[str, Any]:
    """Return what the templates of the queue need; ``current`` is the case beside which it stands."""
    return {"queue": shown, "session": staff(), "current": current}


def part_response(part: str) -> Response:
    """Return a part of a page, for the desk's script."""
    response = make_response(part)
    response.content_type = f"{FRAGMENT}; charset=utf-8"
    return response


def _words(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, gettext(source)) for code, source in labels.items()]


def _to_queue() -> Response:
    return make_response(redirect(url_for("desk.queue"), code=303))
