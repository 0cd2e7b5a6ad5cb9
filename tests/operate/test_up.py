"""``nietpluis up`` with the real web side and worker, and a stand-in for Rasa."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.operate.terminal import nietpluis, surroundings
from tests.operate.watching import House, is_gone
from web.health.readiness import HOLDS_SECONDS
from web.operate.places import free_port

PATIENCE_SECONDS = 240
FAKE_BOT = Path(__file__).with_name("fake_bot.py")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A data directory, a port, and a Python for the bot that only pretends."""
    place = tmp_path_factory.mktemp("up")
    python = place / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} {FAKE_BOT} "$@"\n')
    python.chmod(0o755)
    return {
        "NIETPLUIS_DATA": str(place / "data"),
        "NIETPLUIS_PORT": str(free_port()),
        "NIETPLUIS_BOT_PYTHON": str(python),
        "SMTP_URL": "smtp://somebody:hunter2@mail.test:587",
    }


@contextmanager
def started(settings: dict[str, str]) -> Iterator[House]:
    """Start the product and wait until it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "up"],
        env=surroundings() | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    it = House(process)
    patience = threading.Timer(PATIENCE_SECONDS, process.kill)
    patience.start()
    try:
        it.hears("Ctrl-C stops everything")
        yield it
    finally:
        patience.cancel()
        if process.poll() is None:
            process.terminate()
        it.ends()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def running(settings: dict[str, str]) -> Iterator[House]:
    """The product, ready, the same for all tests but the last."""
    with started(settings) as it:
        yield it


def children_of(pid: int) -> dict[str, int]:
    """Return the direct children by what they run."""
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        line = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        for name in ("rasa_sdk", "rasa run", "gunicorn", "worker"):
            if name in line:
                found[name] = int(child)
    return found


def test_it_says_how_far_it_is_and_where_it_is(running: House, settings: dict[str, str]) -> None:
    said = "\n".join(running.said)
    for part in ("actions", "bot", "web", "worker"):
        assert re.search(rf"^{part} ready \(\d+ s\)$", said, flags=re.MULTILINE)
    address = f"http://127.0.0.1:{settings['NIETPLUIS_PORT']}"
    assert f"For everybody   {address}/" in said
    assert re.search(rf"{address}/desk/invitations/[\w-]{{20,}}$", said, flags=re.MULTILINE)
    assert httpx.get(f"{address}/health/ready", trust_env=False).status_code == 200


def test_doctor_says_that_it_runs_and_that_everything_answers(
    running: House, settings: dict[str, str]
) -> None:
    said = nietpluis("doctor", **settings).stdout
    assert re.search(r"ok +port +\d+: Niet-Pluis runs there now; database, bot and actions", said)


def test_without_its_actions_it_is_not_ready_and_doctor_says_so(
    running: House, settings: dict[str, str]
) -> None:
    actions = children_of(running.process.pid)["rasa_sdk"]
    address = f"http://127.0.0.1:{settings['NIETPLUIS_PORT']}/health"
    os.kill(actions, signal.SIGSTOP)
    try:
        time.sleep(HOLDS_SECONDS)  # in the process that is asked time cannot be moved
        assert httpx.get(f"{address}/ready", trust_env=False, timeout=10).status_code == 503
        assert httpx.get(f"{address}/live", trust_env=False).status_code == 200
        said = nietpluis("doctor", **settings).stdout
        assert re.search(r"MISSING +port +Niet-Pluis runs on port \d+, but", said)
    finally:
        os.kill(actions, signal.SIGCONT)
    time.sleep(HOLDS_SECONDS)
    assert httpx.get(f"{address}/ready", trust_env=False, timeout=10).status_code == 200


def test_the_same_link_is_shown_until_somebody_has_used_it(
    running: House, settings: dict[str, str]
) -> None:
    link = next(line for line in running.said if "/desk/invitations/" in line)
    data = Path(settings["NIETPLUIS_DATA"])
    assert link.strip().endswith((data / "first-invitation-care").read_text().strip())
    joined = httpx.post(
        link.strip().replace("/desk/", "/api/v1/desk/"),
        json={"password": "a long enough sentence"},
        trust_env=False,
    )
    assert joined.status_code in (200, 201), joined.text


def test_a_second_one_on_the_same_data_is_refused(running: House, settings: dict[str, str]) -> None:
    ended = nietpluis("up", **(settings | {"NIETPLUIS_PORT": str(free_port())}))
    assert ended.returncode == 1
    assert f"already runs on {settings['NIETPLUIS_DATA']}" in ended.stderr
    assert f"process {running.process.pid}" in ended.stderr


def test_the_bot_gets_its_own_secret_and_nobody_elses(
    running: House, settings: dict[str, str]
) -> None:
    for program in ("rasa", "rasa_sdk"):
        told = Path(settings["NIETPLUIS_DATA"], "run", f"{program}.json").read_text()
        given = json.loads(told)
        assert len(given["NIETPLUIS_BOT_SECRET"]) >= 32
        assert "hunter2" not in told
        assert not {"DATABASE_URL", "TWILIO_AUTH_TOKEN", "SMTP_URL"} & set(given)
        assert given["SANIC_HOST"] == "127.0.0.1"
        assert given["RASA_TELEMETRY_ENABLED"] == "false"
        assert given["LOG_LEVEL"] == "ERROR"
        assert given["TMPDIR"].startswith(settings["NIETPLUIS_DATA"])


def test_the_web_side_comes_back_after_kill_9_and_answers(
    running: House, settings: dict[str, str]
) -> None:
    os.kill(children_of(running.process.pid)["gunicorn"], signal.SIGKILL)
    running.hears("web was ended by SIGKILL")
    running.hears("web ready again")
    address = f"http://127.0.0.1:{settings['NIETPLUIS_PORT']}/health/live"
    assert httpx.get(address, trust_env=False).status_code == 200


def test_the_bot_comes_back_after_kill_9(running: House) -> None:
    os.kill(children_of(running.process.pid)["rasa run"], signal.SIGKILL)
    running.hears("bot was ended by SIGKILL")
    running.hears("bot ready again")


def sent_raw(settings: dict[str, str], request: bytes) -> bytes:
    """Send bytes that need not be HTTP, and return everything that comes back."""
    answer = b""
    with socket.create_connection(("127.0.0.1", int(settings["NIETPLUIS_PORT"])), 20) as wire:
        wire.sendall(request)
        wire.shutdown(socket.SHUT_WR)
        while part := wire.recv(65_536):
            answer += part
    return answer


@pytest.mark.parametrize(
    "request_",
    [
        b"kanarie4711\r\n\r\n",
        b"GET /kanarie4711 HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nkanarie4711 (: x\r\n\r\n",
        b"GET /?kanarie4711 HTTP/1.1\r\nHost: x\r\nX: " + b"kanarie4711" * 9000 + b"\r\n\r\n",
        b"GET /" + b"kanarie4711" * 9000 + b" HTTP/1.1\r\n\r\n",
        b"GET /" + b"kanarie4711" * 90_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_without_a_word_about_it(
    running: House, settings: dict[str, str], request_: bytes
) -> None:
    answer = sent_raw(settings, request_)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"kanarie" not in answer and b"gunicorn" not in answer.lower()
    assert b"\r\nCache-Control: no-store\r\n" in answer


def test_no_answer_names_the_program_behind_it(running: House, settings: dict[str, str]) -> None:
    for path in (b"/", b"/nope", b"/static/site.css"):
        answer = sent_raw(settings, b"GET " + path + b" HTTP/1.0\r\nHost: x\r\n\r\n")
        head = answer.partition(b"\r\n\r\n")[0].lower()
        assert b"\r\nserver:" not in head and b"gunicorn" not in head


def test_nothing_listens_beyond_this_machine(running: House) -> None:
    pids = children_of(running.process.pid)
    assert set(pids) == {"rasa_sdk", "rasa run", "gunicorn", "worker"}
    assert listening_addresses(list(pids.values())) == {"127.0.0.1"}


def test_what_is_written_is_for_nobody_else(running: House, settings: dict[str, str]) -> None:
    written = [path for path in Path(settings["NIETPLUIS_DATA"]).rglob("*") if path.is_file()]
    assert written
    assert [str(path) for path in written if path.stat().st_mode & 0o077] == []


def test_sigterm_ends_everything_and_frees_the_port(
    running: House, settings: dict[str, str]
) -> None:
    pids = children_of(running.process.pid)
    running.process.terminate()
    assert running.ends() == 0
    assert running.said[-1] == "Everything has stopped."
    said = "\n".join(running.said)  # the refused requests above are in here, if anywhere
    assert list((Path(settings["NIETPLUIS_DATA"]) / "run" / "tmp").iterdir()) == []
    assert "kanarie" not in said and "Invalid" not in said and "ip=" not in said
    assert all(is_gone(pid) for pid in pids.values())
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", int(settings["NIETPLUIS_PORT"])))


def test_once_somebody_has_joined_no_link_is_shown(settings: dict[str, str]) -> None:
    with started(settings) as it:
        assert not any("/desk/invitations/" in line for line in it.said)
    assert not (Path(settings["NIETPLUIS_DATA"]) / "first-invitation-care").exists()


def listening_addresses(pids: list[int]) -> set[str]:
    """Return the IPv4 and IPv6 addresses on which the processes listen."""
    links = []
    for pid in pids:
        with suppress(PermissionError):  # the worker lets only root look into it; it serves nobody
            links += [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
    inodes = {link[8:-1] for link in links if link.startswith("socket:[")}
    found = set()
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            cells = row.split()
            if cells[3] == "0A" and cells[9] in inodes:
                found.add(_readable(cells[1].partition(":")[0]))
    return found


def _readable(address: str) -> str:
    raw = bytes.fromhex(address)
    return ".".join(str(byte) for byte in reversed(raw)) if len(raw) == 4 else address
