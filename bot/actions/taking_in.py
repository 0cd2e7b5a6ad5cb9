"""Taking in what was told: a pressed button, an answer to the question, or somebody's own words."""

from __future__ import annotations

from bot.choices import Choice, InvalidChoiceError, parse_choice
from bot.wording import fold, words_of
from escalation.signal import FIELDS, RATHER_NOT_SAY, UNKNOWN, FieldValue

from .answers import Answer, Question, contact_detail_in, read_answer, yes_or_no
from .extraction import (
    Told,
    read_story,
)
from .following import likely_forms, what_follows
from .going_on import PERSON, go_on, is_given, rows_of
from .place_answers import is_no_place, place_or_refusal, place_with_detail
from .questionnaire import REACHABLE, SUMMARY, in_danger, is_about_self
from .reaching import way_of
from .turn import Turn
from .whom import PURPOSE_OF, purpose_of

STORY_WORDS = 5
"""From so many words on, a text that is no answer is taken as part of the story."""

ENOUGH_WORDS = 8
"""A first story shorter than this, from which nothing was read, is asked to go on once."""

FAILURES_BEFORE_EXPLAINING = 2
TELLS_NOTHING_ELSE = frozenset({"safe_now", "purpose", "share_with", "contact", "contact_detail"})
"""Answers to these are about the report itself; nothing of what happens is read from them."""

_WHERE_ONE_WRITES = frozenset({"happening", "sector", "place_type", "place_text"})
"""What an answer to "is it safe to write?" says of the writer, and not of what is told."""

YES_NO_WORDS = 2

_NOT_SHOWN = frozenset({"purpose", "own_words"})


def take_value(turn: Turn, field: str, value: FieldValue) -> None:
    """Record an answer to a field and close the question. Several values of a field are added up."""
    if field == "place_text" and turn.has("asked", "utter_ask_place_detail"):
        value = place_with_detail(turn, value)
    if field == "indicators" and turn.get("correcting") != field and is_given(turn.get(field)):
        value = [*turn.get(field), *(value if isinstance(value, list) else [str(value)])]
    turn.record(field, value)
    for name, follows in what_follows(field, turn.get(field), turn.get("sector")).items():
        if not is_given(turn.get(name)) or field == "age_bands":
            turn.record(name, follows)
    answered(turn, field)
    _note_likely_forms(turn)
    if field == "contact" and value in REACHABLE and not _reaches(turn, str(value)):
        turn.set("contact_detail", None)  # asked for anew
    if field in ("minors", "age_bands") and turn.get("minors") == "yes":
        _speak_of_the_young(turn)


def answered(turn: Turn, field: str) -> None:
    """Close the question about a field, also when it was skipped."""
    turn.remove("derived", field)
    turn.add("settled", field)
    turn.set("failed", None)
    if turn.get("correcting") == field:
        turn.set("correcting", None)
    if turn.get("pending") == field:
        turn.set("pending", None)
    if field != "own_words":
        turn.set("story_open", None)


def take_field_choice(turn: Turn, choice: Choice) -> None:
    """Take a button that is about a field: a value, skip, "I do not know", or the end of several."""
    field = choice.name
    if choice.kind == "field":
        many = FIELDS[field].kind == "multi"
        earlier = turn.get(field) if many and turn.get("pending") != field else None
        values = [*(earlier if is_given(earlier) else ()), *choice.values]
        take_value(turn, field, values if many else values[0])
    elif choice.kind == "done":
        finish_field(turn, field)
    else:
        leave_open(turn, field, RATHER_NOT_SAY if choice.kind == "skip" else UNKNOWN)


def finish_field(turn: Turn, field: str) -> None:
    """End a question that takes several answers; with none it counts as not known."""
    if not is_given(turn.get(field)):
        turn.record(field, RATHER_NOT_SAY if field == "own_words" else UNKNOWN)
    answered(turn, field)


