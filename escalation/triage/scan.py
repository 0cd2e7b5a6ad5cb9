"""One sentence held against one lexicon: where its rules match, and which words around them change their meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from .lexicons import DangerRule, Lexicon, Rule
from .patterns import PAIR_GAP_WORDS, Pattern
from .tokens import COMMA, Sentence, Token

MASK = "_"
"""Stands in for words of a harmless phrase, so that no other rule reads them. No word: words hold no underscore."""

AnyRule = TypeVar("AnyRule", bound=Rule)

_TIMES = ("now", "soon", "past", "other_day")
_WEIGHED = (
    "weak_past",
    "habit",
    "law",
    "hypothesis",
    "if",
    "advice",
    "news",
    "hearsay",
    "told",
    "not_negation",
)


@dataclass(frozen=True)
class Span:
    """Tokens ``start`` up to but not including ``end``."""

    start: int
    end: int

    def within(self, other: Span) -> bool:
        """Tell whether this span lies inside a longer one."""
        return other.start <= self.start and self.end <= other.end and self != other


@dataclass(frozen=True)
class Match:
    """A danger rule that matched, and where."""

    rule: DangerRule
    span: Span


class Scan:
    """The spans that a sentence's words fill: contexts, cues and danger. Built once, asked often."""

    def __init__(self, sentence: Sentence, lexicon: Lexicon, *, forgiving: bool) -> None:
        self.lexicon = lexicon
        self.question = sentence.question
        self.tokens: tuple[Token, ...] = lexicon.speller.read(sentence.tokens, forgiving=forgiving)
        self.words = [token.text for token in self.tokens]
        self.known_words = sum(map(lexicon.speller.knows, self.words))
        self._present = lexicon.index.present(self.words)
        self._contexts: dict[str, tuple[Span, ...]] = {}
        self._lay_out()
        self._read_contexts()
        self.danger = tuple(self._dangers())

    def spans(self, context: str) -> tuple[Span, ...]:
        """Return the spans of a context, in order of its rules."""
        return self._contexts.get(context, ())

    def has(self, *contexts: str) -> bool:
        """Tell whether the sentence holds any of the contexts."""
        return any(self._contexts.get(context) for context in contexts)

    def cues(self) -> frozenset[str]:
        """Return the names of the cues that the sentence holds."""
        cues = self.lexicon.cues.items()
        return frozenset(name for name, rules in cues if any(True for _ in self._all(rules)))

    def clause(self, span: Span) -> Span:
        """Return the stretch around a span up to the nearest comma or word like "but" on either side."""
        start, end = span.start, span.end
        while start > 0 and not self.divides(start - 1):
            start -= 1
        while end < len(self.words) and not self.divides(end):
            end += 1
        return Span(start, end)

    def divides(self, place: int) -> bool:
        """Tell whether the word at this place ends a clause."""
        return self.words[place] == COMMA or self.words[place] in self.lexicon.boundaries

    def nearest(self, span: Span, within: Span, *contexts: str) -> int | None:
        """Return how many words part a span from the nearest of the contexts inside ``within``; None without any."""
        found = [
            max(0, other.start - span.end, span.start - other.end)
            for context in contexts
            for other in self.spans(context)
            if within.start <= other.start < within.end
        ]
        return min(found, default=None)

    def divided_by_but(self, start: int, end: int) -> bool:
        """Tell whether a word like "but" stands between two places."""
        return any(word in self.lexicon.boundaries for word in self.words[start:end])

    def masked(self, span: Span) -> bool:
        """Tell whether a harmless phrase covers the beginning or the end of a span."""
        return MASK in (self.words[span.start], self.words[span.end - 1])

    def typed(self, span: Span, text: str) -> str:
        """Return what stands in the text at a span, letter by letter."""
        return text[self.tokens[span.start].start : self.tokens[span.end - 1].end]

    def same_place(self, match: Match, scan: Scan) -> Match:
        """Return a match of another scan of the same sentence with the span that it has here."""
        start, end = scan.tokens[match.span.start].start, scan.tokens[match.span.end - 1].end
        places = [
            place
            for place, token in enumerate(self.tokens)
            if token.start < end and token.end > start
        ]
        return Match(match.rule, Span(places[0], places[-1] + 1))

    def _read_contexts(self) -> None:
        for context in ("harmless", "resolved"):
            self._contexts[context] = tuple(self._all(self.lexicon.contexts[context]))
            self._mask(self._contexts[context])
        times = {name: tuple(self._all(self.lexicon.contexts[name])) for name in _TIMES}
        every = [span for spans in times.values() for span in spans]
        for (
            name,
            spans,
        ) in times.items():  # "since last year" is not "last year": the longer phrase holds
            self._contexts[name] = tuple(
                span for span in spans if not any(span.within(other) for other in every)
            )
        for name in _WEIGHED:
            self._contexts[name] = tuple(self._all(self.lexicon.contexts[name]))

    def _dangers(self) -> Iterator[Match]:
        for rule in self._possible(self.lexicon.danger):
            yield from (Match(rule, span) for span in self._find(rule))

    def _mask(self, spans: Iterable[Span]) -> None:
        masked = False
        for span in spans:
            self.words[span.start : span.end] = [MASK] * (span.end - span.start)
            masked = True
        if masked:
            self._lay_out()

    def _lay_out(self) -> None:
        self._line = " " + " ".join(self.words) + " "
        self._starts: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        place = 0
        for number, word in enumerate(self.words):
            self._starts[place] = number
            place += 1 + len(word)
            self._ends[place] = number + 1

    def _all(self, rules: Iterable[Rule]) -> Iterator[Span]:
        for rule in self._possible(rules):
            yield from self._find(rule)

    def _possible(self, rules: Iterable[AnyRule]) -> list[AnyRule]:
        """Return the few rules of a thousand whose words are there."""
        present = self._present
        return [rule for rule in rules if rule.needs <= present]

    def _find(self, rule: Rule) -> list[Span]:
        found = self._run_spans(rule.pattern, 0)
        for run in range(1, len(rule.pattern.expressions)):
            found = _paired(found, self._run_spans(rule.pattern, run))
        return found

    def _run_spans(self, pattern: Pattern, run: int) -> list[Span]:
        matches = pattern.expressions[run].finditer(self._line)
        return [Span(self._starts[match.start()], self._ends[match.end()]) for match in matches]


def _paired(some: list[Span], others: list[Span]) -> list[Span]:
    pairs = []
    for one in some:
        for other in others:
            apart = max(one.start, other.start) - min(one.end, other.end)
            if 0 <= apart <= PAIR_GAP_WORDS:
                pairs.append(Span(min(one.start, other.start), max(one.end, other.end)))
                break
    return pairs
