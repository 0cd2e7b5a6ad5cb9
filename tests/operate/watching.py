"""Follows a running program: what it says, whether its processes are gone."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path


class House:
    """The running program and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []
        self._looked_at: dict[str, int] = {}

    def hears(self, words: str) -> str:
        """Return the next line that holds the words; fail when the program ends first."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if words in line:
                return line
        raise AssertionError(f"never said {words!r}: {self.said}")

    def pid_of(self, name: str) -> int:
        """Return the process id that a child told, the next one each time; two children may tell in any order."""
        told = re.compile(rf"{name} has pid (\d+)")
        while True:
            for at in range(self._looked_at.get(name, 0), len(self.said)):
                if found := told.search(self.said[at]):
                    self._looked_at[name] = at + 1
                    return int(found.group(1))
            self._looked_at[name] = len(self.said)
            self.hears(f"{name} has pid")

    def ends(self) -> int:
        """Return the exit code; what it said last is read first."""
        assert self.process.stdout is not None
        self.said += [line.rstrip() for line in self.process.stdout]
        return self.process.wait(timeout=20)


def is_gone(pid: int) -> bool:
    """Return whether the process ends within five seconds; one that nobody has buried yet has ended."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
