"""One process that the supervisor started: its birth, its output, its end."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .redaction import Redactor

PR_SET_PDEATHSIG = 1
MAX_LINE_BYTES = 65_536

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class ChildSpec:
    """What to start. ``is_ready`` is asked until it says yes; without one the child prints ``READY``.

    ``talks_freely`` is False for a program that is not ours: once it is ready, only tracebacks and
    structured entries of it are shown, stripped. A child that does not answer ``is_ready`` for
    ``hung_after_seconds`` hangs. ``niceness`` is how far it steps back for the others when the processor is busy.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    is_ready: Callable[[], bool] | None = None
    directory: Path | None = None
    ready_within_seconds: float = 120.0
    hung_after_seconds: float = 60.0
    talks_freely: bool = True
    niceness: int = 0


READY = "ready"
"""The line with which a child that has no address tells that it works."""


def dump_no_core() -> None:
    """Let this process and all that it starts leave no dump of their memory: it would hold messages."""
    # 1, not 0: a kernel that hands dumps to a program ignores 0, and at 1 makes none at all (core(5)).
    least = min(1, resource.getrlimit(resource.RLIMIT_CORE)[1] % 2**64)
    resource.setrlimit(resource.RLIMIT_CORE, (least, least))


def tie_to_parent(parent: int, niceness: int = 0) -> Callable[[], None]:
    """Return what a child does first: die with ``parent``, and leave no core dump (it would hold messages).

    Death of the parent by whatever cause kills the child: nothing may listen on that nobody looks after.
    """

    def tie() -> None:
        dump_no_core()
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:  # it died before the line above
                os._exit(1)
        os.nice(niceness)

    return tie


def start(spec: ChildSpec) -> subprocess.Popen[bytes]:
    """Start the child in a group of its own, so that Ctrl-C reaches only us and an orderly stop is ours."""
    return start_command(
        spec.command,
        environment=spec.environment,
        directory=spec.directory,
        niceness=spec.niceness,
    )


def start_command(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    directory: Path | None = None,
    output: int = subprocess.PIPE,
    niceness: int = 0,
) -> subprocess.Popen[bytes]:
    """Start a command tied to this process, with both outputs on ``output``."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=dict(environment),
        cwd=directory,
        start_new_session=True,
        preexec_fn=tie_to_parent(os.getpid(), niceness),
    )


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started, at once."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Output:
    """Reads what a child prints, without waiting, a line at a time, and takes out what nobody should read."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        self._stream = process.stdout
        os.set_blocking(self._stream.fileno(), False)
        self._rest = b""
        self.redactor = Redactor()
        self.said_ready = False
        self.is_open = True

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._stream.fileno()

    def read(self) -> list[str] | None:
        """Return the lines that are there now and fit to be shown; None when the child has closed its output."""
        try:
            chunk = os.read(self._stream.fileno(), MAX_LINE_BYTES)
        except BlockingIOError:
            return []
        if not chunk:
            return None
        *lines, rest = (self._rest + chunk).split(b"\n")
        self._rest = rest[-MAX_LINE_BYTES:]
        shown = (self._show(line.decode("utf-8", "replace")) for line in lines)
        return [line for line in shown if line]

    def drain(self) -> list[str]:
        """Return what is left of a child that has ended."""
        left: list[str] = []
        while self.is_open and (lines := self.read()):
            left += lines
        return left

    def close(self) -> None:
        """Let go of the pipe."""
        self.is_open = False
        self._stream.close()

    def _show(self, line: str) -> str | None:
        if line.strip() == READY:
            self.said_ready = True
            return None
        return self.redactor.show(line)
