"""Starts the bot's programs as they run in earnest, and speaks to them over HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a-secret-for-the-tests"
KEY = b"k" * 32
READY_SECONDS = 180


def environment(**more: str) -> dict[str, str]:
    """The environment of the bot's programs: quiet, on loopback, without telemetry."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "SANIC_HOST": "127.0.0.1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **more,
    }


def train(folder: Path) -> Path:
    """Train a model into ``folder`` and return its file."""
    bot = ROOT / "bot"
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "bot"]
    command += ["--config", str(bot / "config.yml"), "--domain", str(bot / "domain")]
    command += ["--data", str(bot / "data"), "--out", str(folder)]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder / "bot.tar.gz"


class Servers:
    """The action server and Rasa on free ports, writing their logs into ``folder``."""

    def __init__(self, model: Path, folder: Path) -> None:
        self.logs = folder
        self.actions_port, self.port = _free_port(), _free_port()
        known = environment(
            NIETPLUIS_BOT_SECRET=SECRET,
            NIETPLUIS_ACTIONS_URL=f"http://127.0.0.1:{self.actions_port}/webhook",
        )
        self.actions = self._start("actions", known, "rasa_sdk", self._actions_arguments())
        self.rasa = self._start("rasa", known, "rasa", self._rasa_arguments(model))

    def wait_until_ready(self) -> None:
        """Return when both answer; fail when one has ended or takes too long."""
        until = time.monotonic() + READY_SECONDS
        addresses = (
            f"http://127.0.0.1:{self.actions_port}/health",
            f"http://127.0.0.1:{self.port}/webhooks/nietpluis/ready",
        )
        while not all(_answers(address) for address in addresses):
            assert self.rasa.poll() is None and self.actions.poll() is None, self.log()
            assert time.monotonic() < until, self.log()
            time.sleep(0.3)

    def stop(self) -> None:
        """End both programs."""
        for process in (self.rasa, self.actions):
            process.terminate()
        for process in (self.rasa, self.actions):
            process.wait(timeout=30)

    def log(self) -> str:
        """Everything that both programs wrote."""
        return "\n".join(path.read_text(errors="replace") for path in self.logs.glob("*.log"))

    def post(self, body: Any, *, secret: str = SECRET) -> tuple[int, dict[str, Any]]:
        """Send a turn, return status and answer."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/webhooks/nietpluis/turn",
            content,
            {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")

    def _start(
        self, name: str, known: dict[str, str], module: str, arguments: list[str]
    ) -> subprocess.Popen[bytes]:
        with (self.logs / f"{name}.log").open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "bot.serve", module, *arguments],
                cwd=self.logs,
                env=known,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _actions_arguments(self) -> list[str]:
        return ["--actions", "bot.actions", "--port", str(self.actions_port), "--debug"]

    def _rasa_arguments(self, model: Path) -> list[str]:
        bot = ROOT / "bot"
        arguments = ["run", "--model", str(model), "--debug"]
        arguments += ["--interface", "127.0.0.1", "--port", str(self.port)]
        arguments += ["--endpoints", str(bot / "endpoints.yml")]
        return [*arguments, "--credentials", str(bot / "credentials.yml")]


class ServedTalk:
    """One conversation with the real servers."""

    def __init__(self, servers: Servers, language: str, *, chosen: bool = True) -> None:
        self.servers, self.language, self.chosen = servers, language, chosen
        self.state: str | None = None
        self.fields: dict[str, Any] = {}
        self.effects: dict[str, Any] = {}
        self.lines: list[dict[str, Any]] = []
        self.detected: dict[str, Any] | None = None

    def turn(self, **message: str) -> list[dict[str, Any]]:
        """Send one turn and keep what came back. ``message``: text or choice, and level."""
        body = turn_body(self.state, language=self.language, language_chosen=self.chosen, **message)
        status, answer = self.servers.post(body)
        assert status == 200, (status, answer)
        self.state, self.lines, self.detected = answer["state"], answer["lines"], answer["detected"]
        self.effects = {}
        for line in self.lines:
            self.effects.update(line["effect"] or {})
        self.fields.update(self.effects.get("record", {}))
        return self.lines

    def type(self, text: str, level: str = "normal") -> list[str]:
        """Type a text; return the names of what was said."""
        return [line["say"] for line in self.turn(text=text, level=level)]

    def press(self, choice: str) -> list[str]:
        """Press a button that was offered; return the names of what was said."""
        return [line["say"] for line in self.turn(choice=choice)]

    @property
    def asks(self) -> str | None:
        """The field that the last line asks for."""
        return self.lines[-1]["asks"]


def turn_body(state: str | None, **more: Any) -> dict[str, Any]:
    """A turn as the web side sends it."""
    return {
        "conversation": "c0ffee",
        "text": None,
        "choice": None,
        "language": "nl",
        "language_chosen": True,
        "channel": "web",
        "level": "normal",
        "state": state,
        "state_key": b64encode(KEY).decode(),
        **more,
    }


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
