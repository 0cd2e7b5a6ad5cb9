"""The vocabulary: what a field allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation import signal

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.sampled_from(sorted(signal.FIELDS)), ANYTHING)
def test_any_value_is_cleaned_or_refused(field: str, value: object) -> None:
    try:
        cleaned = signal.clean(field, value)
    except signal.InvalidValueError as error:
        assert error.field == field
    else:
        assert signal.clean(field, cleaned) == cleaned


@pytest.mark.parametrize(
    ("field", "value", "cleaned"),
    [
        ("minors", "yes", "yes"),
        ("minors", "unknown", "unknown"),
        ("forms", "unknown", ["unknown"]),
        ("forms", ["labour", "sexual", "labour"], ["sexual", "labour"]),
        ("forms", ["unknown", "labour"], ["labour"]),
        ("place_text", "  Mill\u202e Lane\x00 ", "Mill Lane"),
        ("hours_per_week", "60", 60),
    ],
)
def test_clean(field: str, value: object, cleaned: object) -> None:
    assert signal.clean(field, value) == cleaned


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minors", "perhaps"),
        ("forms", ["x"]),
        ("hours_per_week", 500),
        ("no_field", "x"),
        ("place_text", 3),
    ],
)
def test_refuse(field: str, value: object) -> None:
    with pytest.raises(signal.InvalidValueError):
        signal.clean(field, value)


def test_higher_level() -> None:
    assert signal.higher_level("normal", "high") == "high"
    assert signal.higher_level("acute", "high") == "acute"