def leave_open(turn: Turn, field: str, reason: str) -> None:
    """Note that a field is unknown or not answered; what was told before stays.

    Who does not know what it is about, is here for advice.
    """
    if field == "purpose":
        turn.record("purpose", "advice")
        answered(turn, "purpose")
        return
    if not is_given(turn.get(field)) or turn.get("correcting") == field:
        turn.record(field, reason)
    answered(turn, field)
    if reason == RATHER_NOT_SAY and not in_danger(turn.slots):
        turn.say_once("utter_skipped")


def take_answer(turn: Turn, field: str) -> bool:
    """Take the text as the answer to the pending field. Returns False when it is none."""
    detail = contact_detail_in(turn.text) if field in ("contact", "contact_detail") else None
    if detail:
        take_detail(turn, detail)
        return True
    question = Question(field, turn.offered, numbered=turn.channel == "sms")
    answer = read_answer(turn.text, question, turn.languages, turn.today)
    if answer is None and field == "place_text":
        answer = place_or_refusal(turn)
    if answer is None:
        if FIELDS[field].kind != "text" or field == "contact_detail":
            return False
        if field == "place_text" and is_no_place(turn):
            return False
        answer = Answer("value", turn.text)
    if not answer.whole and len(words_of(fold(turn.text))) > STORY_WORDS:
        # "Now it is safe" says nothing of when it happens.
        take_story(turn, unread=_WHERE_ONE_WRITES if field == "safe_now" else frozenset())
    taken = _apply(turn, field, answer)
    if taken and field not in TELLS_NOTHING_ELSE:
        _note_what_else(turn, field)
    return taken


def take_detail(turn: Turn, detail: str) -> None:
    """Keep a phone number or email address, and that the person may be reached by it."""
    turn.record("contact_detail", detail)
    answered(turn, "contact_detail")
    take_value(turn, "contact", way_of(detail))


def _reaches(turn: Turn, way: str) -> bool:
    detail = turn.get("contact_detail")
    return is_given(detail) and way_of(str(detail)) == way


def _note_what_else(turn: Turn, field: str) -> None:
    """Note what an answer tells about questions that are still open."""
    told = read_story(turn.text, turn.languages)
    for name, value in told.fields.items():
        if name != field and not is_given(turn.get(name)):
            turn.record(name, value, derived=name not in told.sure)
    _note_likely_forms(turn)
    if "minors" in told.fields and turn.get("minors") == "yes":
        _speak_of_the_young(turn)


def _note_likely_forms(turn: Turn) -> None:
    """Note the form that the work points to; it is still asked for, unless it was and nobody knew."""
    known = turn.get("forms")
    if is_given(known) or known == [RATHER_NOT_SAY] or turn.get("correcting") == "forms":
        return
    likely = likely_forms(turn.slots)
    if likely:
        turn.record("forms", likely, derived=not turn.has("settled", "forms"))


def _apply(turn: Turn, field: str, answer: Answer) -> bool:
    if answer.kind == "choice":
        return _take_offered(turn, str(answer.value))
    if answer.kind == "done":
        finish_field(turn, field)
    elif answer.kind in ("skip", "unknown"):
        leave_open(turn, field, RATHER_NOT_SAY if answer.kind == "skip" else UNKNOWN)
    elif answer.value is not None:
        take_value(turn, field, answer.value)
    return True


def _take_offered(turn: Turn, choice_id: str) -> bool:
    """Take the choice whose number was typed, if it is one about a field."""
    try:
        choice = parse_choice(choice_id)
    except InvalidChoiceError:
        return False
    if choice.kind not in ("field", "skip", "unknown", "done"):
        return False
    take_field_choice(turn, choice)
    return True


