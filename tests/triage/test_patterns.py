"""The little language of the lexicons."""

from __future__ import annotations

import pytest

from escalation.triage.index import PlaceIndex
from escalation.triage.patterns import PatternError, read_alternatives, read_pattern

WORD_LISTS = {"door": ("door", "gate*"), "me": ("me", "my friend")}


def matches(source: str, line: str) -> bool:
    """Tell whether all runs of a pattern match a line of words."""
    pattern = read_pattern(source, WORD_LISTS)
    return all(expression.search(f" {line} ") for expression in pattern.expressions)


@pytest.mark.parametrize(
    ("source", "line", "expected"),
    [
        ("locked in", "he locked in me", True),
        ("locked in", "he locked me in", False),
        ("lock*", "he locked me", True),
        ("lock*", "a clock", False),
        ("*deur", "de voordeur", True),
        ("*deur", "de deurmat", False),
        ("(he|the boss) has", "the boss has", True),
        ("[very] young", "young", True),
        ("[very] young", "very young", True),
        ("leave !(early|at five)", "i leave now", True),
        ("leave !(early|at five)", "i leave at five", False),
        ("door ... locked", "door is now always tightly locked", True),
        ("door ...2 locked", "door is now always locked", False),
        ("<door> ... shut", "the gates are shut", True),
        ("kill <me>", "kill my friend", True),
        ("door & locked", "locked is the door", True),
        ("10-17 years", "14 years", True),
        ("10-17 years", "18 years", False),
        ("<number> men", "23 men", True),
        ("<number> men", "many men", False),
        ("^ help $", "help", True),
        ("^ help $", "well , help , please", True),
        ("^ help $", "help with my form", False),
        ("(a [very] old|young) man", "a old man", True),
        ("(a [very] old|young) man", "a very old man", True),
        ("zamknął drzwi", "zamknal drzwi", True),
        ("don't go", "dont go", True),
    ],
)
def test_patterns_match_words_in_their_order(source: str, line: str, expected: bool) -> None:
    assert matches(source, line) is expected


@pytest.mark.parametrize(
    "source",
    [
        "",
        "...",
        "door ...",
        "... door",
        "[only]",
        "door & ",
        "(door",
        "door)",
        "(door|)",
        "(door ... shut)",
        "<nosuch> door",
        "!door",
        "*mid*",
        "do/or",
        "9-3 men",
        "0-9000 men",
    ],
)
def test_a_pattern_that_makes_no_sense_is_refused(source: str) -> None:
    with pytest.raises(PatternError):
        read_pattern(source, WORD_LISTS)


def test_alternatives_are_filled_in_and_doubles_dropped() -> None:
    found = read_alternatives(["<door> open", "(a|b) [c]", "a"], WORD_LISTS)
    assert found == ("door open", "gate* open", "a c", "a", "b c", "b")


def test_the_index_lets_no_matching_pattern_go_untried() -> None:
    index = PlaceIndex()
    sources = [
        "lock* <me>",
        "*deur ... op slot",
        "<number> men",
        "14-15 years",
        "[very] young girl",
    ]
    needs = {source: index.add(read_pattern(source, WORD_LISTS)) for source in sources}
    lines = ["he locked my friend up", "de voordeur is op slot", "23 men", "14 years", "young girl"]
    for source, line in zip(sources, lines, strict=True):
        present = index.present(line.split())
        assert needs[source] <= present
        assert [other for other in sources if needs[other] <= present] == [source]
