"""What a plain Rasa project's action server does at each answer: look at it and keep it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import AllSlotsReset, FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict


class ValidateIntakeForm(FormValidationAction):
    """Takes any answer."""

    def name(self) -> str:
        """Return the form's validation name."""
        return "validate_intake_form"

    def validate_place_text(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """Keep the place."""
        return {"place_text": value}


class BeginAgain(Action):
    """Empties the form and starts it again."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_begin_again"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        """Reset and go on."""
        return [AllSlotsReset(), FollowupAction("intake_form")]
