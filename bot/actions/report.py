"""Telling something: the opening, the questions, own words, the summary, and coming back with a number."""

from __future__ import annotations

from bot.choices import Choice
from bot.cues import is_little_more_than
from bot.wording import fold, words_of
from escalation.signal import FIELDS

from .answers import Question, read_answer
from .base import TopicAction
from .extraction import read_story
from .going_on import (
    BACK,
    PERSON,
    ask_earlier,
    ask_what_to_correct,
    ask_work,
    go_on,
    hide,
    open_conversation,
    send_report,
)
from .lexicons import preload
from .questionnaire import SEND, next_question
from .reaching import own_detail_in
from .safety import add_to_sent, settle_danger
from .sending import answer_to_correcting, answer_to_sending
from .taking_in import (
    TELLS_NOTHING_ELSE,
    is_story,
    leave_open,
    not_understood,
    says_only_yes_or_no,
    show_what_was_read,
    take_answer,
    take_detail,
    take_field_choice,
    take_story,
    wants_more,
)
from .turn import Turn

RETURN_STORY_WORDS = 8
"""Up to here what somebody types on coming back is a greeting, such as "I am back"."""

CORRECTION_WORDS = 8
ABOUT_THE_REPORT_WORDS = 8
REPORTING = ("report", "advice", "help_self")


class ActionIntake(TopicAction):
    """Takes in whatever tells or answers something, then asks what is still missing."""

    action_name = "action_intake"

    def __init__(self) -> None:
        """Read the word lists now, so that nobody's first message waits for them."""
        preload()

    def respond(self, turn: Turn) -> None:
        """Answer a choice or a text."""
        if turn.get("pending") == BACK:
            _welcome_back(turn)
        elif settle_danger(turn):
            return
        elif turn.choice is not None:
            _respond_to_choice(turn, turn.choice)
        else:
            _respond_to_text(turn, turn.get("pending"))


class ActionFollowUp(TopicAction):
    """Says how to go on with an earlier conversation. A new message is kept all the same."""

    action_name = "action_follow_up"

    def respond(self, turn: Turn) -> None:
        """Point to the page for people with a number. A phone number is something else."""
        detail = own_detail_in(turn.text)
        if detail:
            _keep_detail(turn, detail)
            return
        turn.say("utter_follow_up")
        turn.say("utter_follow_up_where")
        if turn.get("purpose") in REPORTING:
            go_on(turn)
        else:
            turn.say("utter_follow_up_lost")
            turn.set("pending", None)


class ActionClarify(TopicAction):
    """Answers a text that nobody understood and that answers no question."""

    action_name = "action_clarify"

    def respond(self, turn: Turn) -> None:
        """Take a longer text as somebody's story; otherwise ask what it is about."""
        if turn.get("pending") == BACK:
            _welcome_back(turn)
        elif settle_danger(turn):
            return
        elif (
            _is_sent(turn)
            or len(words_of(fold(turn.text))) >= 4
            or turn.get("purpose") in REPORTING
        ):
            _respond_to_text(turn, turn.get("pending"))
        else:
            ask_what_it_is_about(turn)


def ask_what_it_is_about(turn: Turn) -> None:
    """Ask what somebody wants to write about; after two failures hand over."""
    failed = int(turn.get("failed") or 0)
    if failed >= 2:
        not_understood(turn)
        return
    turn.set("failed", failed + 1)
    turn.say("utter_clarify", variant=min(failed, 1))
    turn.set("pending", "purpose")


def _respond_to_choice(turn: Turn, choice: Choice) -> None:
    if choice.kind == "start":
        open_conversation(turn)
    elif choice.kind in ("field", "skip", "unknown", "done"):
        take_field_choice(turn, choice)
        _after_answer(turn, choice.name)
    elif choice.kind == "more":
        ask_work(turn)
    elif choice.kind == "send" and next_question(turn.slots) == SEND:
        send_report(turn)
    elif choice.kind == "correct" and not choice.name:
        ask_what_to_correct(turn)
    elif choice.kind == "correct":
        turn.set("correcting", choice.name)
        go_on(turn)
    else:
        if choice.kind == "resume" and turn.get("safe_now") == "no":
            turn.say("utter_welcome_back")
        go_on(turn)


