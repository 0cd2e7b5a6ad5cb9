"""Precision, recall and F1, counted exactly; of what is measured only the labels are known here.

Conventions: a label's precision is 0 when it was never predicted; macro is the plain mean over the
labels that are expected somewhere (one that is only ever predicted, wrongly, shows in its own row and
in micro); micro is over the sums of all labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

ACUTE = "acute"


@dataclass(frozen=True)
class Judged:
    """One line of data: what was expected, what was predicted, and where the line stands.

    With one label a line the sets hold one element; with several, any number.
    """

    language: str
    expected: frozenset[str]
    predicted: frozenset[str]
    place: str


def labels_of(flags: Iterable[str], *, acute: bool) -> frozenset[str]:
    """Return the labels of a message for ``Judged``: its flags, and ``acute`` where its level is."""
    return frozenset([*flags, *([ACUTE] if acute else [])])


@dataclass(frozen=True)
class Score:
    """Counts of one label or of a sum of labels, and what follows from them."""

    right: int
    wrongly_found: int
    missed: int

    @property
    def support(self) -> int:
        """How often the label is expected."""
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """Which part of what was found is right."""
        return _share(self.right, self.right + self.wrongly_found)

    @property
    def recall(self) -> float:
        """Which part of what is there was found."""
        return _share(self.right, self.support)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _share(2 * self.right, 2 * self.right + self.wrongly_found + self.missed)


@dataclass(frozen=True)
class Macro:
    """Plain means over labels."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Confusion:
    """``expected`` was taken for ``predicted``, ``count`` times; None stands for nothing at all."""

    expected: str | None
    predicted: str | None
    count: int
    places: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """The measures of one set of lines. ``exact`` is the share of lines that are wholly right."""

    count: int
    exact: float
    labels: dict[str, Score]
    micro: Score
    macro: Macro
    confusions: tuple[Confusion, ...] = field(repr=False)


MOST_CONFUSIONS = 10
MOST_PLACES = 5


def measure(lines: Sequence[Judged]) -> Result:
    """Return the measures of ``lines``; all zero when there are none."""
    labels = sorted({label for line in lines for label in line.expected | line.predicted})
    scores = {label: _score(label, lines) for label in labels}
    return Result(
        count=len(lines),
        exact=_share(sum(line.expected == line.predicted for line in lines), len(lines)),
        labels=scores,
        micro=_sum(scores.values()),
        macro=_mean([score for score in scores.values() if score.support]),
        confusions=_confusions(lines),
    )


def by_language(lines: Iterable[Judged]) -> dict[str, list[Judged]]:
    """Return the lines of each language, languages in alphabetical order."""
    grouped: dict[str, list[Judged]] = {}
    for line in lines:
        grouped.setdefault(line.language, []).append(line)
    return dict(sorted(grouped.items()))


def _score(label: str, lines: Sequence[Judged]) -> Score:
    right = wrongly_found = missed = 0
    for line in lines:
        is_there, was_found = label in line.expected, label in line.predicted
        right += is_there and was_found
        wrongly_found += was_found and not is_there
        missed += is_there and not was_found
    return Score(right, wrongly_found, missed)


def _sum(scores: Iterable[Score]) -> Score:
    kept = list(scores)
    return Score(
        sum(score.right for score in kept),
        sum(score.wrongly_found for score in kept),
        sum(score.missed for score in kept),
    )


def _mean(scores: Sequence[Score]) -> Macro:
    count = len(scores)
    return Macro(
        _share(sum(score.precision for score in scores), count),
        _share(sum(score.recall for score in scores), count),
        _share(sum(score.f1 for score in scores), count),
    )


def _confusions(lines: Iterable[Judged]) -> tuple[Confusion, ...]:
    counts: Counter[tuple[str | None, str | None]] = Counter()
    places: dict[tuple[str | None, str | None], list[str]] = {}
    for line in lines:
        for pair in _pairs(line):
            counts[pair] += 1
            places.setdefault(pair, []).append(line.place)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return tuple(
        Confusion(expected, predicted, count, tuple(places[expected, predicted][:MOST_PLACES]))
        for (expected, predicted), count in ordered[:MOST_CONFUSIONS]
    )


def _pairs(line: Judged) -> list[tuple[str | None, str | None]]:
    """Pair what was missed with what was found instead; with several labels there is no telling which."""
    missed, extra = sorted(line.expected - line.predicted), sorted(line.predicted - line.expected)
    if len(missed) == 1 and len(extra) == 1:
        return [(missed[0], extra[0])]
    return [(label, None) for label in missed] + [(None, label) for label in extra]


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
