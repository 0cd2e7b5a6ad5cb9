"""The chat itself. The address never changes while chatting: every answer ends up at ``/chat``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from escalation import conversation
from escalation.conversation import View
from escalation.errors import (
    ChoiceNotOfferedError,
    ConversationNotFoundError,
    EmptyMessageError,
    MessageTooLongError,
    NietPluisError,
    WrongTokenError,
)

from ..errors import FilesNotTakenError, error_page, log_fault, problem_for, typed_fields
from ..i18n import current_locale, set_locale
from ..ports import ports
from ..security import StaleFormError, check_csrf
from ..streams import CONTEXT_TURNS, event, follow, last_event_id, stream
from .forms import Answer, new_client_id, read_answer
from .presenting import open_offer, receipt_groups, show_turn
from .session import ReporterSession, end_session, reporter_session

FRAGMENT = "text/vnd.page-part+html"
"""What the script asks for: only what is new, not the whole page."""

blueprint = Blueprint("chat", __name__)


@blueprint.errorhandler(WrongTokenError)
@blueprint.errorhandler(ConversationNotFoundError)
def session_over(error: NietPluisError) -> BaseResponse:
    """Say that the session has ended and how to come back; the useless cookie goes."""
    return end_session(error_page(error.code, kept_text=typed_fields().get("text", "")))


@blueprint.errorhandler(SQLAlchemyError)
def not_stored(error: SQLAlchemyError) -> BaseResponse:
    """Give everything back that was sent, ready to be sent again under the same id."""
    log_fault(error)
    problem = problem_for("not_stored")
    page = render_template("chat/not_stored.html", problem=problem, form=typed_fields())
    return make_response(page, problem.status)


@blueprint.get("/chat")
def show() -> BaseResponse:
    """Show the conversation, or with ``?after=`` for the script only what came after that turn."""
    session = reporter_session()
    if session is None:
        return redirect(url_for("pages.start"), code=303)
    return _fragment(session, last_event_id()) if _wants_fragment() else _page(session)


@blueprint.post("/chat")
def send() -> BaseResponse:
    """Take one message or choice and show the answer."""
    session, answer = _session(), read_answer(request.form)
    try:
        check_csrf(session.token)
        if request.files:
            raise FilesNotTakenError
        if answer.language:
            return _go_on_in(session, answer)
        view = conversation.receive(
            ports(),
            conversation_id=session.conversation_id,
            token=session.token,
            text=answer.text,
            choice=answer.choice,
            client_id=answer.client_id,
        )
    except (
        EmptyMessageError,
        MessageTooLongError,
        ChoiceNotOfferedError,
        StaleFormError,
        FilesNotTakenError,
    ) as error:
        return _refused(session, answer, error.code)
    if view.last_seq == 0:
        set_locale(view.language)
        return _erased()
    if _wants_fragment():
        return _fragment(session, last_event_id())
    return _show_again(session, answer.draft)


@blueprint.get("/chat/events")
def events() -> Response:
    """Send what is new as it comes; resumes after ``Last-Event-ID``, the number of a turn."""
    session = _session()
    view = _view(session, after=last_event_id())
    set_locale(view.language)
    return stream(_events(session, last_event_id()))


@blueprint.post("/chat/typing")
def typing() -> Response:
    """Note that the person is writing; a screener who has the case sees it. Nothing of the text is sent."""
    session = _session()
    check_csrf(session.token)
    conversation.typing(ports(), conversation_id=session.conversation_id, token=session.token)
    return Response(status=204)


@blueprint.route("/end", methods=["GET", "POST"])
def erase() -> BaseResponse:
    """Ask whether to erase everything, and do it."""
    session = reporter_session()
    if session is None:
        return redirect(url_for("pages.start"), code=303)
    set_locale(_view(session).language)
    if request.method == "GET":
        return make_response(render_template("chat/erase.html", session=session))
    check_csrf(session.token)
    conversation.erase(ports(), conversation_id=session.conversation_id, token=session.token)
    return _erased()


def _session() -> ReporterSession:
    session = reporter_session()
    if session is None:
        raise WrongTokenError
    return session


def _wants_fragment() -> bool:
    return FRAGMENT in request.headers.get("Accept", "")


def _view(session: ReporterSession, *, after: int = 0) -> View:
    return conversation.view(
        ports(),
        conversation_id=session.conversation_id,
        token=session.token,
        after=max(0, after - CONTEXT_TURNS),
    )


def _page(session: ReporterSession, *, draft: str = "", code: str | None = None) -> Response:
    view = _view(session)
    set_locale(view.language)
    problem = problem_for(code) if code else None
    if view.hidden and not draft:
        page = render_template("chat/hidden.html", session=session, client_id=new_client_id())
    else:
        page = render_template(
            "chat/chat.html",
            session=session,
            client_id=new_client_id(),
            draft=draft,
            problem=problem,
            **_shown(view, after=0),
        )
    return make_response(page, problem.status if problem else 200)


def _fragment(session: ReporterSession, after: int) -> Response:
    view = _view(session, after=after)
    set_locale(view.language)
    response = make_response(_render_fragment(view, after))
    response.content_type = f"{FRAGMENT}; charset=utf-8"
    return response


def _render_fragment(view: View, after: int) -> str:
    return render_template(
        "chat/fragment.html", client_id=new_client_id(), hidden=view.hidden, **_shown(view, after)
    )


def _shown(view: View, after: int) -> dict[str, object]:
    locale = current_locale()
    return {
        "turns": [show_turn(turn, locale) for turn in view.turns if turn.id > after],
        "offer": open_offer(view.turns, locale),
        "receipt": receipt_groups(view),
        # Once a person writes along, the number steps aside; it stays there to be opened.
        "receipt_open": not any(turn.author == "screener" for turn in view.turns),
        "floor": view.floor,
        "last_id": view.last_seq,
        "latest_id": _latest_id(view),
    }


def _latest_id(view: View) -> int:
    """Return the first turn since the reporter last wrote: there a page without script begins to show."""
    own = [turn.id for turn in view.turns if turn.author == "reporter"]
    return min((turn.id for turn in view.turns if turn.id > own[-1]), default=own[-1]) if own else 0


def _events(session: ReporterSession, after: int) -> Iterator[str]:
    def render(view: View, last: int) -> Iterable[str]:
        yield event(_render_fragment(view, last), event_id=view.last_seq, name="turns")

    return follow(
        ports(),
        conversation_id=session.conversation_id,
        token=session.token,
        after=after,
        render=render,
    )


def _show_again(session: ReporterSession, draft: str) -> BaseResponse:
    """Lead to the page as it is now; text that was typed but not sent with a button is shown again."""
    if draft:
        return _page(session, draft=draft)
    return redirect(url_for("chat.show", _anchor="latest"), code=303)


def _go_on_in(session: ReporterSession, answer: Answer) -> BaseResponse:
    conversation.choose_language(
        ports(),
        conversation_id=session.conversation_id,
        token=session.token,
        language=answer.language,
    )
    return _show_again(session, answer.draft)


def _refused(session: ReporterSession, answer: Answer, code: str) -> Response:
    """Show the page again with everything that was typed and a line about what to do."""
    if _wants_fragment():
        set_locale(_view(session, after=last_event_id()).language)
        return error_page(code)
    return _page(session, draft=answer.text or answer.draft, code=code)


def _erased() -> Response:
    gone = make_response(redirect(url_for("pages.erased", lang=current_locale()), code=303))
    return end_session(gone, clear_site=True)
