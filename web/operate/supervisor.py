"""Keeps the product's processes running: starts them, brings back one that died, stops all of them."""

from __future__ import annotations

import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from .children import ChildSpec, Output, kill_group, start
from .problems import OperatorError

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
STEADY_AFTER_SECONDS = 60.0
"""A child that ran this long has recovered; its next death counts as the first."""
TRIES_AT_START = 2
STOP_WITHIN_SECONDS = 8.0
PROBE_EVERY_SECONDS = 0.25
PROBES_UNTIL_HUNG = 4
LOOK_EVERY_SECONDS = 2.0
LINES_HELD_BACK = 30

Say = Callable[[str], None]


def restart_delay(deaths: int) -> float:
    """Return the seconds to wait after the ``deaths``-th death in a row: 0.5, 1, 2, … at most 30."""
    return float(min(FIRST_DELAY_SECONDS * 2 ** min(deaths - 1, 10), LONGEST_DELAY_SECONDS))


class Child:
    """A process and its history."""

    def __init__(self, spec: ChildSpec) -> None:
        self.spec = spec
        self.process: subprocess.Popen[bytes] | None = None
        self.output: Output | None = None
        self.is_ready = False
        self.was_ever_ready = False
        self.deaths = 0
        self.started_at = 0.0
        self.start_again_at = 0.0
        self.probed_at = 0.0
        self.answered_at = 0.0
        self.held_back: list[str] = []

    def begin(self) -> None:
        """Start the process."""
        self.is_ready, self.started_at = False, time.monotonic()
        self.process = start(self.spec)
        self.output = Output(self.process)
        # Before it was ever ready nobody can have told it anything, and its errors are of use.
        self.output.redactor.shows_all = not self.was_ever_ready

    def check_ready(self) -> bool:
        """Ask whether the process works now; at most four times a second."""
        assert self.output is not None
        now = time.monotonic()
        if self.spec.is_ready is None:
            self.is_ready = self.output.said_ready
        elif now - self.probed_at >= PROBE_EVERY_SECONDS:
            self.probed_at = now
            self.is_ready = self.spec.is_ready()
        if self.is_ready:
            self.was_ever_ready, self.answered_at = True, now
            self.held_back.clear()
            self.output.redactor.shows_all = False
            self.output.redactor.hides_plain_lines = not self.spec.talks_freely
        return self.is_ready

    def hangs(self) -> bool:
        """Return whether a process that has worked does not answer, or not yet again."""
        now, patience = time.monotonic(), self.spec.hung_after_seconds
        if not self.is_ready:
            return self.was_ever_ready and now - self.started_at > self.spec.ready_within_seconds
        if self.spec.is_ready is None or now - self.probed_at < patience / PROBES_UNTIL_HUNG:
            return False
        answered = self.spec.is_ready()
        self.probed_at = time.monotonic()
        if answered:
            self.answered_at = self.probed_at
        return self.probed_at - self.answered_at > patience

    def bury(self) -> None:
        """Plan the next start after a death, and end whatever the dead process had started."""
        assert self.process is not None
        kill_group(self.process)
        now = time.monotonic()
        if self.is_ready and now - self.started_at >= STEADY_AFTER_SECONDS:
            self.deaths = 0
        self.deaths += 1
        self.start_again_at = now + restart_delay(self.deaths)
        self.process, self.output, self.is_ready = None, None, False


