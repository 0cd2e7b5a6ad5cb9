"""The learned reader: fresh, explains itself with words that stand in the text, and never raises."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.signal import LANGUAGES
from escalation.triage import combined, learn, read_text
from escalation.triage.features import words_of
from escalation.triage.learned import FOLDER, learned_languages, likely_language, read_learned


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_weights_are_those_of_the_examples(language: str) -> None:
    with gzip.open(FOLDER / f"{language}.json.gz", "rt", encoding="utf-8") as source:
        kept = json.load(source)["examples_digest"]
    assert kept == learn.digest(language), "run `make urgency`"


def test_every_language_has_weights() -> None:
    assert set(LANGUAGES) <= set(learned_languages()) <= set(learn.languages())


def test_no_example_is_an_evaluation_line() -> None:
    kept_apart = {
        line.casefold()
        for file in (learn.INTENTS.parents[2] / "tests" / "evaluation").glob("*/*.jsonl")
        for line in map(_text, file.read_text(encoding="utf-8").splitlines())
    }
    told = (one["text"] for language in learn.languages() for one in learn.examples(language))
    learnt = {text.casefold() for text in told if len(words_of(text)) > 4}
    assert learnt
    assert not learnt & kept_apart


def _text(line: str) -> str:
    return str(json.loads(line)["text"])


@settings(deadline=None)  # the first one loads the weights
@given(st.text(max_size=300), st.sampled_from(["nl", "en", "pl", "ro", None]))
def test_any_text_is_read_and_the_reason_stands_in_it(text: str, language: str | None) -> None:
    for flag in read_text(text, language).flags:
        assert flag.evidence in text


@pytest.mark.parametrize("text", ["", "ja", "nie wiem", "Mill Lane 14", "six to twenty", "?"])
def test_short_answers_are_not_alarming(text: str) -> None:
    assert read_text(text, "en").level == "normal"


def test_what_no_list_foresees_is_seen_and_explained() -> None:
    text = "please be quick, he dragged her by the hair into the cellar and we hear her scream"
    assessment = read_text(text, "en")
    assert assessment.level == "acute"
    assert all(flag.evidence for flag in assessment.flags)


def test_a_language_without_examples_is_left_to_the_lexicon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(combined, "read_learned", None)  # would fail if it were asked
    monkeypatch.setattr(combined, "likely_language", lambda text, language: "xx")
    assert read_text("hij heeft een mes", "ro").level == "acute"


def test_probabilities_are_between_nought_and_one() -> None:
    learned = read_learned("he has a knife", "en")
    assert all(0 <= value <= 1 for value in learned.probability.values())
    assert len(learned.words) == 4


@pytest.mark.parametrize(
    ("text", "conversation", "read_in"),
    [
        ("szef zamknal nas w piwnicy i nie mozemy wyjsc", "nl", "pl"),
        ("mijn baas heeft a knife", "nl", "nl"),
        ("tak", "nl", "nl"),
        ("he locked the door and took our phones", None, "en"),
    ],
)
def test_a_message_is_read_in_its_own_language_whatever_the_conversation_says(
    text: str, conversation: str | None, read_in: str
) -> None:
    assert likely_language(text, conversation) == read_in
