"""Reads a language's lexicon file, checks it down to the single pattern, and keeps it ready for reading messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ..signal import FLAGS
from .index import PlaceIndex
from .patterns import Alternatives, Pattern, PatternError, read_alternatives, read_pattern
from .spelling import Speller

FOLDER = Path(__file__).parent / "lexicon"

DANGER_KINDS = ("ongoing", "event", "threat", "sign", "hint")
_DANGER_KEYS = {*DANGER_KINDS, "sign_counts_with", "hint_counts_with"}
CONTEXTS = (
    "harmless",
    "resolved",
    "now",
    "soon",
    "past",
    "other_day",
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
_SECTIONS = {
    "language",
    "spelling",
    "untouched",
    "words",
    "subjects",
    "boundaries",
    "joiners",
    "negation",
    "context",
    "cues",
    "danger",
}
_BUILT_IN_CUES = frozenset({"now", "soon"})


class LexiconError(ValueError):
    """A lexicon that cannot be used; the message names the file and the key."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file = file
        self.key = key


@dataclass(frozen=True)
class Rule:
    """A pattern with the places that must be present before it is worth trying."""

    pattern: Pattern
    needs: frozenset[int]


@dataclass(frozen=True)
class DangerRule(Rule):
    """A rule that raises a flag.

    ``kind`` is one of DANGER_KINDS; a sign or a hint is danger now only beside one of the sets of cues in
    ``counts_with``.
    """

    flag: str
    kind: str
    name: str
    counts_with: tuple[frozenset[str], ...]
    holds_negation: bool


@dataclass(frozen=True)
class Negation:
    """How many words before and after itself one negating word reaches."""

    before: int
    after: int


@dataclass(frozen=True)
class Lexicon:
    """One language: its rules, and the words that change what the rules mean."""

    language: str
    speller: Speller
    index: PlaceIndex
    contexts: Mapping[str, tuple[Rule, ...]]
    cues: Mapping[str, tuple[Rule, ...]]
    danger: tuple[DangerRule, ...]
    negations: Mapping[str, Negation]
    subjects: frozenset[str]
    boundaries: frozenset[str]
    joiners: frozenset[str]


def languages() -> tuple[str, ...]:
    """Return the languages that have a lexicon, in alphabetical order."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.yml")))


@cache
def load_lexicon(language: str) -> Lexicon:
    """Return a language's lexicon, read and checked once. Raises LexiconError."""
    return read_lexicon(FOLDER / f"{language}.yml")


def read_lexicon(file: Path) -> Lexicon:
    """Read and check one lexicon file. Raises LexiconError, naming the file and the key."""
    # Both loaders build plain values only; the compiled one, where it is there, is ten times as quick.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise LexiconError(file.name, f"line {line}", f"is not YAML: {error.problem}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LexiconError(file.name, "file", f"cannot be read ({type(error).__name__})") from error
    return _Reader(file.name, content).lexicon(file.stem)


