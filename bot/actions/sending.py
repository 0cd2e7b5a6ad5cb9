"""What is answered when the summary is shown: send it, change a line, or something more."""

from __future__ import annotations

from bot.wording import fold, words_of

from .answers import yes_or_no
from .corrections import correct
from .extraction import read_story
from .going_on import ask_what_to_correct, go_on, send_report
from .taking_in import is_story, not_understood, take_story
from .turn import Turn

CORRECTION_WORDS = 8
SENDING_WORDS = 4


def answer_to_correcting(turn: Turn) -> None:
    """Take the answer to "what do you want to change?"."""
    if correct(turn):
        return
    if _asks_to_send(turn) or yes_or_no(turn.text, turn.languages) is False:
        go_on(turn)
    else:
        not_understood(turn)


def _asks_to_send(turn: Turn) -> bool:
    signs = read_story(turn.text, turn.languages).signs
    return "send" in signs and yes_or_no(turn.text, turn.languages) is not False


def answer_to_sending(turn: Turn) -> None:
    """Take the answer to the summary: send, change, or something more to tell."""
    said = yes_or_no(turn.text, turn.languages)
    words = len(words_of(fold(turn.text)))
    if words <= SENDING_WORDS and (said is True or _asks_to_send(turn)):
        send_report(turn)
    elif (said is False or words <= CORRECTION_WORDS) and correct(turn):
        return
    elif said is False:
        ask_what_to_correct(turn)
    elif is_story(turn):
        take_story(turn)
        turn.say("utter_added")
        go_on(turn)
    else:
        not_understood(turn)
