"""How the conversation goes on: the next question, the summary, sending, and what is urgent."""

from __future__ import annotations

from typing import Any

from escalation.signal import RATHER_NOT_SAY, UNKNOWN

from .base import introduce
from .places_said import names_only_a_town
from .questionnaire import SEND, next_question, summary_fields
from .turn import Turn
from .ways import pack_of, roles_at_work, situations

DANGER_MORE = "danger_more"
"""The pending question whether to go on with the rest, after what is urgent was sent."""

BACK = "back"
"""Pending after the page was hidden: whatever comes next, first it is asked again whether writing is safe."""

NOT_NOW = {"id": "intent:deny", "label": "utter_choice_not_now"}
PERSON = {"id": "intent:request_human", "label": "utter_choice_person"}


def open_conversation(turn: Turn) -> None:
    """Say who this is, who reads along and what is free, then ask whether it is safe to write."""
    introduce(turn)
    turn.say("utter_open_what")
    turn.say("utter_open_readers")
    turn.say("utter_open_free")
    turn.ask("safe_now")


def go_on(turn: Turn, choices: tuple[dict[str, str], ...] = ()) -> None:
    """Ask what is still missing, one question, or say what can be done now. ``choices`` are added to the question."""
    if turn.get("danger") == "told":
        choices = (*choices, NOT_NOW)
    correcting = turn.get("correcting")
    if correcting:
        _ask(turn, correcting, choices)
        return
    question = next_question(turn.slots)
    if turn.get("danger") == "told" and (question is None or _wants_detail(turn)):
        _finish_danger(turn)
    elif question is None:
        _offer_what_is_left(turn, choices)
    elif question == SEND:
        _show_summary(turn, choices)
    else:
        _ask(turn, question, choices)


def ask_earlier(turn: Turn) -> None:
    """Ask the question before this one again; at the first one, that one. What was told stays until it is answered."""
    answered = [
        field for field in turn.get("settled") or () if field not in ("safe_now", "purpose")
    ]
    current = turn.get("correcting") or turn.get("pending")
    place = answered.index(current) if current in answered else len(answered)
    if place == 0:
        go_on(turn)
        return
    earlier = answered[place - 1]
    turn.say("utter_back")
    if earlier == "own_words":
        turn.ask(earlier)  # more is added, nothing is replaced
    else:
        turn.set("correcting", earlier)
        go_on(turn)


def send_report(turn: Turn) -> None:
    """Send what was told, give the receipt and say what happens next."""
    turn.want(submit=True, receipt=True)
    turn.set("sent", True)
    turn.set("pending", None)
    turn.say("utter_sent")
    turn.say_once("utter_sent_receipt")
    turn.say("utter_sent_next")
    if turn.get("purpose") != "help_self":
        turn.say("utter_sent_careful")
    turn.say("utter_sent_danger")


def ask_what_to_correct(turn: Turn) -> None:
    """Ask which line of the summary is wrong."""
    choices = [
        {"id": f"correct:{field}", "label": f"utter_label_{field}"}
        for field in summary_fields(turn.slots)
    ]
    turn.say("utter_correct_which", choices=choices)
    turn.set("pending", "correct")


def begin_danger(turn: Turn) -> None:
    """Say before anything else what to do now, then ask only where it is and whether writing is safe."""
    turn.set("danger", "told")
    turn.set("correcting", None)
    turn.say_first("utter_danger_call", "utter_danger_say", "utter_danger_cannot_speak")
    if next_question(turn.slots) is not None or _wants_detail(turn):
        turn.say("utter_danger_two_questions")
    go_on(turn)


def hide(turn: Turn) -> None:
    """Hide the page and say how to come back. Then it is asked again whether writing is safe."""
    turn.want(hide=True)
    if turn.get("safe_now") != "no":
        turn.set("safe_now", None)
    turn.set("pending", BACK)
    turn.say("utter_hide" if turn.get("own_words") else "utter_hide_nothing_told")
    turn.say_for_channel("utter_come_back")


def send_danger(turn: Turn) -> None:
    """Send what is urgent to the people on duty, which also gives a number."""
    turn.want(submit=True, handoff="danger")
    turn.set("danger", "sent")
    turn.set("pending", None)


