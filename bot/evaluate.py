"""Says what the bot makes of texts: JSON lines in on standard input, one prediction a line out.

``python -m bot.evaluate intents --model FILE`` or ``python -m bot.evaluate language``, in the bot's
environment. In: ``{"lang": …, "text": …}``. Out: ``{"predicted": label or null, "confidence": 0..1}``.
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
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TextIO

PROGRESS_EVERY_SECONDS = 5.0

Prediction = dict[str, Any]
Predict = Callable[[str, str], Awaitable[Prediction]]


def main() -> int:
    """Read, predict, write; return the exit code."""
    arguments = _arguments()
    answers = _keep_standard_output_clean()
    lines = [json.loads(line) for line in sys.stdin.buffer if line.strip()]
    predict = _intents(arguments.model) if arguments.task == "intents" else _languages()
    asyncio.run(predict_all(lines, predict, answers, sys.stderr))
    return 0


async def predict_all(
    lines: Iterable[dict[str, str]], predict: Predict, answers: TextIO, progress: TextIO
) -> None:
    """Write one prediction for each line, in order, and say now and then how far it is."""
    waiting = list(lines)
    said_at = time.monotonic()
    for done, line in enumerate(waiting, start=1):
        answers.write(json.dumps(await predict(line["text"], line["lang"])) + "\n")
        if time.monotonic() - said_at >= PROGRESS_EVERY_SECONDS:
            said_at = time.monotonic()
            progress.write(f"asking the bot … {done} of {len(waiting)}\n")
            progress.flush()
    answers.flush()


def _intents(model: str) -> Predict:
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage
    from rasa.utils.log_utils import configure_structlog

    from bot.components.channel import guarded
    from bot.components.quiet_logs import install
    from bot.intents import FALLBACK

    configure_structlog(logging.ERROR)
    install()
    processor = Agent.load(model_path=model).processor
    if processor is None:
        raise SystemExit("The model could not be loaded.")

    async def predict(text: str, language: str) -> Prediction:
        # As in a conversation whose language is known but was not chosen.
        metadata = {"language": language, "language_chosen": False}
        parsed = await processor.parse_message(UserMessage(text=guarded(text), metadata=metadata))
        intent = parsed["intent"]
        name = None if intent["name"] == FALLBACK else intent["name"]
        return {"predicted": name, "confidence": intent["confidence"]}

    return predict


def _languages() -> Predict:
    from bot.components.language import EXAMPLES, detect
    from bot.components.letters import learn_letters

    letters = learn_letters(EXAMPLES)  # as in training; it takes seconds

    async def predict(text: str, _: str) -> Prediction:
        heard = detect(text, letters)
        if heard is None:
            return {"predicted": None, "confidence": 0.0}
        return {"predicted": heard["language"], "confidence": heard["confidence"]}

    return predict


def _keep_standard_output_clean() -> TextIO:
    """Return the real standard output; whatever libraries print there goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=("intents", "language"))
    parser.add_argument("--model", help="the trained model; needed for intents")
    arguments = parser.parse_args()
    if arguments.task == "intents" and not arguments.model:
        parser.error("--model is needed for intents")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
