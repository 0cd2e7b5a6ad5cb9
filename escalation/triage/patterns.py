"""The little language in which a lexicon writes what people type, compiled to regular expressions over words.

``deur*`` starts with, ``*deur`` ends with, ``5-17`` a number from 5 to 17, ``<number>`` any number,
``<door>`` a word list of the lexicon, ``(a|b c)`` one of, ``[a|b]`` one of or nothing, ``!(a|b)`` not followed by,
``...`` up to four words between, ``...8`` up to eight, ``a & b`` both in one sentence, in any order, at most eight
words apart, ``^`` at the start of a sentence or right after a comma, ``$`` at the end of one or right before.
Brackets may stand in brackets; gaps and pairs may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .tokens import plain

DEFAULT_GAP_WORDS = 4
PAIR_GAP_WORDS = 8

Alternatives = tuple[str, ...]
"""The ways to fill one place of a pattern, each one or more words parted by single spaces."""

_SIGN = re.compile(r"\s*(?P<sign>!\(|[()\[\]|&]|\.\.\.\d*|[^\s()\[\]|&!]+)")
_RANGE = re.compile(r"(\d{1,4})-(\d{1,4})")
_LONGEST_RANGE = 300
_WORD = re.compile(r"\*?[^\W_]+\*?|,")
ANY_NUMBER = "#"
_CLOSED_BY = {"(": ")", "[": "]", "!(": ")"}


class PatternError(ValueError):
    """A pattern or a word list that cannot be read; the message says which part."""


@dataclass(frozen=True)
class Place:
    """One place of a pattern: filled by one of the alternatives, or left empty when ``optional``.

    A ``barred`` place is the opposite: none of the alternatives may follow here.
    """

    alternatives: Alternatives
    optional: bool = False
    barred: bool = False

    @property
    def needed(self) -> bool:
        """Whether one of the alternatives must stand in the sentence."""
        return not (self.optional or self.barred)


@dataclass(frozen=True)
class Gap:
    """Up to ``words`` words that the pattern does not look at."""

    words: int


@dataclass(frozen=True)
class Edge:
    """The start or the end of a sentence, or of a part that commas set off."""

    expression: str


_EDGES = {"^": Edge(r"(?:^|(?<= ,))"), "$": Edge(r"(?= (?:,|$))")}

Run = tuple["Place | Gap | Edge", ...]
Tree = dict[str, "Tree"]


@dataclass(frozen=True)
class Pattern:
    """A pattern as written (``source``) and as read: one run, or several that all must stand in the sentence."""

    source: str
    runs: tuple[Run, ...] = field(repr=False)

    @cached_property
    def expressions(self) -> tuple[re.Pattern[str], ...]:
        """One compiled expression a run. Compiled at first need: most patterns wait long for their words."""
        return tuple(re.compile("".join(_part_regex(part) for part in run)) for run in self.runs)

    @cached_property
    def needed(self) -> tuple[Alternatives, ...]:
        """The places without which the pattern cannot match."""
        return tuple(
            part.alternatives
            for run in self.runs
            for part in run
            if isinstance(part, Place) and part.needed
        )

    def words(self) -> Iterator[str]:
        """Every word or stem that the pattern mentions."""
        for run in self.runs:
            for part in run:
                if isinstance(part, Place) and not part.barred:
                    for alternative in part.alternatives:
                        yield from alternative.split(" ")


def read_pattern(source: str, word_lists: Mapping[str, Alternatives]) -> Pattern:
    """Return the pattern that ``source`` describes. Raises PatternError."""
    signs = _Signs(source)
    runs: list[Run] = []
    run: list[Place | Gap | Edge] = []
    while signs.ahead:
        sign = signs.take()
        if sign == "&":
            runs.append(_checked_run(run))
            run = []
        elif sign.startswith("..."):
            run.append(Gap(int(sign[3:] or DEFAULT_GAP_WORDS)))
        elif sign in _EDGES:
            run.append(_EDGES[sign])
        elif sign in _CLOSED_BY:
            inside = _read_choice(signs, _CLOSED_BY[sign], word_lists)
            run.append(
                Place(tuple(dict.fromkeys(inside)), optional=sign == "[", barred=sign == "!(")
            )
        else:
            run.append(Place(_word_ways(sign, word_lists)))
    runs.append(_checked_run(run))
    return Pattern(source, tuple(runs))


def read_alternatives(
    entries: Sequence[str], word_lists: Mapping[str, Alternatives]
) -> Alternatives:
    """Return the alternatives that the entries describe, word lists filled in. Raises PatternError."""
    found: dict[str, None] = {}
    for entry in entries:
        signs = _Signs(entry)
        found.update(dict.fromkeys(_read_sequence(signs, word_lists)))
        if signs.ahead:
            raise PatternError(f"cannot read {signs.ahead!r} here")
    return tuple(found)


class _Signs:
    """The words and brackets of a pattern, one after the other."""

    def __init__(self, source: str) -> None:
        self._signs = [match["sign"] for match in _SIGN.finditer(source)]
        if "".join(self._signs) != "".join(source.split()):
            raise PatternError("a stray ! or another sign that cannot be read")
        self._place = 0

    @property
    def ahead(self) -> str:
        """The sign that comes next, or nothing at the end."""
        return self._signs[self._place] if self._place < len(self._signs) else ""

    def take(self) -> str:
        """Return the next sign and step past it."""
        sign = self.ahead
        self._place += 1
        return sign


def _read_choice(signs: _Signs, closing: str, word_lists: Mapping[str, Alternatives]) -> list[str]:
    ways = list(_read_sequence(signs, word_lists))
    while signs.ahead == "|":
        signs.take()
        ways.extend(_read_sequence(signs, word_lists))
    if signs.take() != closing:
        raise PatternError(
            f"a bracket that is not closed by {closing}, or a gap or pair inside brackets"
        )
    return ways


def _read_sequence(signs: _Signs, word_lists: Mapping[str, Alternatives]) -> list[str]:
    ways = [""]
    while signs.ahead and signs.ahead not in "|&)]" and not signs.ahead.startswith("..."):
        sign = signs.take()
        if sign in _CLOSED_BY:
            inside = _read_choice(signs, _CLOSED_BY[sign], word_lists) + (
                [""] if sign == "[" else []
            )
        else:
            inside = list(_word_ways(sign, word_lists))
        ways = [f"{way} {each}".strip() for way in ways for each in inside]
    if "" in ways:
        raise PatternError("an empty choice")
    return ways


def _word_ways(word: str, word_lists: Mapping[str, Alternatives]) -> Alternatives:
    if word == "<number>":
        return (ANY_NUMBER,)
    if word.startswith("<") and word.endswith(">"):
        if word[1:-1] not in word_lists:
            raise PatternError(f"unknown word list {word}")
        return word_lists[word[1:-1]]
    numbers = _RANGE.fullmatch(word)
    if numbers:
        if not 0 <= int(numbers[2]) - int(numbers[1]) < _LONGEST_RANGE:
            raise PatternError(f"a range upwards of at most {_LONGEST_RANGE} numbers, not {word}")
        return tuple(str(number) for number in range(int(numbers[1]), int(numbers[2]) + 1))
    compared = plain(word).replace("'", "")
    if not _WORD.fullmatch(compared) or (compared.startswith("*") and compared.endswith("*")):
        raise PatternError(f"not a word: {word!r}")
    return (compared,)


def _checked_run(run: Sequence[Place | Gap | Edge]) -> Run:
    if not any(isinstance(part, Place) and part.needed for part in run):
        raise PatternError("needs at least one word that must stand there")
    if isinstance(run[0], Gap) or isinstance(run[-1], Gap):
        raise PatternError("a gap stands between two words, not at an end")
    return tuple(run)


def _part_regex(part: Place | Gap | Edge) -> str:
    if isinstance(part, Edge):
        return part.expression
    if isinstance(part, Gap):
        return rf"(?: [^ ]+){{0,{part.words}}}?"
    choice = f" {_choice_regex(part.alternatives)}(?= )"
    return f"(?!{choice})" if part.barred else f"(?:{choice}){'?' if part.optional else ''}"


def _choice_regex(alternatives: Alternatives) -> str:
    # Common beginnings are shared, so that a long word list costs no more than the word it is held against.
    tree: Tree = {}
    for alternative in alternatives:
        node = tree
        for char in alternative:
            node = node.setdefault(char, {})
        node[""] = {}
    return _tree_regex(tree)


def _tree_regex(tree: Tree) -> str:
    branches = [_unit_regex(char) + _tree_regex(below) for char, below in tree.items() if char]
    if not branches:
        return ""
    if len(branches) == 1 and "" not in tree:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if '' in tree else ''}"


def _unit_regex(char: str) -> str:
    if char == "*":
        return "[^ ]*"
    return r"\d+" if char == ANY_NUMBER else re.escape(char)
