"""What an answer to one question says about another: a passport that is kept is no passport of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from escalation.signal import FIELDS, FieldValue

from .ways import pack_of_work

_FORM_OF = {"S": "sexual", "L": "labour", "C": "criminal", "B": "begging", "O": "organ_removal"}
_STRONG_LABOUR = frozenset({"L1", "L2", "L4", "L6", "L7", "L9"})
_IMPLIED: Mapping[str, tuple[str, str]] = {
    "G1": ("own_papers", "no"),
    "G2": ("own_money", "no"),
    "G3": ("threatened", "yes"),
    "G4": ("threatened", "yes"),
    "G5": ("in_debt", "yes"),
    "S5": ("threatened", "yes"),
    "L7": ("housing_via_employer", "yes"),
    "L8": ("housing_via_employer", "yes"),
}
_UNFREE: Mapping[str, str] = {
    "can_leave": "no",
    "own_papers": "no",
    "own_money": "no",
    "threatened": "yes",
    "in_debt": "yes",
    "housing_via_employer": "yes",
}
"""Answers that say that somebody is held by the work, whatever the work is."""

_YOUNG = frozenset({"under_12", "12_17"})


def what_follows(
    field: str, value: FieldValue | None, sector: object = None
) -> dict[str, FieldValue]:
    """Return the fields that follow from an answer to ``field``; nothing for most fields."""
    if not isinstance(value, list):
        return {}
    if field == "indicators":
        implied: dict[str, FieldValue] = dict(_IMPLIED[code] for code in value if code in _IMPLIED)
        forms = forms_of(value, at_home=sector == "household")
        return {**implied, "forms": forms} if forms else implied
    known = set(value) & set(FIELDS["age_bands"].values)
    if field == "age_bands" and known:
        return {"minors": "yes" if known & _YOUNG else "no"}
    return {}


def forms_of(codes: Iterable[str], *, at_home: bool = False) -> list[str]:
    """Name the forms that the acts told point to: one strong sign, or two weak ones of the same kind.

    ``at_home``: the work is in a household, so that what would be labour is domestic.
    """
    by_form: dict[str, list[str]] = {}
    for code in codes:
        if code[0] in _FORM_OF:
            by_form.setdefault(_FORM_OF[code[0]], []).append(code)
    labour = by_form.get("labour", [])
    if labour and not (_STRONG_LABOUR & set(labour) or len(labour) > 1):
        del by_form["labour"]
    if at_home and "labour" in by_form:
        by_form["domestic"] = by_form.pop("labour")
    return [form for form in FIELDS["forms"].values if form in by_form]


def likely_forms(slots: Mapping[str, Any]) -> list[str]:
    """Name the form that the kind of work points to, once anything was told that should not be so there.

    A car wash alone says nothing; a car wash in which the passports are kept is about labour.
    """
    form = pack_of_work(slots)
    told = slots.get("indicators") or any(
        slots.get(field) == value for field, value in _UNFREE.items()
    )
    return [form] if form and told else []
