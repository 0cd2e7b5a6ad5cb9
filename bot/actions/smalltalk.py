"""Greetings, thanks, goodbyes and what this is not for. The question that was open is asked again afterwards."""

from __future__ import annotations

from .base import TopicAction
from .going_on import go_on, open_conversation
from .questionnaire import next_question
from .turn import Turn


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
        """Say goodbye and remind of traces on a shared device."""
        turn.say("utter_goodbye")
        if turn.channel == "web":
            turn.say_once("utter_goodbye_trace")


class ActionOutOfScope(TopicAction):
    """Says kindly what this is for, and whom to call about other matters."""

    action_name = "action_out_of_scope"

    def respond(self, turn: Turn) -> None:
        """Explain and go on."""
        turn.say("utter_out_of_scope")
        turn.say("utter_out_of_scope_police")
        go_on(turn)
