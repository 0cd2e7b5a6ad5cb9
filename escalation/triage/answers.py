"""Urgency from the fields of the signal: fixed answers to fixed questions, one rule a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .assessment import Assessment, RaisedFlag, assess

_HAPPENING_NOW = frozenset({"now", "today"})
_SEXUAL_INDICATORS = frozenset({"S1", "S2", "S3", "S6", "S7", "S9", "S10", "S11", "S13"})
_SEXUAL_PLACES = frozenset({"club", "massage_salon", "hotel"})
_SEXUAL_SECTORS = frozenset({"sex_industry"})

# (field, value, flag): raised by the answer alone; happening now only when the time says so
_RAISED_BY_ANSWER = (
    ("minors", "yes", "minor"),
    ("minors", "maybe", "minor"),
    ("age_bands", "under_12", "minor"),
    ("age_bands", "12_17", "minor"),
    ("indicators", "S11", "minor"),
    ("can_leave", "no", "confined"),
    ("threatened", "yes", "violence_or_weapon"),
    ("indicators", "S1", "forced_sex_now"),
    ("indicators", "S3", "forced_sex_now"),
    ("immediate_needs", "medical", "medical"),
    ("immediate_needs", "shelter", "shelter_tonight"),
    ("victim_count", "six_to_twenty", "group"),
    ("victim_count", "more_than_twenty", "group"),
    ("indicators", "G3", "image_blackmail"),
    ("indicators", "S5", "image_blackmail"),
)

_NOW_BY_ITSELF = frozenset({("immediate_needs", "shelter")})
"""Answers whose question already asks about this moment."""

_NEVER_NOW = frozenset({"group", "image_blackmail"})


def read_answers(fields: Mapping[str, object]) -> Assessment:
    """Return the level and flags that the fields of a signal call for.

    Evidence is ``field=value``. Unknown fields and values raise nothing. ``happening`` now or today makes confinement,
    threat, forced sex and a need for care happen now; a minor only where sex work is told of as well.
    """
    return assess(_raised(fields))


def _raised(fields: Mapping[str, object]) -> Iterator[RaisedFlag]:
    happening = bool(_values(fields, "happening") & _HAPPENING_NOW)
    for field, value, flag in _RAISED_BY_ANSWER:
        if value not in _values(fields, field):
            continue
        by_itself = (field, value) in _NOW_BY_ITSELF
        by_time = happening and flag not in _NEVER_NOW and (flag != "minor" or _sexual(fields))
        rule = f"answer {field}={value}" + (
            " while happening now" if by_time and not by_itself else ""
        )
        yield RaisedFlag(flag, "answer", f"{field}={value}", rule, by_itself or by_time)


def _sexual(fields: Mapping[str, object]) -> bool:
    return bool(
        "sexual" in _values(fields, "forms")
        or _values(fields, "sector") & _SEXUAL_SECTORS
        or _values(fields, "place_type") & _SEXUAL_PLACES
        or _values(fields, "indicators") & _SEXUAL_INDICATORS
    )


def _values(fields: Mapping[str, object], field: str) -> frozenset[str]:
    value = fields.get(field)
    if isinstance(value, str):
        return frozenset({value})
    if isinstance(value, (list, tuple, set, frozenset)):
        return frozenset(item for item in value if isinstance(item, str))
    return frozenset()
