"""What runs when the product runs: the bot, its actions, the web side and the worker."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from web.config import Settings

from .botworld import bot_environment
from .children import ChildSpec
from .places import ROOT, DataDirectory, free_port, need_free_port

PROBE_SECONDS = 3.0
BOT_READY_WITHIN_SECONDS = 300.0
BOT_NICENESS = 5
"""When the processor is busy, storing what is told and calling people come before the bot's answers."""


@dataclass(frozen=True)
class Addresses:
    """Where the parts listen, and the secret that the web side and the bot share for this run."""

    web: int
    bot: int
    actions: int
    bot_secret: str

    @property
    def bot_url(self) -> str:
        """Return the bot's address."""
        return f"http://127.0.0.1:{self.bot}"

    @property
    def actions_url(self) -> str:
        """Return where Rasa calls its actions."""
        return f"http://127.0.0.1:{self.actions}/webhook"

    def environment(self) -> Mapping[str, str]:
        """Return the settings by which the web side and the worker reach the bot."""
        return {
            "NIETPLUIS_BOT_URL": self.bot_url,
            "NIETPLUIS_ACTIONS_URL": self.actions_url,
            "NIETPLUIS_BOT_SECRET": self.bot_secret,
        }


def choose_addresses(settings: Settings, environ: Mapping[str, str]) -> Addresses:
    """Return free ports and a fresh secret. Raises OperatorError when a port that was asked for is taken."""
    need_free_port(settings.port, "NIETPLUIS_PORT")
    return Addresses(
        web=settings.port,
        bot=_port(environ, "NIETPLUIS_RASA_PORT"),
        actions=_port(environ, "NIETPLUIS_ACTIONS_PORT"),
        bot_secret=secrets.token_urlsafe(32),
    )


def _port(environ: Mapping[str, str], setting: str) -> int:
    given = environ.get(setting, "").strip()
    if not given:
        return free_port()
    port = int(given) if given.isdigit() else -1
    need_free_port(port, setting)
    return port


def bot_children(
    addresses: Addresses, data: DataDirectory, python: Path, model: Path
) -> list[ChildSpec]:
    """Return Rasa and its action server, both on loopback only."""
    environment = bot_environment(
        data,
        NIETPLUIS_BOT_SECRET=addresses.bot_secret,
        NIETPLUIS_ACTIONS_URL=addresses.actions_url,
    )
    bot = ROOT / "bot"
    program = (str(python), "-m", "bot.serve")
    rasa = (
        *(*program, "rasa", "run", "--model", str(model.resolve())),
        *("--endpoints", str(bot / "endpoints.yml"), "--credentials", str(bot / "credentials.yml")),
        *("--interface", "127.0.0.1", "--port", str(addresses.bot)),
    )
    actions = (*program, "rasa_sdk", "--actions", "bot.actions", "--port")
    return [
        ChildSpec(
            name="actions",
            command=(*actions, str(addresses.actions)),
            environment=environment,
            directory=data.run,
            is_ready=lambda: answers(f"http://127.0.0.1:{addresses.actions}/health"),
            talks_freely=False,
            niceness=BOT_NICENESS,
        ),
        ChildSpec(
            name="bot",
            command=rasa,
            environment=environment,
            directory=data.run,
            is_ready=lambda: answers(f"{addresses.bot_url}/webhooks/nietpluis/ready"),
            ready_within_seconds=BOT_READY_WITHIN_SECONDS,
            talks_freely=False,
            niceness=BOT_NICENESS,
        ),
    ]


def house_children(
    settings: Settings, data: DataDirectory, bot: Mapping[str, str]
) -> list[ChildSpec]:
    """Return the web side and the worker; ``bot`` are the settings by which they reach it."""
    environment = {
        **os.environ,
        "NIETPLUIS_DATA": str(data.path),
        **bot,
        "TMPDIR": str(data.scratch),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    gunicorn = (sys.executable, "-m", "gunicorn", "--config", "python:web.operate.gunicorn_conf")
    return [
        ChildSpec(
            name="worker",
            command=(sys.executable, "-m", "web.cli", "worker"),
            environment=environment,
        ),
        ChildSpec(
            name="web",
            command=(*gunicorn, "web.app:create_app()"),
            environment=environment,
            is_ready=lambda: answers(f"http://127.0.0.1:{settings.port}/health/live"),
        ),
    ]


def answers(url: str) -> bool:
    """Return whether something at the address answers with success within three seconds."""
    try:
        answer = httpx.get(url, timeout=PROBE_SECONDS, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.is_success
