"""How long a word takes from one person to the other, through the store and server-sent events."""

from __future__ import annotations

import statistics
import threading
import time
from pathlib import Path

import httpx
import pyotp

WORDS = 20
PASSWORD = "a long enough sentence"


def person_to_person(base_url: str, desk: dict[str, str]) -> dict[str, float]:
    """Return p50 and worst milliseconds from a screener's sending to the reporter's event stream."""
    with httpx.Client(base_url=base_url, timeout=30, trust_env=False) as client:
        opened = client.post("/api/v1/conversations", json={"language": "en"}).json()
        client.post(f"/api/v1/desk/cases/{opened['id']}/take", headers=desk).raise_for_status()
        heard: list[float] = []
        listening = threading.Event()
        ear = threading.Thread(target=_listen, args=(base_url, opened, heard, listening))
        ear.start()
        listening.wait(10)
        took = []
        for number in range(WORDS):
            began = time.perf_counter()
            body = {"text": f"word {number}"}
            path = f"/api/v1/desk/cases/{opened['id']}/messages"
            client.post(path, json=body, headers=desk).raise_for_status()
            while len(heard) <= number:
                time.sleep(0.001)
            took.append((heard[number] - began) * 1000)
        ear.join()
    return {
        "person_to_person_p50_ms": statistics.median(took),
        "person_to_person_max_ms": max(took),
    }


def _listen(
    base_url: str, opened: dict[str, str], heard: list[float], listening: threading.Event
) -> None:
    headers = {"Authorization": f"Bearer {opened['token']}"}
    path = f"{base_url}/api/v1/conversations/{opened['id']}/events"
    with httpx.stream("GET", path, headers=headers, timeout=60, trust_env=False) as stream:
        for line in stream.iter_lines():
            listening.set()
            if line.startswith("data:") and '"author": "screener"' in line:
                heard.append(time.perf_counter())
            if len(heard) == WORDS:
                return


def log_in(base_url: str, data: Path) -> dict[str, str]:
    """Accept the first invitation and return the headers of a screener who has logged in."""
    token = (data / "first-invitation-care").read_text().strip().rsplit("/", 1)[-1]
    with httpx.Client(base_url=base_url, timeout=30, trust_env=False) as client:
        path = f"/api/v1/desk/invitations/{token}"
        joined = client.post(path, json={"password": PASSWORD}).raise_for_status().json()
        code = pyotp.TOTP(joined["totp_secret"]).now()
        body = {"name": joined["name"], "password": PASSWORD, "totp": code}
        opened = client.post("/api/v1/desk/session", json=body).raise_for_status().json()
    return {"Authorization": f"Bearer {opened['token']}"}
