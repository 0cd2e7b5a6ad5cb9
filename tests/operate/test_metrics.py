"""The measures, against numbers worked out by hand."""

from __future__ import annotations

import pytest

from web.operate.metrics import Judged, by_language, measure

# expected → predicted, one label a line.
#            a    b    c   (predicted)
#   a (5)    3    2    0
#   b (3)    1    2    0
#   c (2)    0    1    1
PAIRS = ["aa", "aa", "aa", "ab", "ab", "ba", "bb", "bb", "cb", "cc"]


def single(pairs: list[str], language: str = "nl") -> list[Judged]:
    return [
        Judged(language, frozenset(pair[0]), frozenset(pair[1:]), f"f:{number}")
        for number, pair in enumerate(pairs, start=1)
    ]


def test_precision_recall_and_f1_of_each_label() -> None:
    labels = measure(single(PAIRS)).labels
    # a: 3 right, 1 wrongly found, 2 missed.  b: 2, 3, 1.  c: 1, 0, 1.
    assert labels["a"].precision == pytest.approx(3 / 4)
    assert labels["a"].recall == pytest.approx(3 / 5)
    assert labels["a"].f1 == pytest.approx(2 / 3)
    assert labels["b"].precision == pytest.approx(2 / 5)
    assert labels["b"].recall == pytest.approx(2 / 3)
    assert labels["b"].f1 == pytest.approx(1 / 2)
    assert labels["c"].precision == 1.0
    assert labels["c"].recall == pytest.approx(1 / 2)
    assert labels["c"].f1 == pytest.approx(2 / 3)
    assert [labels[name].support for name in "abc"] == [5, 3, 2]


def test_macro_is_the_mean_over_labels_and_micro_is_over_their_sums() -> None:
    result = measure(single(PAIRS))
    assert result.macro.precision == pytest.approx((3 / 4 + 2 / 5 + 1) / 3)
    assert result.macro.recall == pytest.approx((3 / 5 + 2 / 3 + 1 / 2) / 3)
    assert result.macro.f1 == pytest.approx((2 / 3 + 1 / 2 + 2 / 3) / 3)
    assert result.micro.precision == result.micro.recall == pytest.approx(6 / 10)
    assert result.exact == pytest.approx(6 / 10)


def test_the_worst_confusion_comes_first_and_names_its_lines() -> None:
    first, *rest = measure(single(PAIRS)).confusions
    assert (first.expected, first.predicted, first.count) == ("a", "b", 2)
    assert first.places == ("f:4", "f:5")
    assert [(one.expected, one.predicted) for one in rest] == [("b", "a"), ("c", "b")]


def test_several_labels_a_line_are_counted_label_by_label() -> None:
    lines = [
        Judged("nl", frozenset({"acute", "minor"}), frozenset({"acute"}), "f:1"),
        Judged("nl", frozenset(), frozenset({"minor"}), "f:2"),
        Judged("nl", frozenset({"acute", "minor"}), frozenset({"acute", "minor"}), "f:3"),
        Judged("nl", frozenset(), frozenset(), "f:4"),
    ]
    result = measure(lines)
    minor = result.labels["minor"]
    assert (minor.right, minor.wrongly_found, minor.missed) == (1, 1, 1)
    assert result.labels["acute"].f1 == 1.0
    # micro: 3 right, 1 wrongly found, 1 missed
    assert result.micro.precision == result.micro.recall == pytest.approx(3 / 4)
    assert result.exact == pytest.approx(2 / 4)
    assert {(one.expected, one.predicted) for one in result.confusions} == {
        ("minor", None),
        (None, "minor"),
    }


def test_a_label_that_never_occurs_counts_as_zero_not_as_an_error() -> None:
    result = measure(single(["ab"]))
    assert result.labels["a"].precision == 0.0
    assert result.labels["b"].recall == 0.0
    assert result.labels["b"].support == 0
    assert result.macro.f1 == 0.0


def test_a_label_that_is_only_ever_wrong_does_not_count_in_the_mean() -> None:
    result = measure(single(["aa", "aa", "aa", "ax"]))
    assert result.macro.recall == pytest.approx(3 / 4)
    assert result.macro.precision == 1.0
    assert result.micro.precision == pytest.approx(3 / 4)


def test_a_line_for_which_nothing_was_predicted_is_missed() -> None:
    result = measure(single(["a", "aa"]))
    assert result.labels["a"].recall == pytest.approx(1 / 2)
    assert result.labels["a"].precision == 1.0
    assert list(result.labels) == ["a"]


def test_no_lines_measure_as_zero() -> None:
    result = measure([])
    assert (result.count, result.exact, result.macro.f1, result.micro.f1) == (0, 0.0, 0.0, 0.0)


def test_languages_are_kept_apart() -> None:
    groups = by_language([*single(["aa"], "pl"), *single(["ab", "aa"], "nl")])
    assert list(groups) == ["nl", "pl"]
    assert measure(groups["pl"]).exact == 1.0
    assert measure(groups["nl"]).exact == 0.5
