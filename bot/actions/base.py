"""What all actions share: one turn in, one answer out, and the word at the very first that this is a computer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from .language_asked import offer_likely_languages
from .turn import Turn

OPENED = "utter_open_computer"


class TopicAction(Action):
    """An action of a topic. A subclass gives its name and answers in ``respond``."""

    action_name = ""
    introduces_itself = True
    """False where seconds count more than manners."""

    names_the_line = True
    """Whether the line for people who think of ending their life is named here when that flag stands."""

    def name(self) -> str:
        """The name in the domain and in the rules."""
        return self.action_name

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Answer one turn and return the slots that changed."""
        turn = Turn(dispatcher, tracker)
        starts = turn.choice is not None and turn.choice.kind == "start"
        if self.introduces_itself and not starts:
            introduce(turn)
        if self.names_the_line and "suicide_risk" in turn.flags:
            turn.say_once("utter_suicide_line")
        self.respond(turn)
        offer_likely_languages(turn)
        return turn.finish()

    def respond(self, turn: Turn) -> None:
        """Say and set what this turn calls for."""
        raise NotImplementedError


def introduce(turn: Turn) -> None:
    """Say once that this is a computer program, and by SMS that messages leave traces."""
    if turn.say_once(OPENED) and turn.channel == "sms":
        turn.say("utter_open_sms")
