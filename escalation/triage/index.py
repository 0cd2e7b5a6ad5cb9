"""Which patterns can match at all, given the words of a sentence: the reason why a thousand patterns stay cheap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .patterns import ANY_NUMBER, Alternatives, Pattern

Key = tuple[str, str]


class PlaceIndex:
    """Numbers every place (a set of alternatives) and finds, by its words, which places a sentence can fill."""

    def __init__(self) -> None:
        self._numbers: dict[Alternatives, int] = {}
        self._whole: dict[str, list[int]] = {}
        self._starts: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}

    def add(self, pattern: Pattern) -> frozenset[int]:
        """Take in a pattern; return the numbers of the places without which it cannot match."""
        return frozenset(self._number(alternatives) for alternatives in pattern.needed)

    def _number(self, alternatives: Alternatives) -> int:
        number = self._numbers.get(alternatives)
        if number is None:
            number = self._numbers[alternatives] = len(self._numbers)
            for alternative in alternatives:
                self._register(max(alternative.split(" "), key=len), number)
        return number

    def _register(self, word: str, number: int) -> None:
        if word.endswith("*"):
            self._starts.setdefault(word[:-1], []).append(number)
        elif word.startswith("*"):
            self._ends.setdefault(word[1:], []).append(number)
        else:
            self._whole.setdefault(word, []).append(number)

    def present(self, words: Iterable[str]) -> frozenset[int]:
        """Return the numbers of the places that these words may fill."""
        found: set[int] = set()
        for word in words:
            for numbers in self._filled_by(word):
                found.update(numbers)
        return frozenset(found)

    def _filled_by(self, word: str) -> Iterator[list[int]]:
        whole = self._whole.get(ANY_NUMBER if word.isdecimal() else word)
        if whole:
            yield whole
        if word.isdecimal() and word in self._whole:
            yield self._whole[word]
        for length in range(1, len(word) + 1):
            if word[:length] in self._starts:
                yield self._starts[word[:length]]
            if word[-length:] in self._ends:
                yield self._ends[word[-length:]]
