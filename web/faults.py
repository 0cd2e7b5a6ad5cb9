"""What may be told of a fault: its kind and its places in the code, never its own words or the values around it.

An exception's text quotes what broke, and that may be what somebody typed.
"""

from __future__ import annotations

import ctypes
import logging
import sys
import threading
import traceback
import warnings
from types import TracebackType
from typing import Any

OWN = ("web", "escalation")
PLACES_TOLD = 6
PR_SET_DUMPABLE = 4

_make_record = logging.getLogRecordFactory()


def told(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Return one line about a fault: ``ValueError at views.py:61 < app.py:12``, the innermost place first."""
    frames = reversed(traceback.extract_tb(trace)[-PLACES_TOLD:])
    # One that was raised in compiled code may have no frame of ours at all.
    places = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
    return f"{kind.__name__} at {places or '?'}"


def keep_quiet() -> None:
    """Make this process tell no values, neither in its log nor when it breaks. Idempotent; for the process's life."""
    sys.excepthook = _on_uncaught
    threading.excepthook = _on_uncaught_in_thread
    sys.unraisablehook = _on_unraisable
    warnings.simplefilter("ignore")  # a warning is printed with its words
    if logging.getLogRecordFactory() is not quiet_record:
        logging.setLogRecordFactory(quiet_record)


def keep_memory_private() -> None:
    """Let nobody dump this process's memory, nor look into it as the same user. Does not outlive exec.

    To be called by every process of ours that sees what people write.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def quiet_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A log record factory: of other people's code only the place, of an exception only kind and places."""
    record = _make_record(*args, **kwargs)
    if record.exc_info and record.exc_info[0] is not None:
        kind, _, trace = record.exc_info
        record.msg, record.args, record.exc_info = f"fault {told(kind, trace)}", (), None
    elif record.name.split(".")[0] not in OWN:
        record.msg, record.args = f"{record.filename}:{record.lineno} {record.funcName}", ()
    record.stack_info = None
    return record


def _on_uncaught(
    kind: type[BaseException], _error: BaseException, trace: TracebackType | None
) -> None:
    sys.stderr.write(f"fault {told(kind, trace)}\n")


def _on_uncaught_in_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_type is not SystemExit:
        sys.stderr.write(f"fault {told(given.exc_type, given.exc_traceback)}\n")


def _on_unraisable(given: sys.UnraisableHookArgs) -> None:
    sys.stderr.write(f"fault {told(given.exc_type, given.exc_traceback)}\n")
