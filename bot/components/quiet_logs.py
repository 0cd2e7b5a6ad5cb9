"""Keeps what people write out of the logs of Rasa and of its action server, at every level.

Rasa's debug lines and the messages of its exceptions hold texts and slots. Here a log line keeps its place in the code
or the name of its event, and an exception its type and the places it went through; nothing that came from a person.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

from .state import CURRENT

_FROM_RASA = ("rasa", "rasa_sdk", "sanic", "structlog", "aiohttp", "asyncio", "apscheduler")
_KEPT_KEYS = frozenset({"event", "event_key", "level", "timestamp", "action_name"})

_make_record = logging.getLogRecordFactory()


class LeftOutError(Exception):
    """Stands for an exception whose message is left out."""


def install() -> None:
    """Make every log line of this process private. Idempotent; for the process's life."""
    if logging.getLogRecordFactory() is not private_record:
        logging.setLogRecordFactory(private_record)
    # In place: loggers that were used before share this very list.
    processors = structlog.get_config()["processors"]
    if names_only not in processors:
        processors.insert(0, names_only)


def names_only(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: keep the event's name, drop its values."""
    failure = event.get("exc_info")
    kept = {key: value for key, value in event.items() if key in _KEPT_KEYS}
    if isinstance(failure, BaseException):
        kept["error"] = type(failure).__name__
    event.clear()
    event.update(kept)
    return event


def private_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A log record factory. What Rasa says keeps only its place; start-up lines (INFO, outside a turn) stay whole."""
    record = _make_record(*args, **kwargs)
    if record.exc_info and record.exc_info[0] is not None:
        kind, _, trace = record.exc_info
        record.exc_text = _places(kind.__name__, trace)
        record.exc_info = (LeftOutError, LeftOutError(kind.__name__), trace)
        _leave_out(record)
    elif record.name.split(".")[0] in _FROM_RASA and _may_hold_words(record):
        _leave_out(record)
    return record


def _may_hold_words(record: logging.LogRecord) -> bool:
    return record.levelno != logging.INFO or CURRENT.get() is not None


def _leave_out(record: logging.LogRecord) -> None:
    record.msg, record.args = f"{record.name}:{record.lineno} {record.funcName}", ()


def _places(name: str, trace: Any) -> str:
    frames = traceback.extract_tb(trace)
    return "\n".join([*(f"  {f.filename}:{f.lineno} {f.name}" for f in frames), name])
