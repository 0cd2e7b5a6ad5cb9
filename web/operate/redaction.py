"""Takes out of a program's output whatever could hold a person's words, and keeps what an operator needs.

An exception's text, a line of source with its values, or a structured log entry may quote what
somebody typed. Kept are: which file and line, which kind of error, and the name of a log event.
"""

from __future__ import annotations

import json
import re

_TRACE_START = "Traceback (most recent call last):"
_FRAME = re.compile(r'^\s+File "[^"]+", line \d+, in \S+')
_KIND = re.compile(
    r"^((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit))\b(:?)"
)
_OTHER_KIND = re.compile(r"^([A-Za-z_][\w.]*)(:?)")
_EVENT = re.compile(r"^[a-z0-9_.]{1,80}$")
_LOG_ENTRY = re.compile(r"^(\[\d{4}-|\d{4}-\d\d-\d\d[ T]|(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b)")
_BETWEEN_CAUSES = ("During handling of the above", "The above exception was the direct")


class Redactor:
    """Goes through the lines of one program in order; remembers where in a traceback it is.

    ``shows_all`` is for a program that nobody can have told anything yet; ``hides_plain_lines`` for
    one whose log we do not write ourselves.
    """

    def __init__(self) -> None:
        self._place = "outside"
        self.shows_all = False
        self.hides_plain_lines = False

    def show(self, line: str) -> str | None:
        """Return the line as it may be shown, or None when it may not."""
        line = line.rstrip()
        if self.shows_all:
            return line
        if _TRACE_START in line:
            self._place = "frames"
            return _TRACE_START
        if self._place == "frames":
            return self._among_frames(line)
        if self._place == "after":
            # The rest of an error's text, until something begins that is surely not part of it.
            if line.startswith(_BETWEEN_CAUSES):
                return line
            if not _LOG_ENTRY.match(line):
                return None
            self._place = "outside"
        return self._outside(line)

    def _among_frames(self, line: str) -> str | None:
        frame = _FRAME.match(line)
        if frame:
            return frame.group()
        if not line or line[0] in " |+":
            return None
        self._place = "after"
        return _kind_only(_KIND.match(line) or _OTHER_KIND.match(line))

    def _outside(self, line: str) -> str | None:
        if line.startswith("{"):
            return _structured(line)
        kind = _KIND.match(line)
        if kind:
            self._place = "after"
            return _kind_only(kind)
        return None if self.hides_plain_lines else line


def _kind_only(found: re.Match[str] | None) -> str | None:
    if found is None:
        return None
    return found.group(1) + (": …" if found.group(2) else "")


def _structured(line: str) -> str | None:
    """Show a JSON log entry as level, event name and kinds of error; its other fields may quote people."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    event = str(entry.get("event", ""))
    kept = [str(entry.get("level", "log")), event if _EVENT.match(event) else "…"]
    causes = entry.get("exception")
    for cause in causes if isinstance(causes, list) else []:
        kept.append(str(cause.get("exc_type", "")) if isinstance(cause, dict) else "")
    return " ".join(part for part in kept if part)
