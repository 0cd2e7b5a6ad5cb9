"""``nietpluis languages``: what a language still lacks before it may stand in the list (docs/adding-a-language.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from escalation.signal import LANGUAGES
from escalation.sms.answers import WORDS as NUMBER_WORDS

from . import strings
from .places import ROOT

MODEL = "en"
"""The language whose files show what has to be there."""

FEWEST_EXAMPLES = 40
FEWEST_URGENCY_EXAMPLES = 300
SETS = {"intents": 60, "urgency": 60, "language": 60}
_NLU, _WORDS = ROOT / "bot" / "data" / "nlu", ROOT / "bot" / "words"
_TRIAGE, _TESTS = ROOT / "escalation" / "triage", ROOT / "tests"


def missing_in(language: str) -> Iterator[str]:
    """Yield what ``language`` lacks, a sentence each that names the file; nothing when it is complete."""
    for look in _PARTS:
        yield from look(language)


def begun() -> tuple[str, ...]:
    """Return the languages of the product, and those for which any file is there."""
    folders = (*_NLU.iterdir(), *(path for path in _WORDS.iterdir() if path.is_dir()))
    return tuple(
        dict.fromkeys((*LANGUAGES, *strings.languages(), *sorted(path.name for path in folders)))
    )


def _in_the_list(language: str) -> Iterator[str]:
    if language not in LANGUAGES:
        yield "escalation/signal.py: LANGUAGES does not name it (last, when all else is there)"


def _catalogue(language: str) -> Iterator[str]:
    path = strings.path_of(language)
    if not path.is_file():
        yield f"{_shown(path)}: there is no catalogue (make strings)"
        return
    faults = [one for one in strings.check() if one.startswith(f"{language}: ")]
    if faults:
        yield f"{_shown(path)}: {len(faults)} sentences to mend, the first: {faults[0]}"


def _examples(language: str) -> Iterator[str]:
    counts = _intents_of(language)
    for intent, wanted in sorted(_intents_of(MODEL).items()):
        if wanted and counts[intent] < FEWEST_EXAMPLES:
            there = f"{counts[intent]} examples, at least {FEWEST_EXAMPLES}"
            yield f"{_shown(_NLU / language)}: {intent} has {there}"


def _intents_of(language: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for path in sorted((_NLU / language).glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            counts[block["intent"]] += len(block["examples"].splitlines())
    return counts


def _words(language: str) -> Iterator[str]:
    for model in sorted((_WORDS / MODEL).iterdir()):
        path = _WORDS / language / model.name
        if not path.is_file():
            yield f"{_shown(path)}: not there"
        elif path.suffix == ".yml":
            lacking = _keys(model) - _keys(path)
            if lacking:
                yield f"{_shown(path)}: lacks {', '.join(sorted(lacking))}"


def _keys(path: Path) -> set[str]:
    return {str(key) for key in yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)}


def _urgency(language: str) -> Iterator[str]:
    lexicon = _TRIAGE / "lexicon" / f"{language}.yml"
    if not lexicon.is_file():
        yield f"{_shown(lexicon)}: not there"
    examples = _TRIAGE / "examples" / f"{language}.jsonl"
    yield from _too_few_lines(examples, FEWEST_URGENCY_EXAMPLES)


def _tests(language: str) -> Iterator[str]:
    for folder in ("bot/words", "triage/sentences", "evaluation/conversations"):
        path = _TESTS / folder / f"{language}.yml"
        if not path.is_file():
            yield f"{_shown(path)}: not there"
    for name, fewest in SETS.items():
        yield from _too_few_lines(_TESTS / "evaluation" / name / f"{language}.jsonl", fewest)


def _back_translation(language: str) -> Iterator[str]:
    path = ROOT / "docs" / "translations" / f"{language}.md"
    if language != MODEL and not path.is_file():
        yield f"{_shown(path)}: the lines on which safety depends were not translated back yet"


def _numbers(language: str) -> Iterator[str]:
    if language not in yaml.safe_load(NUMBER_WORDS.read_text("utf-8"))["numbers"]:
        yield f"{_shown(NUMBER_WORDS)}: numbers in words are not there"


def _button(language: str) -> Iterator[str]:
    path = ROOT / "bot" / "domain" / "control.yml"
    if f'payload: "language:{language}"' not in path.read_text("utf-8"):
        yield f"{_shown(path)}: utter_language_which has no button for it"


def _too_few_lines(path: Path, fewest: int) -> Iterator[str]:
    lines = len(path.read_text("utf-8").splitlines()) if path.is_file() else 0
    if lines < fewest:
        yield f"{_shown(path)}: {lines} lines, at least {fewest}"


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


_PARTS: tuple[Callable[[str], Iterator[str]], ...] = (
    _catalogue,
    _examples,
    _words,
    _urgency,
    _tests,
    _back_translation,
    _numbers,
    _button,
    _in_the_list,
)
