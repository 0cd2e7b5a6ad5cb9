"""The one place where facts become answers: a status, a kind sentence, and a page or a problem document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, current_app, json, make_response, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from escalation.errors import NietPluisError

from .faults import told
from .i18n import N_, gettext
from .security import ForeignRequestError

PROBLEM_JSON = "application/problem+json"
API_PREFIX = "/api/"


@dataclass(frozen=True)
class Problem:
    """How a fact is told: ``title`` in a few words, ``detail`` says what the person can do now."""

    status: int
    title: str
    detail: str


class BadRequestError(NietPluisError):
    """The request has another shape than the API describes."""

    code = "bad_request"


class TooManyAttemptsError(NietPluisError):
    """Too many wrong receipts from one place in a short time."""

    code = "too_many_attempts"


class BusyError(NietPluisError):
    """As many do this at once as there is room for; a moment later there may be room."""

    code = "busy"


class FilesNotTakenError(NietPluisError):
    """Somebody sent a file along. It was not kept anywhere."""

    code = "files_not_taken"


PROBLEMS: Mapping[str, Problem] = {
    "bad_request": Problem(
        400,
        N_("We could not read that"),
        N_("Something in what was sent has a form that we do not know. Nothing was changed."),
    ),
    "conversation_not_found": Problem(
        404,
        N_("This conversation is not open here"),
        N_(
            "It may have been erased, or the session has ended. With your receipt number you can come back."
        ),
    ),
    "wrong_token": Problem(
        401,
        N_("Your session has ended"),
        N_("What you wrote is saved. With your receipt number you can come back."),
    ),
    "empty_message": Problem(
        422,
        N_("There was no text in your message"),
        N_("Please write something, or choose one of the answers."),
    ),
    "message_too_long": Problem(
        413,
        N_("Your message is too long to send in one go"),
        N_("Please send it in two or more parts. Your text is still here."),
    ),
    "choice_not_offered": Problem(
        409,
        N_("That answer is no longer open"),
        N_(
            "The conversation has moved on. Please choose one of the answers that you see now, or write it."
        ),
    ),
    "unknown_language": Problem(
        422,
        N_("We do not have that language yet"),
        N_("Please choose one of the languages in the list."),
    ),
    "receipt_unknown": Problem(
        404,
        N_("We cannot find that number"),
        N_(
            "Please check the 16 digits. If the conversation was erased, the number no longer works."
        ),
    ),
    "too_many_attempts": Problem(
        429,
        N_("Too many tries"),
        N_("Please wait ten minutes and try again. Your conversation is safe."),
    ),
    "bot_unavailable": Problem(
        503,
        N_("The computer program is not answering"),
        N_("What you wrote is saved. A person on duty will read it."),
    ),
    "service_not_ready": Problem(
        503,
        N_("This service is not open yet"),
        N_("Nobody is there to read it. If somebody is in danger now, call 112."),
    ),
    "not_stored": Problem(
        503,
        N_("Your message is not saved yet"),
        N_("Something went wrong on our side. Please send it again in a moment."),
    ),
    "files_not_taken": Problem(
        415,
        N_("We could not read that"),
        N_("Something in what was sent has a form that we do not know. Nothing was changed."),
    ),
    "body_too_large": Problem(
        413,
        N_("Your message is too long to send in one go"),
        N_("Please go back and send it in two or more parts."),
    ),
    "stale_form": Problem(
        403,
        N_("This page was too old to send from"),
        N_("Your text is still here. Please send it once more."),
    ),
    "foreign_request": Problem(
        403,
        N_("We could not be sure that you sent this"),
        N_("Please go back, load the page again and send it once more."),
    ),
    "not_found": Problem(404, N_("There is nothing here"), N_("The address may be mistyped.")),
    "method_not_allowed": Problem(
        405, N_("That is not possible here"), N_("Please go back to the start.")
    ),
    "proof_needed": Problem(
        429, N_("It is busy at the moment"), N_("Please try again in a moment. Nothing is lost.")
    ),
    "busy": Problem(
        503, N_("It is busy at the moment"), N_("Please try again in a moment. Nothing is lost.")
    ),
    "internal": Problem(
        500,
        N_("Something went wrong on our side"),
        N_("Please try again in a moment. If somebody is in danger now, call 112."),
    ),
}
"""What each code means to a person. Other rooms add theirs with ``add_problems``."""

_ADDED: dict[str, Problem] = {}

_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large", 503: "busy"}


def add_problems(problems: Mapping[str, Problem]) -> None:
    """Make more codes known, before the application is created."""
    _ADDED.update(problems)


def problem_for(code: str) -> Problem:
    """Return how ``code`` is told; a code that nobody described is told as an internal fault."""
    return PROBLEMS.get(code) or _ADDED.get(code) or PROBLEMS["internal"]


def problem_response(code: str, **more: object) -> Response:
    """Return an RFC 9457 problem document in the locale of this request; ``more`` are members of its own."""
    problem = problem_for(code)
    body = {
        "type": f"urn:niet-pluis:problem:{code}",
        "code": code,
        "status": problem.status,
        "title": gettext(problem.title),
        "detail": gettext(problem.detail),
        **more,
    }
    response = Response(json.dumps(body), status=problem.status, content_type=PROBLEM_JSON)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def error_page(code: str, *, kept_text: str = "") -> Response:
    """Return a page that tells what happened and what to do now; ``kept_text`` is given back, ready to copy."""
    problem = problem_for(code)
    page = render_template("errors/error.html", code=code, problem=problem, kept_text=kept_text)
    return make_response(page, problem.status)


def answer_problem(code: str) -> Response:
    """Return the problem in the form that the asker reads: JSON under /api/, a page elsewhere."""
    return problem_response(code) if request.path.startswith(API_PREFIX) else error_page(code)


def typed_fields() -> MultiDict[str, str]:
    """Return what the form holds, to give it back; nothing when there is more of it than we read."""
    try:
        return request.form
    except RequestEntityTooLarge:
        return MultiDict()


def _on_domain_error(error: NietPluisError) -> Response:
    return answer_problem(error.code)


def _on_foreign_request(error: ForeignRequestError) -> Response:
    return answer_problem("foreign_request")


def _on_http_error(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    fallback = "bad_request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal"
    return answer_problem(_HTTP_CODES.get(status, fallback))


def _on_crash(error: Exception) -> Response:
    log_fault(error)
    return answer_problem("internal")


def log_fault(error: Exception) -> None:
    """Write down the kind and place of a fault. Its own text may hold what somebody typed."""
    current_app.logger.error("fault %s", told(type(error), error.__traceback__))


def register_errors(app: Flask) -> None:
    """Answer every fact, HTTP error and crash with a page or a problem document."""
    app.register_error_handler(NietPluisError, _on_domain_error)
    app.register_error_handler(ForeignRequestError, _on_foreign_request)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, _on_crash)
