"""What was typed is nowhere in clear: not in the database, its WAL, the logs, Rasa's files, or what was printed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.house import House


def files_with(needle: str, *places: Path) -> list[str]:
    """Return the files below ``places`` that hold the text, in UTF-8 or UTF-16."""
    wanted = (needle.encode(), needle.encode("utf-16-le"))
    found = []
    for place in places:
        for path in place.rglob("*"):
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                if any(one in content for one in wanted):
                    found.append(str(path))
    return found


@pytest.fixture
def client(house: House) -> Iterator[httpx.Client]:
    """A client of the public API."""
    with httpx.Client(base_url=f"{house.url}/api/v1", timeout=30, trust_env=False) as opened:
        yield opened


def test_what_was_typed_is_found_in_no_file(
    house: House, client: httpx.Client, tmp_path: Path
) -> None:
    canary = f"kanarie{secrets.token_hex(8)}"
    (tmp_path / "control").write_text(canary)
    assert files_with(canary, tmp_path) == [str(tmp_path / "control")]  # the search does find

    opened = client.post("/conversations", json={"language": "en"}).json()
    headers = {"Authorization": f"Bearer {opened['token']}"}
    messages = f"/conversations/{opened['id']}/messages"
    for text in (
        f"my neighbour {canary} keeps people in the shed",
        f"/{canary}",
        canary,
        f"the place is {canary} street 5",
        f"call 06{canary}",
    ):
        client.post(
            messages, json={"text": text, "client_id": canary}, headers=headers
        ).raise_for_status()
        client.post(messages, json={"text": text}, headers=headers).raise_for_status()
    client.post(messages, json={"choice": canary}, headers=headers)
    client.post(messages, content=canary, headers=headers)
    client.get(f"/conversations/{canary}", headers={"Authorization": f"Bearer {canary}"})
    client.post("/receipts", json={"receipt": canary})
    whole = client.get(f"/conversations/{opened['id']}", headers=headers).json()
    assert canary in str(whole)  # it was stored
    assert files_with(canary, house.data) == []
    assert files_with(opened["token"], house.data) == []
