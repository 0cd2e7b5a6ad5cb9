"""Where things lie on this machine: the checkout, the data directory, the bot's environment."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .problems import OperatorError

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: the directory with ``pyproject.toml``."""

LEAST_FREE_MEGABYTES = 300
"""A trained model, its unpacked copy and a database that can still grow."""


@dataclass(frozen=True)
class DataDirectory:
    """The directory of the embedded default; nobody but the owner can look into it."""

    path: Path

    def __post_init__(self) -> None:
        # The bot is trained and run in directories of its own: there a relative path would mean another place.
        object.__setattr__(self, "path", self.path.resolve())

    @property
    def models(self) -> Path:
        """Trained models, by the hash of what they learned from. NIETPLUIS_MODELS moves them."""
        elsewhere = os.environ.get("NIETPLUIS_MODELS", "").strip()
        return Path(elsewhere).resolve() if elsewhere else self.path / "models"

    @property
    def run(self) -> Path:
        """What only matters while the product runs; may be deleted when it does not."""
        return self.path / "run"

    @property
    def scratch(self) -> Path:
        """The temporary directory of everything that we start; emptied at every start and stop."""
        return self.run / "tmp"

    def prepare(self) -> None:
        """Make the directories. Raises OperatorError when that cannot be done or the disk is full."""
        try:
            for directory in (self.path, self.models, self.run):
                directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = self.run / f".probe-{os.getpid()}"
            probe.write_bytes(b"x" * 4096)
            probe.unlink()
            free_megabytes = shutil.disk_usage(self.path).free // 1_000_000
        except OSError as error:
            raise OperatorError(
                f"Cannot write in {self.path} ({error.strerror}). "
                "Give this user the right to, or name another directory: NIETPLUIS_DATA=/path"
            ) from error
        if free_megabytes < LEAST_FREE_MEGABYTES:
            raise OperatorError(
                f"Only {free_megabytes} MB is free in {self.path}; {LEAST_FREE_MEGABYTES} MB is "
                "needed. Make room, or name another directory: NIETPLUIS_DATA=/path"
            )

    def empty_scratch(self) -> None:
        """Throw away what an earlier run left in the temporary directory."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(mode=0o700)

    @contextmanager
    def only_one(self) -> Iterator[None]:
        """Hold the directory for one running product. Raises OperatorError when another holds it."""
        with (self.run / "up.lock").open("a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                handle.seek(0)
                raise OperatorError(
                    f"Niet-Pluis already runs on {self.path} (process {handle.read().strip()}). "
                    "Stop that one first, or name another directory: NIETPLUIS_DATA=/path"
                ) from None
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
            yield


def bot_python(root: Path = ROOT) -> Path:
    """Return the Python of the bot's environment (NIETPLUIS_BOT_PYTHON, or ``.venv-bot``).

    Raises OperatorError when it is not there.
    """
    python = Path(os.environ.get("NIETPLUIS_BOT_PYTHON") or root / ".venv-bot" / "bin" / "python")
    if not os.access(python, os.X_OK):
        raise OperatorError(
            f"The bot's Python 3.10 is not at {python}. Make it with: make bootstrap"
        )
    return python


def need_free_port(port: int, setting: str) -> None:
    """Raise OperatorError when something on this machine already listens on the loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise OperatorError(
                f"This user may not listen on port {port}. Choose one above 1023: {setting}=8000"
            ) from error
        except (OSError, OverflowError) as error:
            raise OperatorError(
                f"Port {port} is in use. Stop what listens there, or choose another: "
                f"{setting}={port % 64_000 + 10}"
            ) from error


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
