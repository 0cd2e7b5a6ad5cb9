"""What to ask next: only what is still missing, one question at a time, the fewest that matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .ways import has_pack_of_its_own, pack_of, way_of

OPENING = ("safe_now", "purpose")
IN_DANGER = ("place_text", "safe_now")

SEND = "send"
"""The question whether to send, asked with the summary."""

REACHABLE = ("phone", "email")

SUMMARY = (
    "purpose",
    "reporter_role",
    "own_words",
    "forms",
    "indicators",
    "sector",
    "place_type",
    "place_text",
    "happening",
    "victim_count",
    "minors",
    "age_bands",
    "knowledge_basis",
    "can_leave",
    "own_papers",
    "own_money",
    "threatened",
    "in_debt",
    "housing_via_employer",
    "hours_per_week",
    "immediate_needs",
    "care_worker_involved",
    "interpreter_language",
    "ad_url",
    "vehicle",
    "share_with",
    "source_may_be_named",
    "contact",
    "contact_detail",
)
"""The fields of a summary, in the order in which they are shown."""

ENOUGH_SITUATIONS = 2
"""Whose own words tell so many of the situations is not asked to choose from a list as well."""

SELF_WORDED = frozenset({"own_words", "forms", "place_text", "minors"})
"""Fields that are asked in other words of somebody who writes about themselves."""

MULTIPLE = frozenset({"forms", "indicators", "age_bands", "genders", "immediate_needs"})


def is_about_self(slots: Mapping[str, Any]) -> bool:
    """Return whether the person writes about themselves."""
    return slots.get("purpose") == "help_self"


def in_danger(slots: Mapping[str, Any]) -> bool:
    """Return whether the danger script runs or was sent; not when the person said that it is not now."""
    return slots.get("danger") in ("told", "sent")


def next_question(slots: Mapping[str, Any]) -> str | None:
    """Return the field to ask for, SEND when nothing is missing, or None when nothing is to be asked.

    ``slots`` are what is known; a field that was skipped has a value too and is not asked again.
    """
    if slots.get("danger") == "told":
        return _first_missing(IN_DANGER, slots)
    if slots.get("sent"):
        return None
    opening = _first_missing(OPENING, slots)
    if opening:
        return opening
    if slots.get("purpose") not in ("report", "advice", "help_self"):
        return None
    missing = _first_missing(way_of(slots), slots)
    if missing:
        return missing
    if slots.get("contact") in REACHABLE and _is_missing("contact_detail", slots):
        return "contact_detail"
    return SEND


def summary_fields(slots: Mapping[str, Any]) -> list[str]:
    """Return the fields that a summary shows: those that have a value."""
    return [field for field in SUMMARY if not _has_no_value(slots.get(field))]


def _first_missing(fields: tuple[str, ...], slots: Mapping[str, Any]) -> str | None:
    return next((field for field in fields if _is_missing(field, slots)), None)


def _is_missing(field: str, slots: Mapping[str, Any]) -> bool:
    value = slots.get(field)
    settled = slots.get("settled") or ()
    if field == "forms" and has_pack_of_its_own(slots):
        return False
    if field == "indicators":
        return field not in settled and _pack_is_due(slots)
    if field == "safe_now" and value == "no" and not in_danger(slots):
        return True  # asked anew when the person comes back
    if field in (slots.get("derived") or ()):
        return True  # a word such as "girl" suggested it; nobody said it
    return _has_no_value(value)


def _pack_is_due(slots: Mapping[str, Any]) -> bool:
    """Whether to ask which plain situations fit: not of a bystander who has just said what kind of thing it is."""
    if pack_of(slots) is None or len(slots.get("indicators") or ()) >= ENOUGH_SITUATIONS:
        return False
    asked_forms = "forms" in (slots.get("settled") or ())
    return is_about_self(slots) or has_pack_of_its_own(slots) or not asked_forms


def _has_no_value(value: Any) -> bool:
    return value is None or value in ("", [])
