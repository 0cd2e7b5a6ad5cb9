"""What the person decides about the conversation: a person, another language, stopping and deleting."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from bot.wording import fold, words_of
from escalation.signal import LANGUAGES

from .answers import yes_or_no
from .base import TopicAction
from .going_on import go_on
from .taking_in import take_story
from .turn import Turn

ERASE = "erase"
"""The pending question whether to delete everything."""

_NAMES = Path(__file__).parent.parent / "words" / "language_names.yml"
_STORY_WORDS = 12


class ActionRequestHuman(TopicAction):
    """Asks the people on duty to take over."""

    action_name = "action_request_human"

    def respond(self, turn: Turn) -> None:
        """Hand over; a request that also tells something is kept as part of the story."""
        if turn.text and len(words_of(fold(turn.text))) >= _STORY_WORDS:
            take_story(turn)
        turn.want(handoff="asked_for_human")
        turn.say("utter_human_called")
        turn.say("utter_human_waits")
        turn.say_once("utter_sent_receipt")
        turn.say("utter_human_danger")


class ActionChangeLanguage(TopicAction):
    """Changes the language, or offers the ones there are."""

    action_name = "action_change_language"

    def respond(self, turn: Turn) -> None:
        """Change to the language that was named or chosen, then ask the open question again in it."""
        wanted = turn.choice.name if turn.choice else wanted_language(turn.text)
        if wanted is None:
            turn.say("utter_language_which")
        elif wanted not in LANGUAGES:
            turn.record("interpreter_language", wanted)
            turn.say("utter_language_unknown", args={"language": _language(wanted)})
        else:
            turn.want(language=wanted)
            turn.say("utter_language_changed", args={"language": _language(wanted)})
            if turn.get("pending") or turn.get("purpose"):
                go_on(turn)
            else:
                turn.ask("safe_now")


class ActionStopAndDelete(TopicAction):
    """Says what deleting means, asks once, and does it."""

    action_name = "action_stop_and_delete"

    def respond(self, turn: Turn) -> None:
        """Ask, or do what was answered."""
        decided = _decision(turn)
        if decided is None:
            _ask_whether(turn)
        elif decided:
            turn.want(erase=True)
            turn.set("pending", None)
            turn.say("utter_erased")
        else:
            turn.set("pending", None)
            turn.say("utter_kept")
            go_on(turn)


def wanted_language(text: str) -> str | None:
    """Return the code of the language that a text names, in whatever language it is named."""
    names = _language_names()
    return next((names[word] for word in words_of(fold(text)) if word in names), None)


def _decision(turn: Turn) -> bool | None:
    if turn.choice is not None and turn.choice.kind == ERASE:
        return turn.choice.name == "yes"
    if turn.choice is None and turn.get("pending") == ERASE:
        return yes_or_no(turn.text, turn.languages)
    return None


def _ask_whether(turn: Turn) -> None:
    turn.say("utter_erase_what")
    sent = turn.get("sent") or turn.get("danger") == "sent"
    turn.say("utter_erase_sent" if sent else "utter_erase_not_sent")
    turn.ask_with("utter_erase_ask", ERASE)


def _language(code: str) -> dict[str, str]:
    return {"kind": "language", "code": code}


@lru_cache(maxsize=1)
def _language_names() -> dict[str, str]:
    table = yaml.safe_load(_NAMES.read_text(encoding="utf-8"))
    return {fold(name): code for code, names in table.items() for name in names.split()}
