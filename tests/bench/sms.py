"""Text messages under load and under fire; alone with ``python -m tests.bench.sms``, and part of ``make bench``.

The webhook is measured with the bot stopped. Then messages come in doubled and shuffled over many numbers, a bot says
each one back, and a stand-in for Twilio counts what goes out. Last the worker is killed again and again.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from tests.bench.echo_bot import echo_bot
from tests.bench.systems import free_port
from tests.sms.killing import environment_of, house_in, kill_often, settings_for, start_worker
from tests.sms.twilio_server import FakeTwilio, serving, signed_post
from web.config import Settings

ROOT = Path(__file__).resolve().parents[2]
WEBHOOK = "/sms/twilio"
MESSAGES, KILLS = 10_000, 20
PER_SECOND, WEBHOOK_SECONDS = 50, 20
DOUBLED = 0.3
EACH_NUMBER = 10
DELIVERING_THREADS = 8
QUIET_SECONDS = 60
HEARD = re.compile(r"Heard: (n\d+ m(\d+))\b")


def main() -> None:
    """Measure, and print one figure a line, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = measure(messages=asked.messages, kills=asked.kills)
    if asked.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:32}{value}")


def measure(*, messages: int, kills: int) -> dict[str, Any]:
    """Return every figure."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="nietpluis-sms-") as directory:
        work = Path(directory)
        say("the webhook, with the bot stopped …")
        figures |= webhook(work / "webhook")
        say(f"{messages} messages, {DOUBLED:.0%} of them delivered twice …")
        figures |= flood(work / "flood", messages)
        say(f"the worker, killed {kills} times …")
        figures |= killed(work / "killed", kills)
    return figures


def webhook(directory: Path) -> dict[str, Any]:
    """Return how long Twilio waits at ``PER_SECOND`` messages a second, none of which a bot answers."""
    with serving(FakeTwilio()) as twilio:
        settings = with_port(settings_for(directory, twilio))
        house_in(settings)
        with web_process(settings) as url, httpx.Client(base_url=url, trust_env=False) as client:
            took: list[float] = []
            threads = []
            began = time.perf_counter()
            for number in range(PER_SECOND * WEBHOOK_SECONDS):
                due = began + number / PER_SECOND
                time.sleep(max(0.0, due - time.perf_counter()))
                form = message(number % 200, number)
                thread = threading.Thread(target=_timed, args=(client, settings, form, due, took))
                thread.start()
                threads.append(thread)
            for thread in threads:
                thread.join()
    took.sort()
    assert len(took) == PER_SECOND * WEBHOOK_SECONDS
    return {
        "webhook_p50_ms": round(took[len(took) // 2], 1),
        "webhook_p99_ms": round(took[int(len(took) * 0.99)], 1),
        "webhook_longest_ms": round(took[-1], 1),
    }


def _timed(
    client: httpx.Client, settings: Settings, form: dict[str, str], due: float, took: list[float]
) -> None:
    signed_post(client, settings.world_url, WEBHOOK, form).raise_for_status()
    took.append((time.perf_counter() - due) * 1000)  # from when it was due: waiting in line counts


def flood(directory: Path, messages: int) -> dict[str, Any]:
    """Deliver messages doubled and shuffled while the worker answers; return what was lost, doubled or out of order."""
    deliveries = shuffled(messages, random.Random(1))
    with serving(FakeTwilio()) as twilio, echo_bot() as bot:
        settings = replace(with_port(settings_for(directory, twilio)), bot_url=bot)
        house_in(settings)
        with web_process(settings) as url:
            worker = start_worker(settings, NIETPLUIS_BOT_URL=bot, NIETPLUIS_BOT_SECRET="bench")
            began = time.perf_counter()
            _deliver(url, settings, deliveries)
            delivered = time.perf_counter() - began
            _wait_for(twilio, messages)
            answered = time.perf_counter() - began
            worker.terminate()
            worker.wait(timeout=60)
    heard: dict[str, list[int]] = defaultdict(list)
    for one in twilio.taken:
        heard[one.to] += [int(found[2]) for found in HEARD.finditer(one.body)]
    answers = sum(len(told) for told in heard.values())
    return {
        "messages": messages,
        "deliveries": sum(map(len, deliveries)),
        "deliveries_per_s": round(sum(map(len, deliveries)) / delivered, 1),
        "answers_per_s": round(answers / answered, 1),
        "never_answered": messages - sum(len(set(told)) for told in heard.values()),
        "answered_twice": answers - sum(len(set(told)) for told in heard.values()),
        "numbers_out_of_order": sum(told != sorted(told) for told in heard.values()),
    }


def shuffled(messages: int, chance: random.Random) -> list[list[dict[str, str]]]:
    """Return for each delivering thread what it delivers, in order.

    What one number sends arrives in the order in which it was sent, as far as first deliveries go; numbers are mixed,
    and a second delivery comes at any time after the first.
    """
    numbers = -(-messages // EACH_NUMBER)
    turns = [number for number in range(numbers) for _ in range(EACH_NUMBER)][:messages]
    chance.shuffle(turns)
    counted: dict[int, int] = defaultdict(int)
    placed: list[tuple[float, dict[str, str]]] = []
    for place, number in enumerate(turns):
        form = message(number, counted[number])
        counted[number] += 1
        placed.append((float(place), form))
        if chance.random() < DOUBLED:
            placed.append((chance.uniform(place + 0.1, messages), form))
    threads: list[list[dict[str, str]]] = [[] for _ in range(DELIVERING_THREADS)]
    for _, form in sorted(placed, key=lambda pair: pair[0]):
        threads[int(form["From"][-5:]) % DELIVERING_THREADS].append(form)
    return threads


def message(number: int, count: int) -> dict[str, str]:
    """Return one message of one number, as Twilio delivers it."""
    return {
        "MessageSid": f"SM{number:016x}{count:016x}",
        "From": f"+316200{number:05d}",
        "To": "+3197010200300",
        "Body": f"n{number} m{count}",
        "NumMedia": "0",
    }


def _deliver(url: str, settings: Settings, deliveries: list[list[dict[str, str]]]) -> None:
    def work(forms: list[dict[str, str]]) -> None:
        with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
            for form in forms:
                signed_post(client, settings.world_url, WEBHOOK, form).raise_for_status()

    threads = [threading.Thread(target=work, args=(forms,)) for forms in deliveries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _wait_for(twilio: FakeTwilio, messages: int) -> None:
    """Wait until every message was answered, or until nothing has moved for a minute."""
    count, since, shown = -1, time.monotonic(), 0.0
    while time.monotonic() - since < QUIET_SECONDS:
        now = sum(len(HEARD.findall(one.body)) for one in list(twilio.taken))
        if now >= messages:
            time.sleep(3)  # one too many would come now
            return
        if now != count:
            count, since = now, time.monotonic()
        if time.monotonic() - shown > 15:
            shown = time.monotonic()
            say(f"  {now} answered")
        time.sleep(0.5)


def killed(directory: Path, kills: int) -> dict[str, Any]:
    """Return what a worker that is killed ``kills`` times lost or doubled."""
    with serving(FakeTwilio()) as twilio:
        outcome = kill_often(
            directory, twilio, kills=kills, people=60, each=15, seed=7, unanswered=0.02
        )
    return {
        "kills": kills,
        "killed_sent": sum(len(texts) for texts in outcome.arrived.values()),
        "killed_lost": outcome.lost,
        "killed_doubled": outcome.doubled,
        "killed_in_order": outcome.in_order,
    }


def with_port(settings: Settings) -> Settings:
    """Return the settings with a port of their own; the world calls us by it."""
    return replace(settings, port=free_port())


@contextmanager
def web_process(settings: Settings) -> Iterator[str]:
    """The web side alone, as ``nietpluis up`` starts it; no bot listens where the settings say one does."""
    command = [sys.executable, "-m", "gunicorn", "--config", "python:web.operate.gunicorn_conf"]
    environment = environment_of(settings) | {
        "NIETPLUIS_PORT": str(settings.port),
        "NIETPLUIS_BOT_URL": settings.bot_url,
    }
    process = subprocess.Popen([*command, "web.app:create_app()"], cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{settings.port}"
    try:
        until = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{url}/health/live", trust_env=False).raise_for_status()
                break
            except httpx.HTTPError:
                assert time.monotonic() < until, "the web side did not start"
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def say(what: str) -> None:
    """Show progress."""
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
