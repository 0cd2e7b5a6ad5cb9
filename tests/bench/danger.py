"""Many people in danger at the same moment: how long until the desk shows each, and until each page was handed over."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx

PEOPLE = 50
MESSAGE = "help he has a knife, he locked us in room {number} and says he kills her now"
"""In fifty words of their own: the same words from very many would be a flood."""

PATIENCE_S = 60


def at_once(base_url: str, desk: dict[str, str], data: Path) -> dict[str, float]:
    """Return p95 milliseconds from sending an acute message to the desk's event and to the page's hand-over."""
    limits = httpx.Limits(max_connections=PEOPLE, max_keepalive_connections=PEOPLE)
    with httpx.Client(base_url=base_url, timeout=60, trust_env=False, limits=limits) as client:
        opened = [
            client.post("/api/v1/conversations", json={"language": "en"}).json()
            for _ in range(PEOPLE)
        ]
        sent: dict[str, float] = {}
        shown: dict[str, float] = {}
        watching = threading.Event()
        eye = threading.Thread(target=_watch, args=(base_url, desk, shown, watching), daemon=True)
        eye.start()
        watching.wait(10)
        # One client for all: making fifty of them would keep the processor busier than the product does.
        people = [
            threading.Thread(target=_write, args=(client, one, sent, MESSAGE.format(number=number)))
            for number, one in enumerate(opened)
        ]
        for person in people:
            person.start()
        for person in people:
            person.join()
        until = time.time() + PATIENCE_S
        while time.time() < until and not (sent.keys() <= shown.keys() and _all_paged(data)):
            time.sleep(0.1)
    paged = _pages(data)
    return {
        "danger_to_desk_p95_ms": _p95([shown[one] - sent[one] for one in sent]),
        "danger_to_page_p95_ms": _p95([paged[one] - sent[one] for one in sent]),
    }


def _write(client: httpx.Client, opened: dict[str, str], sent: dict[str, float], text: str) -> None:
    headers = {"Authorization": f"Bearer {opened['token']}"}
    path = f"/api/v1/conversations/{opened['id']}/messages"
    sent[opened["id"]] = time.time()
    body = {"text": text, "client_id": "first"}
    client.post(path, json=body, headers=headers).raise_for_status()


def _watch(
    base_url: str, desk: dict[str, str], shown: dict[str, float], watching: threading.Event
) -> None:
    """Note when the desk's event stream first brings each case as acute."""
    path = f"{base_url}/api/v1/desk/events"
    # The product is stopped while this still listens.
    with (
        suppress(httpx.HTTPError),
        httpx.stream("GET", path, headers=desk, timeout=60, trust_env=False) as stream,
    ):
        for line in stream.iter_lines():
            watching.set()
            if line.startswith("data:"):
                now = time.time()
                for case in json.loads(line.removeprefix("data:")).get("cases", ()):
                    if case["level"] == "acute":
                        shown.setdefault(case["id"], now)


def _pages(data: Path) -> dict[str, float]:
    """Return when the first page of each conversation was handed over, in seconds since 1970."""
    with sqlite3.connect(f"file:{data / 'nietpluis.sqlite3'}?mode=ro", uri=True) as store:
        rows = store.execute(
            "SELECT outbox.conversation_id, min(pages.sent_at) FROM pages"
            " JOIN outbox ON outbox.key = pages.key WHERE pages.sent_at IS NOT NULL"
            " GROUP BY outbox.conversation_id"
        ).fetchall()
    return {one: datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp() for one, at in rows}


def _all_paged(data: Path) -> bool:
    return len(_pages(data)) >= PEOPLE


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)] * 1000
