"""What is typed where a place was asked: a place, a refusal, or a story that belongs elsewhere."""

from __future__ import annotations

from bot.wording import fold, words_of
from escalation.signal import FieldValue

from .answers import Answer, Question, read_answer, yes_or_no
from .extraction import read_story
from .going_on import is_given
from .places_said import names_only_a_town, tells_rather_than_places
from .turn import Turn

PLACE_WORDS = 14
TOWN_WORDS = 2
REFUSING_WORDS = 3
"""Up to so many words "no" to "where is it?" is a refusal."""


def is_no_place(turn: Turn) -> bool:
    """A long text is a story, whatever was asked."""
    long = len(words_of(fold(turn.text))) > PLACE_WORDS
    return long or tells_rather_than_places(turn.text, turn.languages)


def place_or_refusal(turn: Turn) -> Answer | None:
    """A "no" to where it is, or the place alone when the text also tells when or who."""
    words = len(words_of(fold(turn.text)))
    refuses = words <= REFUSING_WORDS and yes_or_no(turn.text, turn.languages) is False
    if refuses and not names_only_a_town(turn.text.split()[-1]):
        return Answer("skip" if words == 1 else "unknown")
    done = read_answer(turn.text, Question("own_words"), turn.languages, turn.today)
    if done is not None and done.kind == "done":
        return Answer("unknown")
    told = read_story(turn.text, turn.languages).fields
    if "place_text" in told and words <= TOWN_WORDS:
        return Answer("value", told["place_text"])
    if "place_text" in told and not told.keys().isdisjoint(("happening", "victim_count", "minors")):
        return Answer("value", told["place_text"])
    return None


def place_with_detail(turn: Turn, value: FieldValue) -> FieldValue:
    """Return a street or a number together with the town that was told before."""
    town = turn.get("place_text")
    if is_given(town) and str(town).casefold() not in str(value).casefold():
        return f"{value}, {town}"
    return value
