"""``bot.evaluate``: one prediction a line, in order, and nothing else on standard output."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys

from bot.evaluate import Prediction, answer_all


async def echo(line: dict[str, str]) -> Prediction:
    return {"predicted": f"{line['lang']}:{line['text']}", "confidence": 1.0}


def test_predictions_come_in_the_order_of_the_lines() -> None:
    answers = io.StringIO()
    lines = [{"lang": "nl", "text": str(number)} for number in range(5)]
    asyncio.run(answer_all(lines, echo, answers, io.StringIO()))
    given = [json.loads(line)["predicted"] for line in answers.getvalue().splitlines()]
    assert given == [f"nl:{number}" for number in range(5)]


def test_standard_output_holds_predictions_alone() -> None:
    lines = '{"lang": "pl", "text": "Szef zabrał mi paszport i nie płaci"}\n\n{"lang": "nl", "text": "12 34"}\n'
    ended = subprocess.run(
        [sys.executable, "-m", "bot.evaluate", "language"],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    first, second = (json.loads(line) for line in ended.stdout.splitlines())
    assert first["predicted"] == "pl"
    assert 0.5 < first["confidence"] <= 1.0
    assert second == {"predicted": None, "confidence": 0.0}


def test_intents_cannot_be_asked_for_without_a_model() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot.evaluate", "intents"],
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 2
    assert "--model is needed" in ended.stderr
