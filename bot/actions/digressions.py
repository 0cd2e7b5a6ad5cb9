"""Back from a question in the middle: the open question is asked again, or the person chooses what comes next."""

from __future__ import annotations

from .going_on import go_on
from .questionnaire import OPENING, next_question
from .turn import Turn

LABEL_MORE = "utter_choice_more"


def go_back(turn: Turn, *, topic: str | None, otherwise: str) -> None:
    """Ask the open question again when somebody is telling something; say ``otherwise`` when not.

    ``topic`` is the intent that a button "Tell me more" asks for; None for no such button.
    """
    more = ({"id": f"intent:{topic}", "label": LABEL_MORE},) if topic else ()
    if is_telling(turn):
        go_on(turn, choices=more)
    else:
        turn.set("pending", None)
        turn.say(otherwise, choices=more, leave_out=[f"intent:{turn.intent}"])


def is_telling(turn: Turn) -> bool:
    """Return whether a report is under way, or a question of the opening waits for its answer."""
    if turn.get("correcting") or turn.get("danger") == "told":
        return True
    question = next_question(turn.slots)
    if question in OPENING:
        return turn.get("pending") == question and turn.get("purpose") != "rights_question"
    return question is not None