def _respond_to_text(turn: Turn, pending: str | None) -> None:
    detail = own_detail_in(turn.text)
    if detail:
        _keep_detail(turn, detail)
    elif pending is not None and is_little_more_than("go_back", turn.text, turn.languages):
        ask_earlier(turn)
    elif _corrects_whom(turn):
        go_on(turn)
    elif pending == "correct":
        answer_to_correcting(turn)
    elif pending == SEND:
        answer_to_sending(turn)
    elif pending == "own_words" and turn.get("purpose") in (None, *REPORTING):
        _own_words(turn)
    elif pending in FIELDS and not _begins_with_a_story(turn, pending):
        if take_answer(turn, pending):
            _after_answer(turn, pending)
        else:
            _no_answer(turn)
    elif pending is None and says_only_yes_or_no(turn):
        go_on(turn)
    else:
        _story(turn)


def _keep_detail(turn: Turn, detail: str) -> None:
    take_detail(turn, detail)
    turn.say("utter_added")
    if _is_sent(turn):
        turn.want(submit=True)
    go_on(turn)


def _corrects_whom(turn: Turn) -> bool:
    """A short "it is about my neighbour" sets right that it was taken for the person's own story."""
    if turn.get("purpose") != "help_self" or len(words_of(fold(turn.text))) > CORRECTION_WORDS:
        return False
    if "about_other" not in read_story(turn.text, turn.languages).signs:
        return False
    turn.record("purpose", "report")
    return True


def _begins_with_a_story(turn: Turn, pending: str) -> bool:
    """At the very start people often just tell it, whatever was asked."""
    return pending in ("safe_now", "purpose") and turn.intent in (
        "report_concern",
        "report_own_situation",
    )


def _after_answer(turn: Turn, field: str) -> None:
    if field == "safe_now" and turn.get("danger") != "told":
        if turn.get("safe_now") == "no":
            hide(turn)
            return
        if turn.get("safe_now") == "unsure":
            turn.say_for_channel("utter_unsure_safe")
    elif field == "purpose":
        if turn.get("purpose") == "advice":
            turn.say_once("utter_advice_good")
            go_on(turn, choices=(PERSON,))
            return
        if turn.get("purpose") == "follow_up":
            turn.say("utter_follow_up")
            turn.say("utter_follow_up_where")
    go_on(turn)


def _own_words(turn: Turn) -> None:
    """The answer to "tell it in your own words", one message of perhaps several."""
    if _leaves_own_words_open(turn):
        go_on(turn)
        return
    _story(turn)


def _leaves_own_words_open(turn: Turn) -> bool:
    answer = read_answer(turn.text, Question("own_words"), turn.languages, turn.today)
    if answer is None or answer.kind not in ("skip", "unknown", "done"):
        return False
    leave_open(turn, "own_words", "unknown" if answer.kind == "unknown" else "rather_not_say")
    return True


def _is_sent(turn: Turn) -> bool:
    """Whether what comes in is added to something that people on duty already have."""
    return turn.get("danger") != "told" and bool(turn.get("sent") or turn.get("danger") == "sent")


def _welcome_back(turn: Turn) -> None:
    """After the page was hidden: keep what is told, and ask first whether writing is safe now."""
    turn.set("pending", None)
    turn.say("utter_welcome_back")
    if len(words_of(fold(turn.text))) >= RETURN_STORY_WORDS:
        take_story(turn)
    elif turn.choice is not None and turn.choice.kind in ("field", "skip", "unknown", "done"):
        take_field_choice(turn, turn.choice)
        if turn.choice.name == "safe_now":
            _after_answer(turn, "safe_now")
            return
    turn.ask("safe_now")


def _story(turn: Turn) -> None:
    if _is_sent(turn):
        add_to_sent(turn)
        return
    told = take_story(turn)
    show_what_was_read(turn, told)
    if wants_more(turn, told):
        turn.ask_with("utter_ask_own_words_more", "own_words")
        return
    go_on(turn)


def _no_answer(turn: Turn) -> None:
    """A text that does not answer the question: more of the story, or not understood."""
    if not is_story(turn) or _is_about_the_report(turn):
        not_understood(turn)
        return
    take_story(turn)
    turn.say("utter_added")
    go_on(turn)


def _is_about_the_report(turn: Turn) -> bool:
    """A short text that was to say whether writing is safe, or how to be reached, is no part of the story."""
    if turn.get("pending") not in TELLS_NOTHING_ELSE or turn.acute_now:
        return False
    tells = read_story(turn.text, turn.languages).fields.keys() - {"happening"}
    return not tells and len(words_of(fold(turn.text))) <= ABOUT_THE_REPORT_WORDS