def offer_more(turn: Turn) -> None:
    """After what is urgent was sent: offer the questions that are left, among them who may read it."""
    turn.say("utter_danger_more")
    turn.set("pending", None)
    if next_question(turn.slots) is not None:
        turn.ask_with("utter_danger_more_questions", DANGER_MORE)


def _finish_danger(turn: Turn) -> None:
    place = turn.get("place_text")
    if _wants_detail(turn):
        turn.ask_with(
            "utter_ask_place_detail",
            "place_text",
            args={"place": _typed(place)},
            choices=(NOT_NOW,),
        )
        return
    send_danger(turn)
    turn.say("utter_danger_sent")
    turn.say("utter_danger_faster")
    turn.say_once("utter_sent_receipt")
    if turn.get("safe_now") == "no":
        hide(turn)
    else:
        offer_more(turn)


def _wants_detail(turn: Turn) -> bool:
    place = turn.get("place_text")
    return (
        isinstance(place, str)
        and names_only_a_town(place)
        and not turn.has("asked", "utter_ask_place_detail")
    )


def _ask(turn: Turn, question: str, choices: tuple[dict[str, str], ...]) -> None:
    if question == "share_with" and not turn.has("asked", "utter_ask_share_with"):
        turn.say("utter_share_care")
        turn.say("utter_share_police")
    if question == "contact_detail" and not turn.has("asked", "utter_ask_contact_detail"):
        turn.say("utter_contact_warning")
    if question == "reporter_role":
        turn.ask_with("utter_ask_reporter_role_first", question, choices=choices)
    elif question == "indicators":
        _ask_situations(turn, choices)
    else:
        turn.ask(question, choices=choices)


def ask_work(turn: Turn) -> None:
    """Ask for the work by which somebody knows it. The labels are those of the whole list of roles."""
    only = [f"reporter_role:{role}" for role in roles_at_work()]
    turn.say(
        "utter_ask_reporter_role",
        only=only,
        worded="utter_ask_reporter_role_work",
        asks="reporter_role",
    )
    turn.set("pending", "reporter_role")


def _ask_situations(turn: Turn, choices: tuple[dict[str, str], ...]) -> None:
    """Ask which plain situations fit, of those that nobody told of yet."""
    pack = pack_of(turn.slots)
    told = turn.get("indicators") or ()
    offered = situations(pack) if pack else ()
    if turn.get("correcting"):
        codes = dict.fromkeys((*told, *offered))
    else:
        codes = dict.fromkeys(code for code in offered if code not in told)
    only = [f"indicators:{code}" for code in codes]
    worded = {"worded": "utter_ask_indicators_self"} if turn.get("purpose") == "help_self" else {}
    turn.ask_with("utter_ask_indicators", "indicators", choices=choices, only=only, **worded)


def _show_summary(turn: Turn, choices: tuple[dict[str, str], ...]) -> None:
    variant = 1 if turn.has("asked", "utter_summary") else 0
    rows = [_row(turn, field) for field in summary_fields(turn.slots)]
    turn.say(
        "utter_summary",
        args={"summary": {"kind": "rows", "rows": rows}},
        choices=choices,
        variant=variant,
    )
    turn.add("asked", "utter_summary")
    turn.set("pending", SEND)


def _row(turn: Turn, field: str) -> dict[str, Any]:
    return {"field": field, "value": turn.get(field)}


def rows_of(turn: Turn, fields: list[str]) -> dict[str, Any]:
    """Return an argument that shows these fields with their values."""
    return {"kind": "rows", "rows": [_row(turn, field) for field in fields]}


def _offer_what_is_left(turn: Turn, choices: tuple[dict[str, str], ...]) -> None:
    turn.set("pending", None)
    if turn.get("sent"):
        turn.say("utter_nothing_open", choices=choices)
    elif turn.get("purpose") == "rights_question":
        variant = 1 if turn.has("asked", "utter_rights_menu") else 0
        turn.say("utter_rights_menu", choices=choices, variant=variant)
        turn.add("asked", "utter_rights_menu")
    else:
        turn.say("utter_what_next", choices=choices)


def _typed(value: Any) -> dict[str, Any]:
    return {"kind": "text", "value": str(value)}


def is_given(value: Any) -> bool:
    """Return whether a field holds something that was told, and not that it is unknown or skipped."""
    return value not in (None, "", [], UNKNOWN, RATHER_NOT_SAY, [UNKNOWN], [RATHER_NOT_SAY])
