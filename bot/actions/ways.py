"""Which questions fit whom: the ways of bot/ways.yml, and the pack of plain situations that is asked on each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).parent.parent / "ways.yml"
_SELF = "self"
_FIRST = "citizen"
"""The way of somebody of whom nothing is known yet: a neighbour, a passer-by."""

_PACK_OF_SECTOR = {
    "sex_industry": "sexual",
    "massage": "sexual",
    "household": "domestic",
    **dict.fromkeys(
        (
            "agriculture",
            "temp_work",
            "construction",
            "catering",
            "slaughterhouse",
            "cleaning",
            "transport",
            "logistics",
            "beauty",
            "inland_shipping",
        ),
        "labour",
    ),
}


def way_of(slots: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields to ask, in order, for what is known about the person who writes."""
    ways = _table()["ways"]
    if slots.get("purpose") == "help_self":
        return tuple(ways[_SELF])
    return tuple(ways.get(slots.get("reporter_role"), ways[_FIRST]))


def pack_of(slots: Mapping[str, Any]) -> str | None:
    """Return the name of the pack that fits the role, else the form, else the work; None when nothing points to one."""
    of_role = _table()["pack_of_role"].get(slots.get("reporter_role"))
    if of_role and slots.get("purpose") != "help_self":
        return str(of_role)
    forms = slots.get("forms")
    packs = _table()["packs"]
    told = [form for form in forms if form in packs] if isinstance(forms, list) else []
    if told:
        return str(told[0])
    return pack_of_work(slots)


def pack_of_work(slots: Mapping[str, Any]) -> str | None:
    """Return the name of the pack that fits the kind of work alone, None when that says nothing."""
    return _PACK_OF_SECTOR.get(str(slots.get("sector")))


def has_pack_of_its_own(slots: Mapping[str, Any]) -> bool:
    """Return whether the role alone decides which situations are asked."""
    return slots.get("purpose") != "help_self" and (
        slots.get("reporter_role") in _table()["pack_of_role"]
    )


def situations(pack: str) -> tuple[str, ...]:
    """Return the indicator codes of a pack. Raises KeyError for a name that is none."""
    return tuple(_table()["packs"][pack])


def roles_at_work() -> tuple[str, ...]:
    """Return the roles of people who know it from their work."""
    return tuple(_table()["at_work"])


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return dict(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