def take_story(turn: Turn, *, unread: frozenset[str] = frozenset()) -> Told:
    """Add the text to the own words and note what it plainly tells, but for ``unread``. Returns what was read."""
    earlier = None if turn.get("correcting") == "own_words" else turn.get("own_words")
    turn.record("own_words", f"{earlier}\n{turn.text}" if is_given(earlier) else turn.text)
    answered(turn, "own_words")
    turn.set("story_open", True)
    told = read_story(turn.text, turn.languages)
    purpose = purpose_of(turn, told)
    if purpose and turn.get("purpose") in (None, "rights_question", "follow_up"):
        turn.record("purpose", purpose)
    for field, value in told.fields.items():
        if field not in unread:
            _note(turn, told, field, value)
    _note_likely_forms(turn)
    if "suicide" in told.signs:
        turn.say_once("utter_suicide_line")
    if turn.get("minors") == "yes":
        _speak_of_the_young(turn)
    return told


def _note(turn: Turn, told: Told, field: str, value: FieldValue) -> None:
    """Note what own words tell about a field; several values add up, an answer that was given stays."""
    known = turn.get(field)
    if isinstance(value, list) and isinstance(known, list) and is_given(known):
        value = [*known, *value]
    elif is_given(known) and not turn.has("derived", field) and not _outweighs(turn, told, field):
        return
    turn.record(field, value, derived=field not in told.sure)


def _outweighs(turn: Turn, told: Told, field: str) -> bool:
    """An age under 18 outweighs an earlier "no"."""
    return field == "minors" and turn.get("minors") == "no" and "age_bands" in told.fields


def show_what_was_read(turn: Turn, told: Told) -> None:
    """Say thank you and show what was noted, the first time."""
    self_worded = is_about_self(turn.slots)
    turn.say_once("utter_story_thanks_self" if self_worded else "utter_story_thanks")
    shown = [field for field in SUMMARY if field in told.fields and field not in _NOT_SHOWN]
    if shown and not in_danger(turn.slots) and not turn.has("advised", "utter_understood"):
        turn.add("advised", "utter_understood")
        turn.say("utter_understood", args={"noted": rows_of(turn, shown)})


def wants_more(turn: Turn, told: Told) -> bool:
    """Return whether a story is so short that the person is asked, once, to go on."""
    words = len(words_of(fold(str(turn.get("own_words") or ""))))
    asked = turn.has("asked", "utter_ask_own_words_more")
    return words < ENOUGH_WORDS and not told.fields and not asked and not turn.get("danger")


def is_story(turn: Turn) -> bool:
    """Return whether a text that answers nothing belongs to somebody's own words."""
    words = len(words_of(fold(turn.text)))
    if says_only_yes_or_no(turn):
        return False
    return (
        words >= STORY_WORDS
        or turn.acute_now
        or turn.intent in PURPOSE_OF
        or (
            words > 1
            and bool(turn.get("story_open") or read_story(turn.text, turn.languages).fields)
        )
    )


def says_only_yes_or_no(turn: Turn) -> bool:
    """Return whether a text is no more than a yes or a no: it tells nothing by itself."""
    words = len(words_of(fold(turn.text)))
    return words <= YES_NO_WORDS and yes_or_no(turn.text, turn.languages) is not None


def not_understood(turn: Turn) -> None:
    """Ask in other words; then explain and offer a person; then hand over."""
    failed = int(turn.get("failed") or 0) + 1
    turn.set("failed", failed)
    if failed > FAILURES_BEFORE_EXPLAINING:
        turn.set("failed", None)
        turn.say("utter_hand_over_not_understood")
        turn.say_once("utter_sent_receipt")
        turn.want(handoff="not_understood")
    elif failed == FAILURES_BEFORE_EXPLAINING:
        turn.say("utter_explain_answering")
        go_on(turn, choices=(PERSON,))
    else:
        turn.say("utter_not_understood")
        go_on(turn)


def _speak_of_the_young(turn: Turn) -> None:
    if turn.get("danger") == "told":
        return  # first what may save a life
    if not is_about_self(turn.slots):
        turn.say_once("utter_young_other")
    elif turn.say_once("utter_young_self"):
        turn.say("utter_young_self_line")
