"""``python -m tests.bench.timing``: does the time that an answer takes tell what was wrong with a log-in or a receipt?

Each pair is measured in turns, so that whatever else the machine does falls on both alike. Printed for a pair: both
medians, and how often the second takes longer than the first (Mann and Whitney): 0.50 is no difference at all, 0.00
and 1.00 are two kinds that anybody can tell apart by one look.
"""

from __future__ import annotations

import argparse
import secrets
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import update

from escalation import access, conversation
from escalation.desk.sessions import authenticate, log_in
from escalation.errors import NietPluisError
from escalation.ports import Ports, VaultSettings
from escalation.store.session import make_engine, reading, unit_of_work
from escalation.store.tables import ScreenerRow
from escalation.vault.passwords import Argon2Cost
from escalation.vault.receipts import receipt_keys
from tests.builders import PASSWORD, build_house, join

SAMPLES = 300
COST = Argon2Cost()
Act = Callable[[], object]


def chance_longer(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how often a value of ``other`` is greater than one of ``one``; equal ones count half."""
    ordered = sorted(one)
    wins = sum(bisect_left(ordered, x) + bisect_right(ordered, x) for x in other)
    return wins / 2 / (len(one) * len(other))


def in_turns(one: Act, other: Act, samples: int) -> tuple[list[float], list[float]]:
    """Return how many milliseconds each took, measured one after the other."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(samples + 3):
        for place in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            with suppress(NietPluisError):
                (one, other)[place]()
            spent = (time.perf_counter() - began) * 1000
            if number >= 3:  # the first ones load what is loaded lazily
                taken[place].append(spent)
    return taken


def build(directory: Path) -> tuple[Ports, dict[str, str]]:
    """Return a house with full-cost passwords and receipts, and people in it: name → session token."""
    house = build_house(make_engine(f"sqlite:///{directory / 'timing.sqlite3'}"))
    vault = VaultSettings(b"s" * 16, COST, COST, server_key=house.vault.server_key)
    house = replace(house, vault=vault)
    joined = {name: join(house, name).session_token for name in ("Known", "Locked", "Gone")}
    with unit_of_work(house.sessions) as session:
        for name, values in (
            ("Locked", {"locked_until": house.clock() + timedelta(days=900)}),
            ("Gone", {"revoked_at": house.clock()}),
        ):
            session.execute(update(ScreenerRow).where(ScreenerRow.name == name).values(**values))
    return house, joined


def log_ins(house: Ports) -> dict[str, Act]:
    """Return the ways of failing to log in."""

    def failing(name: str, password: str) -> Act:
        def act() -> None:
            _unlock(house)
            log_in(house, name=name, password=password, totp="000000")

        return act

    return {
        "wrong password": failing("Known", "a wrong password, quite long"),
        "unknown name": failing("Nobody", PASSWORD),
        "wrong code": failing("Known", PASSWORD),
        "locked": failing("Locked", PASSWORD),
        "revoked": failing("Gone", PASSWORD),
    }


def _unlock(house: Ports) -> None:
    # Every try pays for this alike; without it the eighth failure would change what is measured.
    with unit_of_work(house.sessions) as session:
        session.execute(
            update(ScreenerRow).where(ScreenerRow.name == "Known").values(failed_logins=0)
        )


def receipts_and_tokens(house: Ports, staff_token: str) -> dict[str, tuple[Act, Act]]:
    """Return pairs of a right and a wrong receipt or token, up to the point at which an answer differs anyway."""
    opened = conversation.open_conversation(house, language="en")
    receipt, keys = access.prepare_receipt(house)
    with unit_of_work(house.sessions) as session:
        case = access.open_with_token(
            session, conversation_id=opened.id, token=opened.token, now=house.clock()
        )
        access.give_receipt(session, case, receipt, keys)

    def derive(digits: str) -> Act:
        return lambda: receipt_keys(digits, salt=house.vault.receipt_salt, cost=COST)

    def look_up(found: bytes) -> Act:
        def act() -> None:
            with reading(house.sessions) as session:
                session.get(access.ReceiptRow, found)

        return act

    def view(token: str) -> Act:
        return lambda: conversation.view(house, conversation_id=opened.id, token=token)

    wrong = "0" * 16 if receipt[0] != "0" else "9" * 16
    return {
        "receipt, derivation: right / wrong": (derive(receipt), derive(wrong)),
        "receipt, look-up: right / wrong": (look_up(keys.lookup), look_up(secrets.token_bytes(32))),
        "reporter's token: another's / made up": (view(staff_token), view("x" * 43)),
        "screener's token: a reporter's / made up": (
            lambda: authenticate(house, session_token=opened.token),
            lambda: authenticate(house, session_token="x" * 43),
        ),
    }


def main() -> None:
    """Print one line for each pair."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=SAMPLES)
    samples = parser.parse_args().samples
    with tempfile.TemporaryDirectory() as directory:
        house, joined = build(Path(directory))
        ways = log_ins(house)
        usual = ways.pop("wrong password")
        pairs = {f"log-in: wrong password / {name}": (usual, way) for name, way in ways.items()}
        pairs |= receipts_and_tokens(house, joined["Known"])
        print(f"{'':44}{'median ms':>20}{'longer':>8}   ({samples} each)")
        for name, (one, other) in pairs.items():
            first, second = in_turns(one, other, samples if "look" not in name else samples * 4)
            medians = f"{median(first):.3f} / {median(second):.3f}"
            print(f"{name:44}{medians:>20}{chance_longer(first, second):8.2f}", flush=True)


if __name__ == "__main__":
    main()
