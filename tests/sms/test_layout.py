"""What fits into a message: every line and every question of the bot, in every language, and odd texts too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.lines import Choice, Line
from escalation.phrasebook import groups
from escalation.ports import Ports
from escalation.signal import LANGUAGES
from escalation.sms import words
from escalation.sms.composing import labels_of
from escalation.sms.layout import MOST_SEGMENTS, lay_out
from escalation.sms.segments import made_plain, segments_of
from escalation.system_lines import SYSTEM_LINES
from web.rendering import speak

DOMAIN = Path(__file__).parents[2] / "bot" / "domain"
OWN = (words.WELCOME, words.TWO_WORDS, words.FAREWELL, words.RECEIPT, words.NO_PICTURES)


def said_by_the_bot() -> list[Line]:
    """Return every response of the domain, with its buttons."""
    lines: list[Line] = []
    for path in sorted(DOMAIN.glob("*.yml")):
        responses: dict[str, list[dict[str, Any]]] = yaml.safe_load(path.read_text("utf-8")).get(
            "responses", {}
        )
        for name, variants in responses.items():
            buttons = variants[0].get("buttons", [])
            choices = tuple(Choice(one["payload"], one["title"]) for one in buttons)
            lines += [Line(name, one["text"], choices=choices) for one in variants]
    return lines


LINES = [*said_by_the_bot(), *SYSTEM_LINES.values(), *OWN]


def messages(house: Ports, line: Line, language: str) -> tuple[str, ...]:
    spoken = speak(line, language)
    labels = labels_of(house, spoken, language) if spoken.choices else []
    more = speak(Line("more", words.MORE), language).text
    return lay_out([], spoken.text, labels, more=more).messages


def costs(text: str) -> int:
    return segments_of(made_plain(text))


def no_spaces(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_longer_than_two_segments(house: Ports, language: str) -> None:
    assert len(LINES) > 200
    for line in LINES:
        for message in messages(house, line, language):
            assert costs(message) <= MOST_SEGMENTS, line.say


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_offered_once_with_its_number(house: Ports, language: str) -> None:
    for line in LINES:
        if not line.choices:
            continue
        rows = "\n".join(messages(house, line, language)).split("\n")
        labels = labels_of(house, speak(line, language), language)
        wanted = [f"{place} {label}" for place, label in enumerate(labels, start=1)]
        assert [row for row in rows if row in wanted] == wanted, line.say


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_lost_and_no_word_is_cut(language: str) -> None:
    for line in LINES:
        text = speak(line, language).text
        laid = lay_out([text])
        assert " ".join(" ".join(laid.messages).split()) == " ".join(text.split()), line.say


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_that_twilio_acts_upon_is_offered(house: Ports, language: str) -> None:
    for line in LINES:
        offered = [words.bare(one) for one in labels_of(house, speak(line, language), language)]
        assert not words.RESERVED & set(offered), line.say
    for word in (words.HARMLESS_WORD, words.DANGER_WORD, words.MORE):
        assert words.bare(speak(Line("word", word), language).text) not in words.RESERVED


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_two_words_are_two(language: str) -> None:
    one, other = (
        words.bare(speak(Line("word", word), language).text)
        for word in (words.HARMLESS_WORD, words.DANGER_WORD)
    )
    assert one and other and one != other


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_phrasebook_fits_too(language: str) -> None:
    for phrase in (one for group in groups() for one in group.phrases):
        for message in lay_out([speak(phrase.line, language).text]).messages:
            assert costs(message) <= MOST_SEGMENTS


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=700))
def test_any_text_is_sent_whole_and_in_order(text: str) -> None:
    laid = lay_out([text])
    assert no_spaces("".join(laid.messages)) == no_spaces(text)
    assert all(costs(message) <= MOST_SEGMENTS for message in laid.messages)


def test_a_text_of_many_thousand_letters() -> None:
    text = "Ein langer Satz mit vielen Wörtern. " * 200
    laid = lay_out([text])
    assert all(message.endswith(".") for message in laid.messages)
    assert all(costs(message) <= MOST_SEGMENTS for message in laid.messages)


def test_a_telephone_number_is_not_cut() -> None:
    text = "Call " + " or ".join(["0900 88 44"] * 60)
    for message in lay_out([text]).messages:
        assert message.count("0900 88 44") == message.count("0900")


def test_more_is_offered_on_every_page_but_the_last() -> None:
    options = [f"An answer with quite some words in it, number {n}" for n in range(1, 25)]
    laid = lay_out(["Before."], "Which?", options, more="More")
    assert laid.pages_from == 0 and laid.at_once == 1
    assert [page.endswith("\n0 More") for page in laid.messages] == [True] * (
        len(laid.messages) - 1
    ) + [False]
