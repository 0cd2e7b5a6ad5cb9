"""What Twilio's codes mean: whether to try again, and what the desk is told. The table is ``twilio_codes.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

TABLE = Path(__file__).with_name("twilio_codes.yml")

OPTED_OUT = "opted_out"
UNKNOWN_REASON = "unknown"
ABOUT_THE_NUMBER = frozenset({OPTED_OUT, "not_a_mobile", "wrong_number"})
"""Reasons that stay true for every further message to this number."""

REQUEST_TIMEOUT, TOO_MANY_REQUESTS = 408, 429


@dataclass(frozen=True)
class Meaning:
    """One code: ``reason`` is the key of what the desk is told (``web.desk.delivery_labels``)."""

    permanent: bool
    reason: str


UNKNOWN = Meaning(permanent=True, reason=UNKNOWN_REASON)
"""A code that nobody described: trying again what was refused for a reason unknown helps nobody."""


def meaning_of(code: int) -> Meaning:
    """Return what a code of Twilio means."""
    return meanings().get(code, UNKNOWN)


def code_of_http(status: int) -> int:
    """Return the code that stands for an HTTP status that came without one."""
    return {
        401: 20003,
        403: 20003,
        404: 20404,
        REQUEST_TIMEOUT: 20503,
        TOO_MANY_REQUESTS: 20429,
    }.get(status, status)


@cache
def meanings() -> Mapping[int, Meaning]:
    """Return the whole table."""
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return {
        int(code): Meaning(permanent=row["again"] is False, reason=row["reason"])
        for code, row in table["codes"].items()
    }
