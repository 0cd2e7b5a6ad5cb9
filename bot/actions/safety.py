"""Danger, and being watched. What to do comes first, then only what must be known."""

from __future__ import annotations

from .answers import yes_or_no
from .base import TopicAction
from .going_on import begin_danger, go_on, hide
from .taking_in import take_field_choice, take_story
from .turn import Turn

SURE_ENOUGH_TO_HIDE = 0.4
SURE_ENOUGH_AMID_A_STORY = 0.8
"""Below these the person is asked whether it is safe, because a page that hides without need is a fright.

Amid a story more is needed: "she looks scared" is much like "she looks at my screen".
"""

DANGER_NOW = "danger_now"
"""The pending question whether somebody is in danger right now."""


class ActionEmergency(TopicAction):
    """Answers danger. It is certain when the words were read as acute or the person says so; otherwise it asks."""

    action_name = "action_emergency"
    introduces_itself = False

    def respond(self, turn: Turn) -> None:
        """Say what to do now, or ask whether it is now."""
        confirmed = _take_in(turn)
        if turn.get("danger"):
            _danger_again(turn)
        elif turn.level == "acute" or confirmed:
            begin_danger(turn)
        else:
            turn.say("utter_danger_if")
            turn.ask_with("utter_danger_check", DANGER_NOW)


class ActionCannotTalkSafely(TopicAction):
    """Hides the page at once and says how to come back."""

    action_name = "action_cannot_talk_safely"
    introduces_itself = False

    def respond(self, turn: Turn) -> None:
        """Hide, or ask when it is not sure that somebody is watching."""
        telling = turn.get("own_words") is not None
        needed = SURE_ENOUGH_AMID_A_STORY if telling else SURE_ENOUGH_TO_HIDE
        if turn.text and turn.confidence < needed and turn.get("danger") is None:
            if telling:
                take_story(turn)
            turn.ask("safe_now")
            return
        if turn.get("danger") == "told":
            turn.want(submit=True, handoff="danger")
            turn.set("danger", "sent")
        hide(turn)


def _take_in(turn: Turn) -> bool:
    """Keep what was told. Returns whether the person themselves said that the danger is now."""
    if turn.choice is not None:
        if turn.choice.kind in ("field", "skip", "unknown", "done"):
            take_field_choice(turn, turn.choice)
        return turn.choice.kind == "intent"
    if turn.get("pending") == DANGER_NOW and yes_or_no(turn.text, turn.languages):
        return True
    take_story(turn)
    return False


def _danger_again(turn: Turn) -> None:
    """More about a danger that is known: the advice again, the people on duty again, and no new questions."""
    turn.say("utter_danger_call")
    if turn.get("danger") == "told":
        go_on(turn)
        return
    turn.want(submit=True, handoff="danger")
    turn.say("utter_danger_sent")
    turn.say("utter_danger_more")
