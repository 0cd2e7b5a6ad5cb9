"""The product as a new user starts it: ``nietpluis up`` on a fresh data directory."""

from __future__ import annotations

import ctypes
import os
import re
import resource
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pyotp

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 600  # the first start may have to train
PASSWORD = "a long enough sentence"
PR_CAPBSET_DROP, CAP_SYS_PTRACE = 24, 19


def free_port() -> int:
    """Return a port on loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Screener:
    """Somebody at the desk, through the JSON API."""

    name: str
    secret: str
    client: httpx.Client
    token: str = ""

    def call(self, method: str, path: str, **body: Any) -> Any:
        """Call the desk API and return its JSON. Raises for an error answer."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.client.request(
            method, f"/api/v1/desk{path}", json=body or None, headers=headers
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def cases(self) -> list[dict[str, Any]]:
        """Return the queue."""
        found = self.call("GET", "/cases")
        return list(found["cases"] if isinstance(found, dict) else found)

    def case(self, case_id: str) -> dict[str, Any]:
        """Return one case, opened."""
        return dict(self.call("GET", f"/cases/{case_id}"))


@dataclass
class House:
    """A running product; ``data`` holds everything that it writes."""

    data: Path
    port: int = field(default_factory=free_port)
    rasa_port: int = field(default_factory=free_port)
    actions_port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    screener: Screener | None = None
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Return where the web listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> Path:
        """Return the file with everything that was printed."""
        return self.data / "printed.log"

    def start(self) -> float:
        """Start everything and wait until it is ready; return the seconds that took."""
        self.data.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        env = os.environ | {
            "NIETPLUIS_DATA": str(self.data),
            "NIETPLUIS_PORT": str(self.port),
            "NIETPLUIS_RASA_PORT": str(self.rasa_port),
            "NIETPLUIS_ACTIONS_PORT": str(self.actions_port),
            "NIETPLUIS_ARGON2_MEMORY_KIB": "19456",
            "NIETPLUIS_ARGON2_PASSES": "2",
            "TMPDIR": str(self.data),  # what strays there is found by the search for traces
            **self.settings,
        }
        with self.output.open("a") as printed:
            self.process = subprocess.Popen(
                [str(ROOT / ".venv" / "bin" / "nietpluis"), "up"],
                cwd=ROOT,
                env=env,
                stdout=printed,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
                preexec_fn=_careless,
            )
        self.wait_until_ready()
        return time.monotonic() - began

    def wait_until_ready(self) -> None:
        """Wait for web and bot. Raises when it takes too long or the process ends."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            assert self.process is not None
            if self.process.poll() is not None:
                raise RuntimeError(f"it ended by itself:\n{self.output.read_text()[-2000:]}")
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/health/ready", timeout=2, trust_env=False).is_success:
                    return
            time.sleep(0.2)
        raise RuntimeError(f"not ready in time:\n{self.output.read_text()[-2000:]}")

    def stop(self) -> int:
        """Stop as Ctrl-C does; return the exit code."""
        assert self.process is not None
        if self.screener is not None:
            self.screener.client.close()
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)

    def invitation(self) -> str:
        """Return the token of the printed invitation link."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = re.findall(r"/desk/invitations/([\w-]+)", self.output.read_text())
            if found:
                return str(found[-1])
            time.sleep(0.2)
        raise RuntimeError("no invitation was printed")

    def join(self) -> Screener:
        """Accept the first invitation and log in, through the API; the same screener at each call."""
        if self.screener is None:
            client = httpx.Client(base_url=self.url, timeout=30, trust_env=False)
            path = f"/api/v1/desk/invitations/{self.invitation()}"
            joined = client.post(path, json={"password": PASSWORD}).raise_for_status().json()
            self.screener = Screener(joined["name"], joined["totp_secret"], client)
            body = {"name": joined["name"], "password": PASSWORD, "totp": self.code()}
            opened = client.post("/api/v1/desk/session", json=body).raise_for_status().json()
            self.screener.token = opened["token"]
        return self.screener

    def code(self) -> str:
        """Return the present one-time code."""
        assert self.screener is not None
        return pyotp.TOTP(self.screener.secret).now()

    def wait_for_next_code(self) -> None:
        """Wait until the one-time code is another one than that of the last log-in: each works once."""
        time.sleep(31)

    def pids(self, mark: str) -> list[int]:
        """Return the processes of this house whose command line holds ``mark``."""
        assert self.process is not None
        found = []
        for pid in _family(self.process.pid):
            with suppress(OSError):
                line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
                if mark.encode() in line:
                    found.append(pid)
        return found

    def running(self, mark: str) -> list[int]:
        """Return ``pids`` once there is one: a program that was killed is brought back after a pause.

        Raises AssertionError after a minute; the longest pause is half of that.
        """
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if found := self.pids(mark):
                return found
            time.sleep(0.1)
        raise AssertionError(f"no process {mark}")


def _careless() -> None:
    """Let the product be able to dump its memory, as on a careless machine; that it does not is its own doing."""
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    look_as_anybody()


def look_as_anybody() -> None:
    """Let what this process starts look into others only as far as the same user may, root too."""
    # Refused where it is not held, and then there is nothing to take away.
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_PTRACE, 0, 0, 0)


def _family(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name, in brackets, may hold spaces; after it come the state and the parent.
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.parent.name))
    found = [pid]
    for member in found:  # grows while it is read: grandchildren come after children
        found += children.get(member, [])
    return found