class Supervisor:
    """Looks after children from one thread. ``say`` gets every line that the operator should see."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self.is_stopping = False

    def add(self, spec: ChildSpec) -> None:
        """Start one more child."""
        child = Child(spec)
        self._children.append(child)
        self._begin(child)

    def wait_until_ready(self) -> bool:
        """Return True once every child works, False when we were told to stop.

        Raises OperatorError when a child cannot be brought to work.
        """
        while not self.is_stopping:
            if all(child.is_ready for child in self._children):
                return True
            self._round()
            for child in self._children:
                try:
                    _give_up_on_hopeless(child)
                except OperatorError:
                    self._show_held_back(child)
                    raise
        return False

    def watch(self) -> None:
        """Keep all children running until we are told to stop."""
        while not self.is_stopping:
            self._round()

    def stop(self, *_: object) -> None:
        """Ask ``watch`` to return; a second time, kill at once."""
        if self.is_stopping:
            for child in self._children:
                if child.process is not None:
                    kill_group(child.process)
        self.is_stopping = True

    def stop_children(self) -> None:
        """Ask every child to end, last started first; kill what is still there after eight seconds."""
        self.is_stopping = True
        running = [child for child in reversed(self._children) if child.process is not None]
        for child in running:
            assert child.process is not None
            child.process.terminate()
        deadline = time.monotonic() + STOP_WITHIN_SECONDS
        while time.monotonic() < deadline and any(
            child.process.poll() is None for child in running if child.process
        ):
            self._relay(0.05)
        for child in running:
            if child.process is not None:
                kill_group(child.process)

    @contextmanager
    def signals(self) -> Iterator[None]:
        """While inside, Ctrl-C, SIGTERM and SIGHUP mean ``stop``, and a child's death wakes us."""
        reader, writer = socket.socketpair()
        reader.setblocking(False)
        writer.setblocking(False)
        ends: list[int] = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup wants us to stay
            ends.append(signal.SIGHUP)
        before = {number: signal.signal(number, self.stop) for number in ends}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, _wake)
        wakeup_before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        self._selector.register(reader, selectors.EVENT_READ, None)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup_before)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._selector.unregister(reader)
            reader.close()
            writer.close()

    def _round(self) -> None:
        busy = any(not child.is_ready for child in self._children)
        self._relay(0.1 if busy else LOOK_EVERY_SECONDS)
        now = time.monotonic()
        for child in self._children:
            if child.process is None:
                if now >= child.start_again_at and not self.is_stopping:
                    self._begin(child)
            elif child.process.poll() is not None:
                self._mourn(child)
            elif not child.is_ready and child.check_ready():
                seconds = time.monotonic() - child.started_at
                again = "again " if child.deaths else ""
                self._say(f"{child.spec.name} ready {again}({seconds:.0f} s)")
            elif child.hangs():
                self._say(f"{child.spec.name} does not answer")
                kill_group(child.process)

    def _begin(self, child: Child) -> None:
        child.begin()
        assert child.output is not None
        self._selector.register(child.output, selectors.EVENT_READ, child)

    def _mourn(self, child: Child) -> None:
        assert child.process is not None and child.output is not None
        how = _how_it_ended(child.process.returncode)
        self._show(child, child.output.drain())
        self._show_held_back(child)
        self._close_output(child)
        child.bury()
        if not self.is_stopping:
            wait = child.start_again_at - time.monotonic()
            self._say(f"{child.spec.name} {how}; starting it again in {wait:.1f} s")

    def _relay(self, timeout_seconds: float) -> None:
        for key, _ in self._selector.select(timeout_seconds):
            child = key.data
            if child is None:
                _empty(key.fileobj)
            elif child.output is not None:
                lines = child.output.read()
                if lines is None:
                    self._close_output(child)
                else:
                    self._show(child, lines)

    def _show(self, child: Child, lines: list[str]) -> None:
        if not child.spec.talks_freely and not child.is_ready:
            # What libraries grumble about at their start matters only when the start fails.
            child.held_back = [*child.held_back, *lines][-LINES_HELD_BACK:]
            return
        for line in lines:
            self._say(f"{child.spec.name}: {line}")

    def _show_held_back(self, child: Child) -> None:
        for line in child.held_back:
            self._say(f"{child.spec.name}: {line}")
        child.held_back.clear()

    def _close_output(self, child: Child) -> None:
        if child.output is not None and child.output.is_open:
            self._selector.unregister(child.output)
            child.output.close()


def _give_up_on_hopeless(child: Child) -> None:
    name, patience = child.spec.name, child.spec.ready_within_seconds
    if child.was_ever_ready:
        return
    if child.deaths >= TRIES_AT_START:
        raise OperatorError(
            f"{name} ended {child.deaths} times while starting. The lines of {name} above say why."
        )
    if child.process is not None and time.monotonic() - child.started_at > patience:
        raise OperatorError(
            f"{name} was not ready after {patience:.0f} seconds. The machine may be too busy or too "
            f"small; if not, the lines of {name} above say why."
        )


def _how_it_ended(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended by itself (code {code})"


def _wake(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: that the signal arrived is enough to end a wait."""


def _empty(waker: object) -> None:
    assert isinstance(waker, socket.socket)
    try:
        while waker.recv(4096):
            pass
    except BlockingIOError:
        return
