"""``nietpluis evaluate``: reads labelled lines, asks the product what it makes of them, and counts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from escalation import triage
from escalation.signal import FLAGS
from web.config import Settings

from .botworld import bot_environment
from .conversations import as_question, judge_fields, read_conversations
from .metrics import ACUTE, Judged, labels_of
from .places import ROOT, DataDirectory, bot_python
from .problems import OperatorError
from .progress import Progress
from .scoreboard import as_data, as_table
from .training import train_if_stale


@dataclass(frozen=True)
class Example:
    """One line of a file. ``place`` is the file's name and the line's number."""

    place: str
    language: str
    text: str
    expected: frozenset[str]


def evaluate_files(task: str, files: Sequence[Path], settings: Settings, *, as_json: bool) -> str:
    """Return the table (or the JSON text) for ``task``: intents, urgency, language or fields.

    Raises OperatorError for a line that cannot be read, with its file and number.
    """
    if task == "fields":
        judged, said = _judge_conversations(files, settings)
        table = _shown(task, judged, as_json=as_json)
        return table if as_json else f"{table}\n{said}"
    examples = list(read_examples(task, files))
    if not examples:
        raise OperatorError("There is nothing to measure: the files hold no line.")
    progress = Progress(sys.stderr)
    predict = predict_urgency if task == "urgency" else _asking_the_bot(task, settings)
    judged = judge(examples, predict(examples, progress))
    progress.done(f"{len(judged)} lines measured")
    return _shown(task, judged, as_json=as_json)


def _shown(task: str, judged: Sequence[Judged], *, as_json: bool) -> str:
    if as_json:
        return json.dumps(as_data(task, judged), ensure_ascii=False, indent=2)
    return "\n".join(as_table(task, judged))


def _judge_conversations(files: Sequence[Path], settings: Settings) -> tuple[list[Judged], str]:
    """Play all conversations; return the judgements, and a sentence about how many questions it took."""
    conversations = read_conversations(files)
    progress = Progress(sys.stderr)
    answers = ask_bot("conversations", map(as_question, conversations), settings, progress)
    progress.done(f"{len(answers)} conversations played")
    judged: list[Judged] = []
    for conversation, answer in zip(conversations, answers, strict=True):
        judged.extend(judge_fields(conversation, answer["fields"], answer["unsaid"]))
    mean = sum(answer["questions"] for answer in answers) / max(len(answers), 1)
    return judged, f"questions asked in a conversation, mean: {mean:.1f}"


def read_examples(task: str, files: Iterable[Path]) -> Iterator[Example]:
    """Yield the examples of all files. Raises OperatorError with file and line number."""
    for path in files:
        with path.open("rb") as handle:
            for number, raw in enumerate(handle, start=1):
                if raw.strip():
                    yield _example(task, raw, f"{path}:{number}")


def judge(examples: Sequence[Example], predictions: Iterable[frozenset[str]]) -> list[Judged]:
    """Put what was expected beside what was predicted, in order."""
    return [
        Judged(example.language, example.expected, predicted, example.place)
        for example, predicted in zip(examples, predictions, strict=True)
    ]


Predict = Callable[[Sequence[Example], Progress], list[frozenset[str]]]


def predict_urgency(examples: Sequence[Example], progress: Progress) -> list[frozenset[str]]:
    """Return the flags of each text, and ``acute`` when its level is. Raises OperatorError."""
    found = []
    for done, example in enumerate(examples, start=1):
        try:
            assessment = triage.read_text(example.text, example.language)
        except triage.LexiconError as error:
            raise OperatorError(f"A lexicon cannot be read. {error}") from error
        flags = (raised.flag for raised in assessment.flags)
        found.append(labels_of(flags, acute=assessment.level == ACUTE))
        progress.show(f"assessing … {done} of {len(examples)}")
    return found


def _example(task: str, raw: bytes, place: str) -> Example:
    try:
        data = json.loads(raw)
    except ValueError as error:
        raise OperatorError(f"{place}: this is not a line of JSON.") from error
    if not isinstance(data, dict):
        raise OperatorError(f'{place}: expected an object with "lang" and "text".')
    language, text = _string(data, "lang", place), _string(data, "text", place)
    return Example(place, language, text, _expected(task, data, place))


def _expected(task: str, data: Mapping[str, Any], place: str) -> frozenset[str]:
    if task == "intents":
        return frozenset({_string(data, "intent", place)})
    if task == "language":
        return frozenset({_string(data, "lang", place)})
    flags, acute = data.get("flags", []), data.get("acute")
    if not isinstance(acute, bool):
        raise OperatorError(f'{place}: "acute" must be true or false.')
    if not isinstance(flags, list) or not all(flag in FLAGS for flag in flags):
        raise OperatorError(f'{place}: "flags" must be a list of: {", ".join(FLAGS)}.')
    return labels_of(flags, acute=acute)


def _string(data: Mapping[str, Any], name: str, place: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        raise OperatorError(f'{place}: "{name}" must be a text that is not empty.')
    return value


def _asking_the_bot(task: str, settings: Settings) -> Predict:
    def predict(examples: Sequence[Example], progress: Progress) -> list[frozenset[str]]:
        answers = ask_bot(task, map(_question, examples), settings, progress)
        return [_prediction(answer) for answer in answers]

    return predict


def ask_bot(
    task: str, questions: Iterable[str], settings: Settings, progress: Progress
) -> list[dict[str, Any]]:
    """Give the lines to ``bot.evaluate`` and return its answers, in order. Raises OperatorError when one is missing."""
    lines = list(questions)
    data = DataDirectory(settings.data_directory)
    data.prepare()
    data.scratch.mkdir(mode=0o700, exist_ok=True)
    python = bot_python()
    command = [str(python), "-m", "bot.evaluate", task]
    if task != "language":
        command += ["--model", str(train_if_stale(data, python, progress))]
    ended = subprocess.run(
        command,
        input="".join(lines).encode(),
        stdout=subprocess.PIPE,
        env=dict(bot_environment(data)),
        cwd=ROOT,
        check=False,
    )
    answers = ended.stdout.decode("utf-8", "replace").splitlines()
    if ended.returncode != 0 or len(answers) != len(lines):
        raise OperatorError(
            f"The bot answered {len(answers)} of {len(lines)} lines and ended with code "
            f"{ended.returncode}. What it said stands above."
        )
    return [json.loads(answer) for answer in answers]


def _question(example: Example) -> str:
    return json.dumps({"lang": example.language, "text": example.text}) + "\n"


def _prediction(answer: Mapping[str, Any]) -> frozenset[str]:
    """Read one answer; a bot that would not say (null) predicted nothing."""
    predicted = answer["predicted"]
    return frozenset() if predicted is None else frozenset({str(predicted)})
