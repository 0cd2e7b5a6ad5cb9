"""Trains the bot when what it learns from has changed, and not otherwise."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .botworld import bot_environment
from .children import kill_group, start_command
from .places import ROOT, DataDirectory
from .problems import OperatorError
from .progress import Progress

LEARNED_FROM = (
    "bot/config.yml",
    "bot/domain/**/*.yml",
    "bot/data/**/*.yml",
    "bot/components/**/*.*",
    "bot/*.py",
    "escalation/signal.py",
    "requirements/bot.txt",
)
"""Whatever can change a trained model; the last one pins Rasa itself."""

NOT_LEARNED_FROM = frozenset({"bot/evaluate.py", "bot/serve.py"})
MODELS_KEPT = 3
LAST_LINES_SHOWN = 15

_CAUSE = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Invalid\w*)\b")


def fingerprint(root: Path = ROOT) -> str:
    """Return 16 hex digits that change whenever the model must be trained again."""
    digest = hashlib.sha256()
    for path in _inputs(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def model_path(data: DataDirectory, root: Path = ROOT) -> Path:
    """Return where the model for the present inputs is, or will be."""
    return data.models / f"{fingerprint(root)}.tar.gz"


def train_if_stale(data: DataDirectory, python: Path, progress: Progress) -> Path:
    """Return the model for the present inputs; train it first when it is not there.

    Two programs that ask at once train once. Raises OperatorError when training fails.
    """
    with _one_at_a_time(data, progress):
        model = model_path(data)
        if not model.exists():
            _train(model, data, python, progress)
        os.utime(model)  # the newest are kept
        _drop_old_models(data)
    return model


def _inputs(root: Path) -> list[Path]:
    found = {path for pattern in LEARNED_FROM for path in root.glob(pattern) if path.is_file()}
    return sorted(path for path in found if _is_source(path, root))


def _is_source(path: Path, root: Path) -> bool:
    return path.suffix != ".pyc" and _name(path, root) not in NOT_LEARNED_FROM


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _train(model: Path, data: DataDirectory, python: Path, progress: Progress) -> None:
    started = time.monotonic()
    for left in data.run.glob("training-*"):  # by one that was killed; we hold the lock
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=data.run, prefix="training-") as name:
        place = Path(name)
        (place / "tmp").mkdir()
        command = _command(python, place)
        environment = bot_environment(data, TMPDIR=str(place / "tmp"))
        with (place / "output").open("w+b") as output:
            process = start_command(
                command, environment=environment, directory=place, output=output.fileno()
            )
            _wait(process, started, progress)
            output.seek(0)
            said = output.read().decode("utf-8", "replace")
        trained = place / "models" / "bot.tar.gz"
        if process.returncode != 0 or not trained.exists():
            raise OperatorError("Training the bot failed:\n" + _what_went_wrong(said))
        shutil.move(trained, model)
    progress.done(f"bot trained ({time.monotonic() - started:.0f} s)")


def _command(python: Path, place: Path) -> list[str]:
    bot = ROOT / "bot"
    return [
        *(str(python), "-m", "rasa", "train"),
        *("--config", str(bot / "config.yml"), "--domain", str(bot / "domain")),
        *("--data", str(bot / "data"), "--out", str(place / "models")),
        *("--fixed-model-name", "bot"),
    ]


def _wait(process: subprocess.Popen[bytes], started: float, progress: Progress) -> None:
    try:
        while process.poll() is None:
            seconds = time.monotonic() - started
            progress.show(
                f"training the bot … {seconds:.0f} s (only when what it learns from changed)"
            )
            time.sleep(0.25)
    except BaseException:
        kill_group(process)
        raise


def _what_went_wrong(said: str) -> str:
    """Return the errors of a traceback, first cause first; or what was said last."""
    spoken = [line for line in said.splitlines() if line.strip()]
    lines = [line for line in spoken if "Warning: " not in line and line[0] != " "]
    causes = [line for line in lines if _CAUSE.match(line)]
    return "\n".join(f"  {line[:300]}" for line in (causes or lines)[-LAST_LINES_SHOWN:])


def _drop_old_models(data: DataDirectory) -> None:
    newest_first = sorted(data.models.glob("*.tar.gz"), key=_modified, reverse=True)
    for old in newest_first[MODELS_KEPT:]:
        old.unlink(missing_ok=True)


def _modified(path: Path) -> float:
    return path.stat().st_mtime


@contextmanager
def _one_at_a_time(data: DataDirectory, progress: Progress) -> Iterator[None]:
    with (data.models / ".lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.done("somebody else is training the bot; waiting for that")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
