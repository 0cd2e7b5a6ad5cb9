"""What the desk's facts mean to a screener, and how the desk tells them: a page of its own, or a problem document."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, json, make_response, redirect, render_template, request, url_for

from escalation.errors import AlreadyTakenError, NietPluisError

from ..errors import (
    PROBLEM_JSON,
    Problem,
    add_problems,
    problem_for,
    problem_response,
    typed_fields,
)
from ..i18n import N_, gettext
from ..security import ForeignRequestError
from .fresh import ConfirmFirstError
from .session import wants_part


class TooManyLogInsError(NietPluisError):
    """Too many wrong log-ins from one place in a short time."""

    code = "too_many_log_ins"


TYPED = ("text", "note", "reason")
"""Form fields that hold what somebody typed, given back when it could not be kept."""

PROBLEMS: Mapping[str, Problem] = {
    "session_expired": Problem(
        401,
        N_("You are logged out"),
        N_("Please log in again. Nothing that was sent is lost."),
    ),
    "login_failed": Problem(
        401,
        N_("That did not match"),
        N_(
            "The name, the password or the code is not right, or the code was used before. "
            "Wait for a new code and try again. After many tries the log-in rests for five minutes."
        ),
    ),
    "factor_not_fresh": Problem(
        403,
        N_("Please show once more that it is you"),
        N_("For this you need your code or your passkey again, at most five minutes old."),
    ),
    "last_factor": Problem(
        409,
        N_("You need this to log in"),
        N_("Nothing was changed. Add another passkey, or take codes again first."),
    ),
    "passkey_refused": Problem(
        422,
        N_("The passkey was not added"),
        N_("It is known already, or it took too long. Please try again."),
    ),
    "too_many_log_ins": Problem(
        429,
        N_("Too many tries from here"),
        N_("Please wait ten minutes and try again."),
    ),
    "invitation_invalid": Problem(
        404,
        N_("This invitation does not work any more"),
        N_(
            "It was used already, withdrawn, or it is too old. Ask the person who sent it for a new one."
        ),
    ),
    "password_too_weak": Problem(
        422,
        N_("Please choose a stronger password"),
        N_("Use at least 12 characters, not all the same, and leave your name out of it."),
    ),
    "case_not_found": Problem(
        404,
        N_("This case is not there any more"),
        N_("The person who told it may have erased it."),
    ),
    "no_access": Problem(
        403,
        N_("Your desk cannot open this"),
        N_(
            "The case is not shared with your desk, or a colleague has yet to give you access. "
            "The person who told it decides who may read along."
        ),
    ),
    "not_owner": Problem(
        403,
        N_("This case is not in your hands"),
        N_(
            "Take the case over first. Only the person who has it can write, hand it back or close it."
        ),
    ),
    "already_taken": Problem(
        409,
        N_("A colleague was first"),
        N_("The case is in good hands. You can read along."),
    ),
    "invalid_transition": Problem(
        409,
        N_("That is not possible at this moment"),
        N_("The case has changed since this page was loaded. Please look at it again."),
    ),
    "unknown_phrase": Problem(
        422,
        N_("This line is not in the phrasebook"),
        N_("Please choose another line, or type it yourself."),
    ),
    "colleague_unavailable": Problem(
        409,
        N_("The case cannot go there"),
        N_(
            "Your colleague's desk is not open, or that side may not read this case. "
            "The case is still in your hands."
        ),
    ),
    "translation_failed": Problem(
        503,
        N_("There is no translation"),
        N_(
            "The machine did not answer, or lost a name or a number, and then we do not use it. "
            "Your text was not sent: use the phrasebook, or send it as it is."
        ),
    ),
    "last_key": Problem(
        409,
        N_("Nobody else of this side can open its cases"),
        N_(
            "First give a colleague access. Otherwise the cases of this side would stay shut for ever."
        ),
    ),
    "name_taken": Problem(
        409,
        N_("Somebody has this name already"),
        N_("Please choose another name, or end that access first."),
    ),
    "name_missing": Problem(
        422, N_("A name and a role are needed"), N_("Please fill in both and try again.")
    ),
    "police_not_possible": Problem(
        409,
        N_("This case cannot be opened to police here"),
        N_(
            "Police can read it already, or nobody of the police has joined the desk. "
            "In danger, call the police yourself."
        ),
    ),
    "plan_impossible": Problem(
        422,
        N_("The roster cannot be changed like that"),
        N_(
            "Choose a colleague, a rung, a day, and two times. Somebody may have changed it before you."
        ),
    ),
    "address_wrong": Problem(
        422,
        N_("That is not a telephone number or e-mail address"),
        N_("Give a number with the country, such as +31 6 …, and an address with an @."),
    ),
    "not_allowed": Problem(
        403,
        N_("You cannot do that"),
        N_(
            "Your role does not allow it, or that person is not a colleague with access to your desk."
        ),
    ),
}

add_problems(PROBLEMS)


def page_on_fact(error: NietPluisError) -> Response:
    """Tell a fact on a page of the desk; typed text is given back. The script gets the same page and reads it."""
    if isinstance(error, ConfirmFirstError):
        return make_response(redirect(url_for("desk_security.confirm", next=error.back), code=303))
    return problem_page(error.code)


def page_on_foreign_request(error: ForeignRequestError) -> Response:
    """Refuse a form that came without the session's token, and give its text back."""
    return problem_page(getattr(error, "code", "foreign_request"))


def problem_page(code: str) -> Response:
    """Return the desk's page for a problem."""
    problem = problem_for(code)
    form = typed_fields()
    typed = next((form[name] for name in TYPED if form.get(name)), "")
    kept = typed if request.method == "POST" and not wants_part() else ""
    page = render_template("desk/problem.html", code=code, problem=problem, kept_text=kept)
    return make_response(page, problem.status)


def json_on_fact(error: NietPluisError) -> Response:
    """Tell a fact as a problem document; who was first stands in ``owner``."""
    response = problem_response(error.code)
    if not isinstance(error, AlreadyTakenError):
        return response
    body = {**json.loads(response.get_data()), "owner": error.owner}
    body["detail"] = gettext("%(owner)s has the case. You can read along.", owner=error.owner)
    return Response(json.dumps(body), status=response.status_code, content_type=PROBLEM_JSON)
