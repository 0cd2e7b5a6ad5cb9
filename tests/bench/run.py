"""``make bench``: the product beside plain Rasa 3.6.21, and the ratios between them.

A turn of the product is HTTP in, sealed, stored, heard for danger, answered by the bot, stored, rendered, HTTP out.
A turn of plain Rasa is its stock REST channel, a form with an action server, and its own tracker.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench import danger, flood, live, load, sms, systems

CONCURRENT = (1, 10, 50)
TURNS_EACH = {1: 40, 10: 16, 50: 8}
MARKED_TURNS = (10, 60, 200)
NO_RUSH = {"NIETPLUIS_NEW_FROM_ONE_PLACE_MAX": "100000", "NIETPLUIS_NEW_OVERALL_MAX": "100000"}
"""The load comes from one place and is not a flood."""


def measure(running: systems.Running, open_one: Callable[[], load.Send]) -> dict[str, Any]:
    """Return every figure of one running system."""
    load.at_once(open_one, 2, 8)  # warm: first requests load what is loaded lazily
    figures: dict[str, Any] = {"ready_s": running.ready_seconds}
    for turn, milliseconds in load.cost_of_turns(open_one, MARKED_TURNS).items():
        figures[f"turn_{turn}_ms"] = milliseconds
    for conversations in CONCURRENT:
        found = load.at_once(open_one, conversations, TURNS_EACH[conversations])
        figures[f"p50_ms_at_{conversations}"] = found.p50_ms
        figures[f"p95_ms_at_{conversations}"] = found.p95_ms
        figures[f"turns_per_s_at_{conversations}"] = found.turns_per_second
    for name, mebibytes in running.memory_mib().items():
        figures[f"memory_mib_{name}"] = mebibytes
    return figures


def compare() -> tuple[dict[str, Any], dict[str, Any]]:
    """Train, run and measure both systems, one after the other."""
    with tempfile.TemporaryDirectory(prefix="nietpluis-bench-") as directory:
        work = Path(directory)
        say("training plain Rasa …")
        plain_training = systems.train_plain(work / "plain")
        say("training the product …")
        product_training = systems.train_product(work / "data")
        say("measuring plain Rasa …")
        with systems.plain_rasa(work / "plain") as running:
            plain = measure(running, partial(load.plain_conversation, running.base_url))
        say("measuring the product …")
        with systems.product(work / "data", NO_RUSH) as running:
            ours = measure(running, partial(load.product_conversation, running.base_url))
            desk = live.log_in(running.base_url, work / "data")
            ours |= live.person_to_person(running.base_url, desk)
            ours |= danger.at_once(running.base_url, desk, work / "data")
        say("flooding the product …")
        with systems.product(work / "data", flood.ROOM) as running:
            ours |= flood.measure(running.base_url, desk, work / "data")
    ours |= sms.measure(messages=sms.MESSAGES, kills=sms.KILLS)
    plain["training_s"], ours["training_s"] = plain_training, product_training
    return ours, plain


def report(ours: dict[str, Any], plain: dict[str, Any]) -> str:
    """Return one table: the product, plain Rasa, and the ratio."""
    lines = [f"{'':24}{'product':>12}{'plain Rasa':>12}{'ratio':>8}"]
    for name in [*ours, *(other for other in plain if other not in ours)]:
        one, other = ours.get(name), plain.get(name)
        ratio = f"{one / other:8.2f}" if one and other else f"{'':8}"
        shown = [f"{value:12.1f}" if value is not None else f"{'-':>12}" for value in (one, other)]
        lines.append(f"{name:24}{shown[0]}{shown[1]}{ratio}")
    growth = [
        f"{figures['turn_200_ms'] / figures['turn_10_ms']:12.2f}" for figures in (ours, plain)
    ]
    lines.append(f"{'turn 200 / turn 10':24}{growth[0]}{growth[1]}")
    return "\n".join(lines)


def say(what: str) -> None:
    """Show progress."""
    print(what, file=sys.stderr, flush=True)


def main() -> None:
    """Print the table, or JSON with ``--json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    as_json = parser.parse_args().json
    ours, plain = compare()
    print(json.dumps({"product": ours, "plain": plain}) if as_json else report(ours, plain))


if __name__ == "__main__":
    main()
