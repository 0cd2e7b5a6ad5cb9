"""``python -m tests.bench.flood``: 5,000 new conversations in a minute from one address, with people in danger there.

Who floods opens without a proof and writes the same words of danger, or a link, wherever it gets in. Meanwhile people
at the same address open a conversation, solve the puzzle where one is asked for, and write; others have no script and
write on the page that waits. The clients run on the same machine.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import httpx
from altcha import Challenge, Payload, solve_challenge

from tests.bench import live, systems

ADDRESS = {"X-Forwarded-For": "198.51.100.7"}
OPENINGS = 5_000
SECONDS = 60
CLIENTS = 24
PEOPLE = 20
QUIET = 10
"""People who write before the flood begins, for comparison: what the machine itself costs."""

FLOODED = ("help he has a knife he locked us in and he kills her now", "see https://example.org/a")
DANGER = "help he has a knife, he locked us in at number {number} and says he kills her now"
OPENING = json.dumps({"language": "en", "without_proof": True})
ABUSE_HEADERS = {**ADDRESS, "Content-Type": "application/json"}
HUNG_UP = {"BrokenPipeError", "RemoteDisconnected", "ConnectionResetError"}
"""A connection that was kept too long; the next try makes a new one."""

ROOM = {"NIETPLUIS_TRUSTED_PROXIES": "1"}


def measure(base_url: str, desk: dict[str, str], data: Path) -> dict[str, float]:
    """Flood, and return what became of it and how long people in danger waited."""
    quiet = [_person(base_url, number)[1] for number in range(PEOPLE, PEOPLE + QUIET)]
    met: Counter[str] = Counter()
    numbers = iter(range(OPENINGS))
    lock = threading.Lock()
    began = time.monotonic()
    flood = [
        threading.Thread(target=_flood, args=(base_url, numbers, lock, met, began))
        for _ in range(CLIENTS)
    ]
    for thread in flood:
        thread.start()
    time.sleep(3)  # the rush has begun
    opened: list[float] = []
    answered: list[float] = []
    at_the_door: list[float] = []
    for number in range(PEOPLE):
        if not any(thread.is_alive() for thread in flood):
            break  # only what was waited during the flood counts
        first, second = _person(base_url, number)
        opened.append(first)
        answered.append(second)
        at_the_door.append(_person_without_script(base_url, number))
        time.sleep(1)
    for thread in flood:
        thread.join()
    seconds = time.monotonic() - began
    with httpx.Client(base_url=base_url, headers=desk, timeout=30, trust_env=False) as client:
        waiting = client.get("/api/v1/desk/cases?state=waiting").json()["cases"]
    acute = sum(case["level"] == "acute" for case in waiting)
    return {
        "flood_seconds": seconds,
        **{f"flood_{what}": float(count) for what, count in sorted(met.items())},
        "flood_set_aside": float(_set_aside(data)),
        "desk_acute_shown": float(acute),
        "people_in_danger": float(len(quiet) + len(opened) + len(at_the_door)),
        "person_before_flood_p95_ms": _p95(quiet),
        "person_open_p95_ms": _p95(opened),
        "person_answer_p95_ms": _p95(answered),
        "person_answer_longest_ms": max(answered),
        "person_without_script_p95_ms": _p95(at_the_door),
    }


def _flood(
    base_url: str, numbers: Iterator[int], lock: threading.Lock, met: Counter[str], began: float
) -> None:
    # Not httpx: who floods does not spend the processor that the product needs on this machine.
    client = HTTPConnection(base_url.removeprefix("http://"), timeout=60)
    while True:
        with lock:
            number = next(numbers, None)
        if number is None:
            return
        time.sleep(max(0.0, began + number * SECONDS / OPENINGS - time.monotonic()))
        text = FLOODED[number % len(FLOODED)]
        what = _abuse(client, base_url, text)
        if what in HUNG_UP:
            what = _abuse(client, base_url, text)
        with lock:
            met[what] += 1


def _abuse(client: HTTPConnection, base_url: str, text: str) -> str:
    try:
        client.request("POST", "/api/v1/conversations", OPENING, ABUSE_HEADERS)
        sent = client.getresponse()
        body = sent.read()
    except (OSError, HTTPException) as error:
        client.close()
        return type(error).__name__
    if sent.status == httpx.codes.TOO_MANY_REQUESTS:
        return "asked_for_proof"
    if sent.status != httpx.codes.CREATED:
        return f"answered_{sent.status}"
    with httpx.Client(base_url=base_url, headers=ADDRESS, timeout=60, trust_env=False) as writer:
        _write(writer, json.loads(body), text)
    return "admitted"


def _write(client: httpx.Client, opened: dict[str, str], text: str) -> list[dict[str, object]]:
    headers = {"Authorization": f"Bearer {opened['token']}"}
    body = {"text": text, "client_id": "first"}
    sent = client.post(f"/api/v1/conversations/{opened['id']}/messages", json=body, headers=headers)
    turns: list[dict[str, object]] = sent.raise_for_status().json()["turns"]
    return turns


def _person(base_url: str, number: int) -> tuple[float, float]:
    """Return the milliseconds until the conversation was open, and from sending the message to its answer."""
    with httpx.Client(base_url=base_url, headers=ADDRESS, timeout=60, trust_env=False) as client:
        began = time.perf_counter()
        sent = client.post("/api/v1/conversations", json={"language": "en"})
        if sent.status_code == httpx.codes.TOO_MANY_REQUESTS:
            proof = _solved(sent.json()["challenge"])
            sent = client.post("/api/v1/conversations", json={"language": "en", "proof": proof})
        opened = sent.raise_for_status().json()
        written = time.perf_counter()
        turns = _write(client, opened, DANGER.format(number=number))
        answered = time.perf_counter()
        assert any(turn["author"] == "bot" for turn in turns), "not answered"
    return (written - began) * 1000, (answered - written) * 1000


def _person_without_script(base_url: str, number: int) -> float:
    """Return the milliseconds from sending the words on the page that waits to the chat that shows the answer."""
    with httpx.Client(base_url=base_url, headers=ADDRESS, timeout=60, trust_env=False) as client:
        began = time.perf_counter()
        text = DANGER.format(number=f"{number}b")
        sent = client.post("/start", data={"language": "en", "text": text}, follow_redirects=True)
        assert sent.url.path == "/chat" and "turn--bot" in sent.text, "did not come in"
    return (time.perf_counter() - began) * 1000


def _solved(challenge: dict[str, object]) -> str:
    read = Challenge.from_dict(challenge)
    solution = solve_challenge(read)
    assert solution
    return Payload(read, solution).to_base64()


def _set_aside(data: Path) -> int:
    with sqlite3.connect(f"file:{data / 'nietpluis.sqlite3'}?mode=ro", uri=True) as store:
        found = store.execute(
            "SELECT count(*) FROM conversations WHERE set_aside IN ('repeated', 'links')"
        )
        return int(found.fetchone()[0])


def _p95(milliseconds: list[float]) -> float:
    return sorted(milliseconds)[int(len(milliseconds) * 0.95)]


def main() -> None:
    """Run the product and print every figure. With NIETPLUIS_MODELS the model there is used, else one is trained."""
    with tempfile.TemporaryDirectory(prefix="nietpluis-flood-") as directory:
        data = Path(directory)
        systems.train_product(data)
        with systems.product(data, ROOM) as running:
            desk = live.log_in(running.base_url, data)
            for name, figure in measure(running.base_url, desk, data).items():
                print(f"{name:32}{figure:12.1f}")


if __name__ == "__main__":
    main()
