"""Says what the bot makes of texts: JSON lines in on standard input, one prediction a line out.

``python -m bot.evaluate intents --model FILE`` or ``python -m bot.evaluate language``, in the bot's
environment. In: ``{"lang": …, "text": …}``. Out: ``{"predicted": label or null, "confidence": 0..1}``.
``conversations --model FILE`` takes whole conversations (bot/rehearsal.py) and gives ``{"fields": …, "questions": n}``.
Counting is left to ``nietpluis evaluate``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TextIO

PROGRESS_EVERY_SECONDS = 5.0

Prediction = dict[str, Any]
Answer = Callable[[dict[str, Any]], Awaitable[Prediction]]


def main() -> int:
    """Read, predict, write; return the exit code."""
    arguments = _arguments()
    answers = _keep_standard_output_clean()
    lines = [json.loads(line) for line in sys.stdin.buffer if line.strip()]
    answer = _ANSWERS[arguments.task](arguments.model)
    asyncio.run(answer_all(lines, answer, answers, sys.stderr))
    return 0


async def answer_all(
    lines: Iterable[dict[str, Any]], answer: Answer, answers: TextIO, progress: TextIO
) -> None:
    """Write one answer for each line, in order, and say now and then how far it is."""
    waiting = list(lines)
    said_at = time.monotonic()
    for done, line in enumerate(waiting, start=1):
        answers.write(json.dumps(await answer(line)) + "\n")
        if time.monotonic() - said_at >= PROGRESS_EVERY_SECONDS:
            said_at = time.monotonic()
            progress.write(f"asking the bot … {done} of {len(waiting)}\n")
            progress.flush()
    answers.flush()


def _processor(model: str) -> Any:
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    from bot.components.quiet_logs import install

    configure_structlog(logging.ERROR)
    install()
    processor = Agent.load(model_path=model).processor
    if processor is None:
        raise SystemExit("The model could not be loaded.")
    return processor


def _intents(model: str) -> Answer:
    from rasa.core.channels.channel import UserMessage

    from bot.components.channel import guarded
    from bot.intents import FALLBACK

    processor = _processor(model)

    async def predict(line: dict[str, Any]) -> Prediction:
        # As in a conversation whose language is known but was not chosen.
        metadata = {"language": line["lang"], "language_chosen": False}
        message = UserMessage(text=guarded(line["text"]), metadata=metadata)
        parsed = await processor.parse_message(message)
        intent = parsed["intent"]
        name = None if intent["name"] == FALLBACK else intent["name"]
        return {"predicted": name, "confidence": intent["confidence"]}

    return predict


def _languages(_: str | None) -> Answer:
    from bot.components.language import EXAMPLES, detect
    from bot.components.letters import learn_letters

    letters = learn_letters(EXAMPLES)  # as in training; it takes seconds

    async def predict(line: dict[str, Any]) -> Prediction:
        heard = detect(line["text"], letters)
        if heard is None:
            return {"predicted": None, "confidence": 0.0}
        return {"predicted": heard["language"], "confidence": heard["confidence"]}

    return predict


def _conversations(model: str) -> Answer:
    from rasa.core.channels.channel import UserMessage

    from bot.components.channel import guarded
    from bot.components.nlg import TemplateAndArguments
    from bot.rehearsal import Rehearsal

    processor = _processor(model)
    texts = TemplateAndArguments(domain=processor.domain)

    async def parse(text: str, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        message = UserMessage(text=guarded(text), metadata=dict(metadata))
        return dict(await processor.parse_message(message))

    async def play(line: dict[str, Any]) -> Prediction:
        rehearsal = Rehearsal(texts, parse, line["lang"])
        await rehearsal.play(line)
        return {
            "fields": rehearsal.fields,
            "questions": rehearsal.questions,
            "unsaid": sorted(rehearsal.unsaid),
        }

    return play


_ANSWERS: Mapping[str, Callable[[Any], Answer]] = {
    "intents": _intents,
    "language": _languages,
    "conversations": _conversations,
}


def _keep_standard_output_clean() -> TextIO:
    """Return the real standard output; whatever libraries print there goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=tuple(_ANSWERS))
    parser.add_argument("--model", help="the trained model; needed but for language")
    arguments = parser.parse_args()
    if arguments.task != "language" and not arguments.model:
        parser.error(f"--model is needed for {arguments.task}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
