"""What was told is nowhere in clear: not in the database, its WAL, logs, Rasa's files, temporary or dumped ones."""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.house import ROOT, House, look_as_anybody
from tests.e2e.reporter import Reporter
from tests.e2e.searching import core_files, files_with, left_behind

PROGRAMS = ("gunicorn", "rasa run", "rasa_sdk", "web.cli worker")


def canary() -> str:
    """Return a word that stands nowhere else."""
    return f"kanarie{secrets.token_hex(8)}"


@pytest.fixture
def client(house: House) -> Iterator[httpx.Client]:
    """A client of the public API."""
    with httpx.Client(base_url=f"{house.url}/api/v1", timeout=30, trust_env=False) as opened:
        yield opened


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page whose address, language and browser name are unlike all others."""
    context = chromium.new_context(
        user_agent=f"agent-{AGENT}", viewport={"width": 390, "height": 800}
    )
    yield context.new_page()
    context.close()


AGENT = canary()


def opened_by(client: httpx.Client) -> tuple[str, dict[str, str]]:
    """Open a conversation; return its address for messages and the headers that open it."""
    opened = client.post("/conversations", json={"language": "en"}).raise_for_status().json()
    path = f"/conversations/{opened['id']}/messages"
    return path, {"Authorization": f"Bearer {opened['token']}"}


@pytest.mark.parametrize("place", ["plain", "utf-16", "base64", "base64 within", "hexadecimal"])
def test_the_search_does_find(tmp_path: Path, place: str) -> None:
    word = canary()
    written = {
        "plain": word.encode(),
        "utf-16": word.encode("utf-16-le"),
        "base64": b64encode(word.encode()),
        "base64 within": b64encode(b"ab" + word.encode() + b"c"),
        "hexadecimal": word.encode().hex().encode(),
    }[place]
    (tmp_path / "control").write_bytes(b"before " + written + b" after")
    assert files_with([word], tmp_path) == [str(tmp_path / "control")]
    assert files_with([canary()], tmp_path) == []


def test_what_is_open_in_a_process_is_searched_too(house: House) -> None:
    word = canary()
    with house.output.open("a") as printed:
        printed.write(f"{word}\n")
    try:
        found = left_behind(house, word)
        assert str(house.output) in found
        assert any(name.startswith("/proc/") for name in found)
    finally:
        house.output.write_text(house.output.read_text().replace(f"{word}\n", ""))


def test_a_whole_conversation_is_found_in_no_file(house: House, page: Page) -> None:
    own, place, name = canary(), canary(), canary()
    phone = f"06{secrets.randbelow(10**8):08}"
    plan = {
        "safe_now": "yes",
        "purpose": "report",
        "own_words": f"next door {name} keeps eight people above the shop, {own}",
        "place_text": f"{place} street 14, Roermond",
        "happening": "this_week",
        "victim_count": "six_to_twenty",
        "minors": "unknown",
        "reporter_role": "citizen",
        "share_with": "care_only",
        "contact": "phone",
        "contact_detail": phone,
    }
    reporter = Reporter(page, house.url, plan)
    reporter.begin("en")
    asked = reporter.answer_until_sent()
    assert {"own_words", "place_text"} <= set(asked)
    told = page.content()
    assert own in told and place in told and phone in told
    page.wait_for_selector(".receipt__digits")
    receipt = re.sub(r"\D", "", page.inner_text(".receipt__digits"))
    assert len(receipt) == 16
    (cookie,) = page.context.cookies()
    token = cookie["value"].partition(".")[2]
    groups = " ".join(re.findall("....", receipt))
    everything = (own, place, name, phone, receipt, groups, token, AGENT)
    assert left_behind(house, *everything) == []
    house.join()  # a person on duty reads it, which opens and writes more
    assert any(own in str(house.join().case(row["id"])) for row in house.join().cases())
    assert left_behind(house, *everything) == []
    page.goto(f"{house.url}/end")
    page.click("button.button--danger")
    page.wait_for_url(f"{house.url}/done**")
    assert left_behind(house, *everything) == []


def test_odd_requests_are_found_in_no_file(house: House, client: httpx.Client) -> None:
    word = canary()
    path, headers = opened_by(client)
    for text in (f"/{word}", word, f"call 06{word}", f"  {word}\u0000"):
        client.post(path, json={"text": text, "client_id": word}, headers=headers)
    client.post(path, json={"choice": word}, headers=headers)
    client.post(path, content=word, headers=headers)
    client.get(f"/conversations/{word}", headers={"Authorization": f"Bearer {word}"})
    client.post("/receipts", json={"receipt": word})
    strange = {"User-Agent": word, "Referer": f"https://{word}.example/", "Cookie": f"s={word}"}
    for forwarded in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        strange[forwarded] = word
    upload = {"photo": (f"{word}.jpg", word.encode() * 60_000)}
    for address in ("/", f"/{word}", f"/chat?after={word}", "/chat"):
        httpx.get(house.url + address, headers=strange, trust_env=False)
        httpx.post(house.url + address, headers=strange, files=upload, trust_env=False)
    with socket.create_connection(("127.0.0.1", house.port), 20) as wire:
        wire.sendall(f"{word} is no HTTP\r\n\r\n".encode())
        wire.recv(4096)
    assert left_behind(house, word) == []
    assert "127.0.0.1 - -" not in house.output.read_text()  # no access log of whatever kind


def operate(house: House, *arguments: str, **more: str) -> str:
    """Run the operator's command on the data of the house; return what it printed."""
    ended = subprocess.run(
        [str(ROOT / ".venv" / "bin" / "nietpluis"), *arguments],
        env=os.environ | {"NIETPLUIS_DATA": str(house.data), "TMPDIR": str(house.data)} | more,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_backup_holds_nothing_in_clear_and_leaves_nothing_beside_it(
    house: House, client: httpx.Client
) -> None:
    word = canary()
    path, headers = opened_by(client)
    client.post(path, json={"text": f"at {word}"}, headers=headers).raise_for_status()
    public = re.search(r"NIETPLUIS_BACKUP_PUBLIC_KEY=(\S+)", operate(house, "backup", "key"))
    assert public
    before = {one for one in house.data.rglob("*") if one.is_file()}
    operate(house, "backup", NIETPLUIS_BACKUP_PUBLIC_KEY=public[1])
    made = {one for one in house.data.rglob("*.backup")} - before
    assert len(made) == 1
    assert left_behind(house, word, headers["Authorization"].removeprefix("Bearer ")) == []


def can_be_looked_into(pid: int) -> bool:
    """Return whether another program of the same user may open the memory of the process."""
    looking = ["head", "-c", "0", f"/proc/{pid}/mem"]
    return not subprocess.run(looking, preexec_fn=look_as_anybody, capture_output=True).returncode


def test_what_runs_as_the_same_user_cannot_look_into_any_program(house: House) -> None:
    with subprocess.Popen(["sleep", "60"], preexec_fn=look_as_anybody) as another:
        assert can_be_looked_into(another.pid)
        another.kill()
    for program in ("nietpluis up", *PROGRAMS):
        assert [pid for pid in house.running(program) if can_be_looked_into(pid)] == [], program


def wait_until_answered(client: httpx.Client) -> None:
    """Wait until the bot speaks again: all four programs work. Fails after a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(httpx.HTTPError):
            opened = client.post("/conversations", json={"language": "en"}).raise_for_status()
            if any(turn["author"] == "bot" for turn in opened.json()["turns"]):
                return
        time.sleep(0.5)
    raise AssertionError("the bot does not speak again")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGABRT], ids=["kill -9", "abort"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_death_in_the_middle_of_a_turn_leaves_nothing(
    house: House, client: httpx.Client, program: str, how: signal.Signals
) -> None:
    word = canary()
    path, headers = opened_by(client)
    house.running(program)  # it may still be on its way back from the death before

    def tell() -> None:
        for number in range(4):
            with suppress(httpx.HTTPError):
                text = f"at {word} street {number} my boss {word} took our passports"
                httpx.post(
                    f"{house.url}/api/v1{path}", json={"text": text}, headers=headers, timeout=20
                )

    telling = threading.Thread(target=tell)
    telling.start()
    time.sleep(0.05)  # somewhere within a turn; where exactly differs from run to run
    for pid in house.running(program):
        with suppress(ProcessLookupError):
            os.kill(pid, how)
    telling.join()
    assert left_behind(house, word) == []
    assert core_files(house) == []
    house.wait_until_ready()
    wait_until_answered(client)
    assert left_behind(house, word) == []
