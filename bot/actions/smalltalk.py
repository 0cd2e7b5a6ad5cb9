"""Greetings, thanks, goodbyes and what this is not for. The question that was open is asked again afterwards."""

from __future__ import annotations

from bot.cues import is_little_more_than
from escalation.signal import FIELDS

from .base import TopicAction
from .digressions import is_telling
from .going_on import go_on, open_conversation
from .questionnaire import next_question
from .turn import Turn

_SAID_AGAIN = "goodbye_question"
_ABOUT = {
    "pardon": "utter_explain_question",
    "about_the_bot": "utter_about_the_bot",
    "explain": "utter_explain_question",
    "why": "utter_why_it_is_asked",
}
_BESIDE_A_CUE = 2


class ActionGreet(TopicAction):
    """Greets back, and opens the conversation when this is its first turn."""

    action_name = "action_greet"
    introduces_itself = False

    def respond(self, turn: Turn) -> None:
        """Greet."""
        if turn.get("pending") is None and not turn.get("safe_now"):
            open_conversation(turn)
            return
        turn.say("utter_greet")
        go_on(turn)


class ActionThank(TopicAction):
    """Answers thanks."""

    action_name = "action_thank"

    def respond(self, turn: Turn) -> None:
        """Say that the person is welcome and go on where they were."""
        turn.say("utter_thank")
        if next_question(turn.slots) is not None:
            go_on(turn)


class ActionGoodbye(TopicAction):
    """Says goodbye. What was asked stays open for when the person comes back."""

    action_name = "action_goodbye"

    def respond(self, turn: Turn) -> None:
        """Say goodbye and remind of traces on a shared device. An open question is said again, once."""
        turn.say("utter_goodbye")
        if turn.channel == "web":
            turn.say_once("utter_goodbye_trace")
        if turn.get("pending") in FIELDS and not turn.has("advised", _SAID_AGAIN):
            turn.add("advised", _SAID_AGAIN)
            turn.ask(turn.get("pending"))


class ActionOutOfScope(TopicAction):
    """Says kindly what this is for, and whom to call about other matters; or explains a question that is open."""

    action_name = "action_out_of_scope"

    def respond(self, turn: Turn) -> None:
        """Explain and go on."""
        utterance = _about_the_conversation(turn)
        if utterance:
            turn.say(utterance)
            if turn.get("pending") or is_telling(turn):
                go_on(turn)
            return
        turn.say("utter_out_of_scope")
        turn.say("utter_out_of_scope_police")
        go_on(turn)


def _about_the_conversation(turn: Turn) -> str | None:
    for cue, say in _ABOUT.items():
        more = 0 if cue == "pardon" else _BESIDE_A_CUE
        if is_little_more_than(cue, turn.text, turn.languages, more):
            return say
    return None
