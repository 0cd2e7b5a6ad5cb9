"""The supervisor, with real processes that only pretend to be the product's."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.operate.watching import House, is_gone
from web.operate.supervisor import restart_delay

PATIENCE_SECONDS = 90
PROGRAM = Path(__file__).with_name("fake_house.py")
STEADY = "print('ready'); import time; time.sleep(60)"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('ready'); import time; time.sleep(60)"
)
WITH_GRANDCHILD = (
    "import subprocess, sys\n"
    "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print('inner has pid', inner.pid, flush=True); print('ready', flush=True)\n"
    "inner.wait()"
)


@contextmanager
def house(**children: str) -> Iterator[House]:
    arguments = [f"{name}={code}" for name, code in children.items()]
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # A test that waits for words that never come must end, and fail.
    patience = threading.Timer(PATIENCE_SECONDS, process.kill)
    patience.start()
    try:
        yield House(process)
    finally:
        patience.cancel()
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_a_killed_child_comes_back_and_it_says_so() -> None:
    with house(bot=STEADY) as it:
        first = it.pid_of("bot")
        it.hears("house ready")
        os.kill(first, signal.SIGKILL)
        assert "starting it again in" in it.hears("bot was ended by SIGKILL")
        assert it.pid_of("bot") != first
        it.hears("bot ready again")


def test_sigterm_stops_all_children_and_ends_with_code_0() -> None:
    with house(bot=STEADY, web=STEADY) as it:
        pids = [it.pid_of("bot"), it.pid_of("web")]
        it.hears("house ready")
        it.process.terminate()
        assert it.ends() == 0
        assert it.said[-1] == "stopped"
        assert all(is_gone(pid) for pid in pids)


def test_ctrl_c_stops_the_children_too() -> None:
    with house(bot=STEADY) as it:
        pid = it.pid_of("bot")
        it.hears("house ready")
        it.process.send_signal(signal.SIGINT)
        assert it.ends() == 0
        assert is_gone(pid)


def test_a_second_signal_does_not_wait_for_a_stubborn_child() -> None:
    with house(bot=STUBBORN) as it:
        pid = it.pid_of("bot")
        it.hears("house ready")
        started = time.monotonic()
        it.process.terminate()
        time.sleep(0.5)
        it.process.terminate()
        assert it.ends() == 0
        assert time.monotonic() - started < 6
        assert is_gone(pid)


def test_no_child_outlives_a_supervisor_that_is_killed() -> None:
    with house(bot=STEADY, web=STEADY) as it:
        pids = [it.pid_of("bot"), it.pid_of("web")]
        it.hears("house ready")
        it.process.kill()
        assert all(is_gone(pid) for pid in pids)


def test_a_child_that_hangs_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = tmp_path / "answers"
    monkeypatch.setenv("PROBE", str(answers))
    with house(probed="import time; time.sleep(60)") as it:
        hanging = it.pid_of("probed")
        answers.touch()
        it.hears("house ready")
        answers.unlink()
        it.hears("probed does not answer")
        answers.touch()
        assert it.pid_of("probed") != hanging
        it.hears("probed ready again")
        assert is_gone(hanging)


def test_what_a_dead_child_had_started_ends_too() -> None:
    with house(bot=WITH_GRANDCHILD) as it:
        child = it.pid_of("bot")
        inner = it.pid_of("inner")
        it.hears("house ready")
        os.kill(child, signal.SIGKILL)
        it.hears("starting it again")
        assert is_gone(inner)


def test_a_child_that_cannot_start_ends_everything_with_a_sentence() -> None:
    with house(web=STEADY, bot="raise SystemExit('no such model')") as it:
        pid = it.pid_of("web")
        assert it.ends() == 1
        assert any("bot: no such model" in line for line in it.said)
        assert it.said[-1].startswith("sorry: bot ended 2 times while starting")
        assert is_gone(pid)


def test_an_error_at_the_start_is_shown_in_full() -> None:
    with house(bot="raise ImportError('no module named flask')") as it:
        assert it.ends() == 1
        assert "bot: ImportError: no module named flask" in it.said


def test_an_error_of_a_running_child_is_shown_without_its_words() -> None:
    tells = "print('ready', flush=True); import time; time.sleep(1); raise ValueError('he hits me')"
    with house(bot=tells) as it:
        it.hears("bot: ValueError: …")
        it.hears("starting it again")
        it.process.terminate()
        it.ends()
        assert "he hits me" not in "\n".join(it.said)


def test_a_foreign_program_is_quoted_only_when_its_start_fails() -> None:
    grumbles = "print('DeprecationWarning: old', flush=True);"
    with house(foreign=grumbles + STEADY) as it:
        it.hears("house ready")
        assert not any("old" in line for line in it.said)
    with house(foreign=grumbles + "raise SystemExit('no model')") as it:
        assert it.ends() == 1
        assert "foreign: DeprecationWarning: old" in it.said
        assert "foreign: no model" in it.said


def test_a_child_that_never_gets_ready_is_not_waited_for_forever() -> None:
    with house(bot="import time; time.sleep(60)") as it:
        assert it.ends() == 1
        assert "bot was not ready after 5 seconds" in it.said[-1]


def test_children_leave_no_core_dump_behind() -> None:
    limits = "import resource; print('core', resource.getrlimit(resource.RLIMIT_CORE));"
    with house(bot=limits + STEADY) as it:
        # At 1 the kernel writes none and hands none to a program; 0 stays 0 where somebody else set it.
        assert re.search(r"core \((0, 0|1, 1)\)", it.hears("core"))


@pytest.mark.parametrize(
    ("deaths", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (7, 30.0), (500, 30.0)]
)
def test_the_pause_before_a_restart_doubles_up_to_half_a_minute(
    deaths: int, seconds: float
) -> None:
    assert restart_delay(deaths) == seconds
