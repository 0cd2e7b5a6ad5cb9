"""The facts that texts name: read once from bot/facts.yml, and never shown as current when they are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FACTS_FILE = Path(__file__).resolve().parent.parent / "facts.yml"

_KIND_OF_UNIT = {"phone": "phone", "site": "text", "EUR": "money"}


@dataclass(frozen=True)
class Fact:
    """One fact; ``valid_from`` and ``valid_until`` are the first and the last day on which it is current, if known.

    ``open``: when a help line can be called, "always" or "09:00-17:00" on working days; None when it is not known.
    """

    name: str
    value: str | int
    unit: str
    status: str
    source: str
    checked_on: date
    valid_from: date | None = None
    valid_until: date | None = None
    open: str | None = None

    def is_current(self, day: date) -> bool:
        """Return whether the fact holds on ``day``."""
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_until is None or day <= self.valid_until)

    def as_arg(self) -> dict[str, Any]:
        """Return the fact as an argument of a line."""
        kind = _KIND_OF_UNIT.get(self.unit, "number")
        if kind == "money":
            return {"kind": kind, "value": str(self.value), "currency": self.unit}
        return {"kind": kind, "value": self.value}


@lru_cache(maxsize=1)
def read_facts(path: Path = FACTS_FILE) -> Mapping[str, Fact]:
    """Return all facts by name. Raises when the file is missing or a fact lacks something."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))["facts"]
    return {name: Fact(name=name, **fact) for name, fact in table.items()}


def fact_args(names: set[str], given: set[str]) -> tuple[dict[str, Any], tuple[Fact, ...]]:
    """Return arguments for the placeholders in ``names`` that are facts and not ``given``, and the facts they are.

    ``since`` becomes the first day of the first dated fact among them.
    """
    known = read_facts()
    used = tuple(known[name] for name in sorted(names - given) if name in known)
    args: dict[str, Any] = {fact.name: fact.as_arg() for fact in used}
    dated = [fact.valid_from for fact in used if fact.valid_from]
    if "since" in names - given and dated:
        args["since"] = {"kind": "date", "value": dated[0].isoformat()}
    return args, used
