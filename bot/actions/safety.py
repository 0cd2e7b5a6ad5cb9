"""Danger, and being watched. What to do comes first, then only what must be known."""

from __future__ import annotations

from bot.wording import fold, words_of
from escalation.signal import FIELDS

from .answers import yes_or_no
from .base import TopicAction
from .extraction import read_story
from .going_on import (
    DANGER_MORE,
    begin_danger,
    go_on,
    hide,
    offer_more,
    send_danger,
)
from .questionnaire import in_danger
from .taking_in import take_answer, take_field_choice, take_story
from .turn import Turn

SURE_ENOUGH_TO_HIDE = 0.75
SURE_ENOUGH_AMID_A_STORY = 0.8
"""Below these the person is asked whether it is safe, because a page that hides without need is a fright.

Amid a story more is needed: "she looks scared" is much like "she looks at my screen".
"""

DANGER_NOW = "danger_now"
"""The pending question whether somebody is in danger right now."""

SHORT_DENIAL_WORDS = 8
"""A longer text that says "not now" somewhere tells more than that."""

ALONE_WORDS = 4
"""Up to so many words "not now" is about what was asked, and not about talking or leaving."""

CALL_WORDS = 2
"""Up to so many words a call such as "help" is no story."""


class ActionEmergency(TopicAction):
    """Answers danger. It is certain when the words were read as acute, or the person says so; otherwise it asks."""

    action_name = "action_emergency"
    introduces_itself = False

    def respond(self, turn: Turn) -> None:
        """Say what to do now, or ask whether it is now."""
        if settle_danger(turn):
            return
        if turn.text and not turn.acute_now and denies_danger(turn):
            decline_danger(turn)
        elif in_danger(turn.slots):
            _take_in(turn)
            _danger_again(turn)
        elif _is_certain(turn):
            turn.set("danger", "told")  # before taking in, so that nothing else is advised first
            _take_in(turn)
            begin_danger(turn)
        else:
            _take_in(turn)
            turn.say("utter_danger_if")
            turn.ask_with("utter_danger_check", DANGER_NOW)


class ActionCannotTalkSafely(TopicAction):
    """Hides the page at once and says how to come back."""

    action_name = "action_cannot_talk_safely"
    introduces_itself = False
    names_the_line = False

    def respond(self, turn: Turn) -> None:
        """Hide, or ask when it is not sure that somebody is watching."""
        telling = turn.get("own_words") is not None
        needed = SURE_ENOUGH_AMID_A_STORY if telling else SURE_ENOUGH_TO_HIDE
        if turn.text and turn.confidence < needed and not in_danger(turn.slots):
            if telling:
                take_story(turn)
            turn.ask("safe_now")
            return
        if turn.get("danger") == "told":
            send_danger(turn)
        hide(turn)


def settle_danger(turn: Turn) -> bool:
    """Take in a yes or no to "is it now?" or "shall I ask more?". Returns False when the turn is neither."""
    pending, said = turn.get("pending"), _said(turn)
    if pending == DANGER_MORE and said is not None:
        turn.set("pending", None)
        if said:
            go_on(turn)
        else:
            turn.set("sent", True)  # what comes now is an addition
            turn.say("utter_danger_more")
    elif pending == DANGER_NOW and said:
        begin_danger(turn)
    elif said is False and not turn.acute_now and (pending == DANGER_NOW or _denies_script(turn)):
        decline_danger(turn)
    else:
        return False
    return True


def denies_danger(turn: Turn) -> bool:
    """Return whether a short text says that it is not happening now."""
    words = len(words_of(fold(turn.text)))
    signs = read_story(turn.text, turn.languages).signs if words <= SHORT_DENIAL_WORDS else ()
    if "but" in signs:
        return False
    return "not_now" in signs or ("not_now_alone" in signs and words <= ALONE_WORDS)


def decline_danger(turn: Turn) -> None:
    """Go on as usual; the script starts again only when new words say that it is acute."""
    turn.set("danger", "declined")
    turn.set("pending", None)
    turn.say("utter_danger_not_now")
    turn.say("utter_sent_danger")
    go_on(turn)


def add_to_sent(turn: Turn) -> None:
    """Add a text to what was sent, and offer the other questions again when they were offered."""
    take_story(turn)
    turn.want(submit=True)
    turn.say("utter_sent_added")
    if turn.get("pending") == DANGER_MORE:
        offer_more(turn)


def _said(turn: Turn) -> bool | None:
    """What the turn says to a question of danger: a button, or a text that is yes, no or "not now"."""
    if turn.choice is not None:
        if turn.choice.kind == "resume" and turn.get("pending") == DANGER_NOW:
            return False  # the button "not at this moment"; after hiding, something else is pending
        named = turn.choice.name if turn.choice.kind == "intent" else ""
        return {"affirm": True, "deny": False}.get(named)
    if denies_danger(turn):
        return False
    if len(words_of(fold(turn.text))) > SHORT_DENIAL_WORDS:
        return None
    return yes_or_no(turn.text, turn.languages)


def _denies_script(turn: Turn) -> bool:
    """Whether the button "not now", or words for it, came while the script asks where it is."""
    if turn.get("danger") != "told":
        return False
    return turn.choice is not None or denies_danger(turn)


def _is_certain(turn: Turn) -> bool:
    """The words were read as acute, the button was pressed, or a second call came while it was asked."""
    first = turn.level == "acute" and turn.get("danger") is None
    pressed = turn.choice is not None and turn.choice.kind == "intent"
    return turn.acute_now or first or pressed or turn.get("pending") == DANGER_NOW


def _take_in(turn: Turn) -> None:
    """Keep what was told; a mere call for help is no story."""
    if turn.choice is not None:
        if turn.choice.kind in ("field", "skip", "unknown", "done"):
            take_field_choice(turn, turn.choice)
        return
    told = read_story(turn.text, turn.languages)
    if len(words_of(fold(turn.text))) <= CALL_WORDS and not told.fields:
        return
    pending = turn.get("pending")
    if turn.get("danger") == "told" and pending in FIELDS and take_answer(turn, pending):
        return
    take_story(turn)


def _danger_again(turn: Turn) -> None:
    """More about a danger that is known: the advice again, the people on duty again, and no new questions."""
    turn.say_first("utter_danger_call")
    if turn.get("danger") == "told":
        go_on(turn)
        return
    turn.want(submit=True, handoff="danger")
    turn.say("utter_danger_sent")
    offer_more(turn)
