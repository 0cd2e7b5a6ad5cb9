"""Pages around the chat: start, receipt, leaving, and what the person should know before.

Addresses are neutral words: they stay in a browser's history, and betray there what was visited.
"""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from escalation import conversation
from escalation.errors import EmptyMessageError, MessageTooLongError, ReceiptUnknownError

from ..admission import ProofNeededError, admission, admit
from ..config import settings
from ..errors import BusyError, TooManyAttemptsError, problem_for
from ..i18n import current_locale
from ..limits import receipt_tries
from ..ports import ports
from .session import begin_session, end_session, reporter_session

RECEIPT_MAX_CHARS = 200

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def start() -> str:
    """Show what this is, who reads along, and the choice of language."""
    return render_template("pages/start.html", is_open=reporter_session() is not None)


@blueprint.post("/start")
def begin() -> BaseResponse:
    """Open a conversation in the chosen language and go to it; in a rush first show the page that waits.

    What was written on that page is the first message. Words of danger come in at once.
    """
    text = request.form.get("text", "").strip()
    try:
        admitted = admit(proof=request.form.get("proof", ""), without_proof="go_on" in request.form)
    except ProofNeededError as error:
        heard_in = request.form.get("language") or current_locale()
        danger = admission().admit_danger(text, heard_in)
        if danger is None:
            return _waiting_page(error, text)
        admitted = danger
    opened = conversation.open_conversation(
        ports(),
        language=request.form.get("language") or None,
        suggested=current_locale(),
        rush=admitted.rush,
        unproven=admitted.unproven,
    )
    session = begin_session(_to_chat(), opened)
    if text:
        with suppress(EmptyMessageError, MessageTooLongError):
            conversation.receive(ports(), conversation_id=opened.id, token=opened.token, text=text)
    return session


@blueprint.get("/receipt")
def receipt() -> Response:
    """Ask for the 16 digits."""
    return _receipt_page(code=None)


@blueprint.post("/receipt")
def come_back() -> BaseResponse:
    """Open the conversation again that belongs to the digits."""
    try:
        with receipt_tries().one():
            opened = conversation.resume(
                ports(), receipt=request.form.get("receipt", "")[:RECEIPT_MAX_CHARS]
            )
    except (ReceiptUnknownError, TooManyAttemptsError, BusyError) as error:
        return _receipt_page(code=error.code)
    return begin_session(_to_chat(), opened)


@blueprint.get("/leave")
def leave() -> BaseResponse:
    """Forget the session first, let the browser drop what it kept of us, then go to a harmless site."""
    return end_session(_see_other(settings().exit_url), clear_site=True)


@blueprint.get("/privacy")
def traces() -> str:
    """Tell which traces stay behind on a device and how to clear them."""
    return render_template("pages/traces.html")


@blueprint.get("/connection")
def connection() -> str:
    """Tell how to come by Tor, what it hides and what it does not."""
    current = settings()
    return render_template(
        "pages/connection.html", maker=current.tor_browser_url, onion=current.onion_url
    )


@blueprint.get("/about")
def about() -> str:
    """Tell who reads a conversation, what is kept, and what cannot be promised."""
    return render_template("pages/about.html")


@blueprint.get("/done")
def erased() -> str:
    """Say that everything is gone."""
    return render_template("pages/erased.html")


def _waiting_page(error: ProofNeededError, text: str) -> Response:
    page = render_template(
        "pages/wait.html",
        challenge=error.challenge,
        language=request.form.get("language", ""),
        text=text,
    )
    return make_response(page, problem_for(error.code).status)


def _receipt_page(code: str | None) -> Response:
    problem = problem_for(code) if code else None
    page = make_response(
        render_template("pages/receipt.html", problem=problem), problem.status if problem else 200
    )
    # This form has no session whose token it could carry. With this policy older browsers send their true origin,
    # so that another site cannot put somebody into a conversation that it reads along with.
    page.headers["Referrer-Policy"] = "same-origin"
    return page


def _to_chat() -> Response:
    return _see_other(url_for("chat.show"))


def _see_other(address: str) -> Response:
    return make_response(redirect(address, code=303))
