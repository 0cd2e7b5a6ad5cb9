"""Starts and stops the two systems, and reads what they cost."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
PLAIN = Path(__file__).parent / "plain"
READY_SECONDS = 180


@dataclass
class Running:
    """A system that answers: where, after how many seconds, and the processes it consists of."""

    base_url: str
    ready_seconds: float
    roots: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def memory_mib(self) -> dict[str, float]:
        """Return resident memory by process (proportional share of what is shared), in MiB."""
        found: dict[str, float] = {}
        for root in self.roots:
            for pid in _family(root.pid):
                name = _name(pid)
                found[name] = found.get(name, 0.0) + _pss_mib(pid)
        return found


def free_port() -> int:
    """Return a port on loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def train_plain(work: Path) -> float:
    """Train plain Rasa on the product's own examples; return the seconds it took."""
    shutil.copytree(PLAIN, work, dirs_exist_ok=True)
    shutil.copytree(ROOT / "bot" / "data" / "nlu", work / "nlu", dirs_exist_ok=True)
    command = [
        _bot_python(),
        "-m",
        "rasa",
        "train",
        "--data",
        "data",
        "nlu",
        "--domain",
        "domain.yml",
    ]
    command += [
        "--config",
        "config.yml",
        "--out",
        "models",
        "--fixed-model-name",
        "plain",
        "--quiet",
    ]
    began = time.perf_counter()
    subprocess.run(command, cwd=work, check=True, env=_environment(), capture_output=True)
    return time.perf_counter() - began


def train_product(data: Path) -> float:
    """Train the product's model from nothing; return the seconds it took."""
    began = time.perf_counter()
    env = _environment() | {"NIETPLUIS_DATA": str(data)}
    subprocess.run([_cli(), "train"], cwd=ROOT, check=True, env=env, capture_output=True)
    return time.perf_counter() - began


@contextmanager
def plain_rasa(work: Path) -> Iterator[Running]:
    """Run plain Rasa with its action server on a trained model."""
    port, actions_port = free_port(), free_port()
    (work / "endpoints.yml").write_text(
        f"action_endpoint:\n  url: http://127.0.0.1:{actions_port}/webhook\n", encoding="utf-8"
    )
    actions = [_bot_python(), "-m", "rasa_sdk", "--actions", "actions", "--port", str(actions_port)]
    rasa = [
        _bot_python(),
        "-m",
        "rasa",
        "run",
        "--model",
        "models/plain.tar.gz",
        "--endpoints",
        "endpoints.yml",
    ]
    rasa += ["--credentials", "credentials.yml", "--interface", "127.0.0.1", "--port", str(port)]
    began = time.perf_counter()
    processes = [_start(actions, work, {}), _start(rasa, work, {})]
    try:
        _wait(f"http://127.0.0.1:{port}/", processes)
        yield Running(f"http://127.0.0.1:{port}", time.perf_counter() - began, processes)
    finally:
        _stop(processes)


@contextmanager
def product(data: Path, more: Mapping[str, str]) -> Iterator[Running]:
    """Run the product with ``nietpluis up`` on its embedded default; ``more`` are settings beside those."""
    port = free_port()
    env = {"NIETPLUIS_DATA": str(data), "NIETPLUIS_PORT": str(port)}
    env |= {"NIETPLUIS_RASA_PORT": str(free_port()), "NIETPLUIS_ACTIONS_PORT": str(free_port())}
    began = time.perf_counter()
    env |= more
    processes = [_start([_cli(), "up"], ROOT, env)]
    try:
        _wait(f"http://127.0.0.1:{port}/health/ready", processes)
        yield Running(f"http://127.0.0.1:{port}", time.perf_counter() - began, processes)
    finally:
        _stop(processes)


def _bot_python() -> str:
    return str(ROOT / ".venv-bot" / "bin" / "python")


def _cli() -> str:
    return str(ROOT / ".venv" / "bin" / "nietpluis")


def _environment() -> dict[str, str]:
    return os.environ | {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


def _start(command: list[str], cwd: Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=_environment() | env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _wait(url: str, processes: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if any(process.poll() is not None for process in processes):
            raise RuntimeError("a process ended before it was ready")
        try:
            if httpx.get(url, timeout=2, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError("not ready in time")


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(member for child in children for member in _family(int(child)))]


def _name(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    line = " ".join(words)
    for mark, name in (
        ("rasa_sdk", "actions"),
        ("rasa run", "rasa"),
        ("bot.serve", "rasa"),
        ("gunicorn", "web"),
        ("worker", "worker"),
    ):
        if mark in line:
            return name
    return "supervisor"


def _pss_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