class _Reader:
    """Walks through one file's content; knows at every step which key it is at."""

    def __init__(self, file: str, content: Any) -> None:
        self._file = file
        self._index = PlaceIndex()
        self._words: set[str] = set()
        self._content = self._mapping("file", content, allowed=_SECTIONS)
        self._word_lists = self._read_word_lists()

    def lexicon(self, language: str) -> Lexicon:
        if self._content.get("language") != language:
            raise LexiconError(self._file, "language", f"must be {language}, as the file is called")
        self._negations = self._read_negations()
        contexts = self._read_rules("context", set(CONTEXTS))
        cues = self._read_rules("cues", None)
        danger = self._read_danger(frozenset(cues) | _BUILT_IN_CUES)
        return Lexicon(
            language=language,
            speller=self._speller(danger),
            index=self._index,
            contexts={name: contexts.get(name, ()) for name in CONTEXTS},
            cues=cues,
            danger=danger,
            negations=self._negations,
            subjects=frozenset(self._alternatives("subjects")),
            boundaries=frozenset(self._alternatives("boundaries")),
            joiners=frozenset(self._alternatives("joiners")),
        )

    def _speller(self, danger: Iterable[DangerRule]) -> Speller:
        listed = self._mapping("spelling", self._content.get("spelling", {}), allowed=None)
        for typed, meant in listed.items():
            if not isinstance(typed, str) or not isinstance(meant, str):
                raise LexiconError(
                    self._file,
                    f"spelling.{typed}",
                    "both sides must be text (put quotes around it)",
                )
        function_words = {*self._alternatives("subjects"), *self._negations}
        return Speller(
            words=self._words | function_words,
            mended={word for rule in danger for word in rule.pattern.words()},
            listed=listed,
            untouched=self._alternatives("untouched"),
        )

    def _read_word_lists(self) -> dict[str, Alternatives]:
        raw = self._mapping("words", self._content.get("words", {}), allowed=None)
        lists: dict[str, Alternatives] = {}
        for name, entries in raw.items():  # a list may use the lists above it
            key = f"words.{name}"
            try:
                lists[name] = read_alternatives(self._texts(key, entries), lists)
            except PatternError as error:
                raise LexiconError(self._file, key, str(error)) from error
        return lists

    def _read_negations(self) -> dict[str, Negation]:
        entries = self._content.get("negation", [])
        if not isinstance(entries, list):
            raise LexiconError(self._file, "negation", "must be a list")
        found: dict[str, Negation] = {}
        for number, entry in enumerate(entries):
            key = f"negation[{number}]"
            group = self._mapping(key, entry, allowed={"words", "before", "after"})
            reach = [group.get(side, 0) for side in ("before", "after")]
            if not all(isinstance(words, int) and 0 <= words <= 10 for words in reach):
                raise LexiconError(
                    self._file, key, "before and after must be whole numbers from 0 to 10"
                )
            for word in self._texts(f"{key}.words", group.get("words")):
                found[read_alternatives([word], {})[0]] = Negation(*reach)
        return found

    def _read_rules(self, section: str, allowed: set[str] | None) -> dict[str, tuple[Rule, ...]]:
        groups = self._mapping(section, self._content.get(section, {}), allowed=allowed)
        return {
            name: tuple(
                self._rule(f"{section}.{name}[{i}]", source)
                for i, source in self._numbered(section, name, raw)
            )
            for name, raw in groups.items()
        }

    def _numbered(self, section: str, name: str, raw: Any) -> Iterable[tuple[int, str]]:
        return enumerate(self._texts(f"{section}.{name}", raw))

    def _read_danger(self, cues: frozenset[str]) -> tuple[DangerRule, ...]:
        flags = self._mapping("danger", self._content.get("danger"), allowed=set(FLAGS))
        found: list[DangerRule] = []
        for flag, raw in flags.items():
            kinds = self._mapping(f"danger.{flag}", raw, allowed=_DANGER_KEYS)
            for kind in DANGER_KINDS:
                counts_with = self._counts_with(f"danger.{flag}.{kind}_counts_with", kinds, cues)
                for number, source in self._numbered(f"danger.{flag}", kind, kinds.get(kind, [])):
                    found.append(self._danger_rule(flag, kind, number, source, counts_with))
        return tuple(found)

    def _danger_rule(
        self,
        flag: str,
        kind: str,
        number: int,
        source: str,
        counts_with: tuple[frozenset[str], ...],
    ) -> DangerRule:
        rule = self._rule(f"danger.{flag}.{kind}[{number}]", source)
        language = self._content["language"]
        holds_negation = any(word in self._negations for word in rule.pattern.words())
        name = f"{language} {flag} {kind}: {source}"
        return DangerRule(rule.pattern, rule.needs, flag, kind, name, counts_with, holds_negation)

    def _counts_with(
        self, key: str, kinds: Mapping[str, Any], cues: frozenset[str]
    ) -> tuple[frozenset[str], ...]:
        texts = self._texts(key, kinds.get(key.rpartition(".")[2], ["now"]))
        sets = tuple(frozenset(part.strip() for part in text.split("+")) for text in texts)
        for unknown in sorted(set().union(*sets) - cues):
            raise LexiconError(self._file, key, f"unknown cue {unknown}")
        return sets

    def _rule(self, key: str, source: str) -> Rule:
        try:
            pattern = read_pattern(source, self._word_lists)
        except PatternError as error:
            raise LexiconError(self._file, key, str(error)) from error
        self._words.update(pattern.words())
        return Rule(pattern, self._index.add(pattern))

    def _alternatives(self, key: str) -> Alternatives:
        try:
            return read_alternatives(self._texts(key, self._content.get(key, [])), self._word_lists)
        except PatternError as error:
            raise LexiconError(self._file, key, str(error)) from error

    def _mapping(self, key: str, raw: Any, *, allowed: set[str] | None) -> dict[str, Any]:
        if not isinstance(raw, dict):
            raise LexiconError(self._file, key, "must be a mapping")
        for name in raw:
            if allowed is not None and name not in allowed:
                raise LexiconError(self._file, f"{key}.{name}", "unknown key")
        return raw

    def _texts(self, key: str, raw: Any) -> list[str]:
        if not isinstance(raw, list):
            raise LexiconError(self._file, key, "must be a list")
        for number, entry in enumerate(raw):
            if not isinstance(entry, str) or not entry.strip():
                # YAML reads a bare no, off or 12 as something else than text
                raise LexiconError(
                    self._file, f"{key}[{number}]", "must be text (put quotes around it)"
                )
        return raw
