"""Says how far something is: one line that rewrites itself on a terminal, a line now and then in a file."""

from __future__ import annotations

import sys
import time
from typing import TextIO

EVERY_SECONDS_IN_A_FILE = 15.0
EVERY_SECONDS_ON_A_TERMINAL = 0.5


class Progress:
    """Writes to ``stream``; nothing is written twice within the time that a reader needs."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._rewrites = self._stream.isatty()
        self._shown_at = -EVERY_SECONDS_IN_A_FILE
        self._width = 0

    def show(self, text: str) -> None:
        """Show where we are, unless something was shown a moment ago."""
        now = time.monotonic()
        pause = EVERY_SECONDS_ON_A_TERMINAL if self._rewrites else EVERY_SECONDS_IN_A_FILE
        if now - self._shown_at < pause:
            return
        self._shown_at = now
        if self._rewrites:
            self._stream.write("\r" + text.ljust(self._width))
            self._width = len(text)
        else:
            self._stream.write(text + "\n")
        self._stream.flush()

    def done(self, text: str) -> None:
        """Write a line that stays."""
        start = "\r" if self._rewrites and self._width else ""
        self._stream.write(start + text.ljust(self._width) + "\n")
        self._stream.flush()
        self._width = 0
