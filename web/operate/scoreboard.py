"""Shows measures: as a table for people, as data for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from .metrics import ACUTE, Confusion, Judged, Macro, Result, Score, by_language, measure

NOTHING = "—"
_HEAD = ("language", "label", "precision", "recall", "F1", "support")


def as_data(task: str, lines: Sequence[Judged]) -> dict[str, Any]:
    """Return the measures of all lines, and of each language, as plain data."""
    groups = by_language(lines)
    data: dict[str, Any] = {
        "task": task,
        "all": _result(measure(lines)),
        "languages": {name: _result(measure(part)) for name, part in groups.items()},
    }
    if task == "urgency":
        data["all"]["flags_micro"] = _numbers(_flags_alone(lines))
        for name, part in groups.items():
            data["languages"][name]["flags_micro"] = _numbers(_flags_alone(part))
    return data


def as_table(task: str, lines: Sequence[Judged]) -> Iterator[str]:
    """Yield one table: a row a label for each language and for all, means, and the worst confusions."""
    groups = by_language(lines)
    sections = [(name, measure(part)) for name, part in groups.items()]
    if len(sections) != 1:
        sections.append(("all", measure(lines)))
    if task == "language":
        sections = [("all", measure(lines))]  # a language is a label here: one section says it all
    rows = [_HEAD]
    for name, result in sections:
        rows += [_row(name, label, score) for label, score in result.labels.items()]
        if task == "urgency":
            rows.append(_row(name, "flags alone, micro", _flags_alone(groups.get(name, lines))))
        rows.append(_row(name, "micro", result.micro))
        rows.append(_row(name, "macro", result.macro, result.micro.support))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        texts = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        numbers = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        yield "  ".join([*texts, *numbers])
    yield ""
    for name, result in sections:
        yield f"{name}: {result.count} lines, {result.exact:.1%} wholly right"
    yield from _worst(measure(lines).confusions)


def _flags_alone(lines: Sequence[Judged]) -> Score:
    """Return the score of all flags together, without whether a message is acute."""
    return measure(
        [
            replace(one, expected=one.expected - {ACUTE}, predicted=one.predicted - {ACUTE})
            for one in lines
        ]
    ).micro


def _worst(confusions: Sequence[Confusion]) -> Iterator[str]:
    if not confusions:
        return
    yield ""
    yield "worst confusions (expected → predicted)"
    for one in confusions:
        what = f"{one.expected or NOTHING} → {one.predicted or NOTHING}"
        places = ", ".join(place.rpartition("/")[2] for place in one.places)
        more = ", …" if one.count > len(one.places) else ""
        yield f"  {one.count:>4}  {what}   {places}{more}"


def _row(
    language: str, label: str, score: Score | Macro, support: int | None = None
) -> tuple[str, str, str, str, str, str]:
    count = score.support if isinstance(score, Score) else support
    return (
        language,
        label,
        f"{score.precision:.3f}",
        f"{score.recall:.3f}",
        f"{score.f1:.3f}",
        str(count),
    )


def _result(result: Result) -> dict[str, Any]:
    return {
        "count": result.count,
        "exact": result.exact,
        "micro": _numbers(result.micro),
        "macro": _numbers(result.macro),
        "labels": {label: _numbers(score) for label, score in result.labels.items()},
        "confusions": [
            {
                "expected": one.expected,
                "predicted": one.predicted,
                "count": one.count,
                "places": list(one.places),
            }
            for one in result.confusions
        ],
    }


def _numbers(score: Score | Macro) -> dict[str, float | int]:
    numbers: dict[str, float | int] = {
        "precision": score.precision,
        "recall": score.recall,
        "f1": score.f1,
    }
    if isinstance(score, Score):
        numbers["support"] = score.support
    return numbers
