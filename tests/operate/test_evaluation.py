"""``nietpluis evaluate``: what it reads, what it refuses, what it shows."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.conftest import missing_service
from tests.operate.terminal import nietpluis
from web.operate.evaluation import judge, read_examples
from web.operate.places import ROOT
from web.operate.problems import OperatorError
from web.operate.scoreboard import as_data, as_table
from web.operate.training import fingerprint

INTENTS = [
    {"lang": "nl", "text": "hallo", "intent": "greet"},
    {"lang": "nl", "text": "doei", "intent": "goodbye"},
    {"lang": "pl", "text": "cześć", "intent": "greet"},
]


def written(path: Path, lines: list[dict[str, object]] | list[str]) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_lines_of_several_files_are_read_in_order_with_their_places(tmp_path: Path) -> None:
    one = written(tmp_path / "one.jsonl", INTENTS[:2])
    other = written(tmp_path / "other.jsonl", ["", json.dumps(INTENTS[2])])
    examples = list(read_examples("intents", [one, other]))
    assert [example.text for example in examples] == ["hallo", "doei", "cześć"]
    assert [example.place for example in examples] == [f"{one}:1", f"{one}:2", f"{other}:2"]
    assert examples[1].expected == {"goodbye"}


def test_an_acute_line_expects_its_flags_and_acute(tmp_path: Path) -> None:
    line = {"lang": "nl", "text": "…", "acute": True, "flags": ["confined", "minor"]}
    (example,) = read_examples("urgency", [written(tmp_path / "f", [line])])
    assert example.expected == {"acute", "confined", "minor"}


def test_a_line_that_is_not_urgent_expects_nothing(tmp_path: Path) -> None:
    line = {"lang": "nl", "text": "…", "acute": False, "flags": []}
    (example,) = read_examples("urgency", [written(tmp_path / "f", [line])])
    assert example.expected == frozenset()


@pytest.mark.parametrize(
    ("task", "line", "sentence"),
    [
        ("intents", "not json", "this is not a line of JSON"),
        ("intents", "[1]", "expected an object"),
        ("intents", {"lang": "nl", "intent": "greet"}, '"text" must be a text'),
        ("intents", {"lang": "nl", "text": "x"}, '"intent" must be a text'),
        ("language", {"text": "x"}, '"lang" must be a text'),
        ("urgency", {"lang": "nl", "text": "x", "flags": []}, '"acute" must be true or false'),
        ("urgency", {"lang": "nl", "text": "x", "acute": 1}, '"acute" must be true or false'),
        (
            "urgency",
            {"lang": "nl", "text": "x", "acute": True, "flags": ["danger"]},
            '"flags" must be a list of: immediate_danger',
        ),
    ],
)
def test_a_bad_line_is_named_by_file_and_number(
    tmp_path: Path, task: str, line: object, sentence: str
) -> None:
    good = {"lang": "nl", "text": "x", "intent": "greet", "acute": False, "flags": []}
    raw = line if isinstance(line, str) else json.dumps(line)
    file = written(tmp_path / "f.jsonl", [json.dumps(good), raw])
    with pytest.raises(OperatorError) as caught:
        list(read_examples(task, [file]))
    assert str(caught.value).startswith(f"{file}:2: ")
    assert sentence in str(caught.value)


def test_bytes_that_are_no_utf8_are_a_bad_line_and_no_crash(tmp_path: Path) -> None:
    file = tmp_path / "f.jsonl"
    file.write_bytes(b'{"lang": "nl", "text": "\xff\xfe"}\n')
    with pytest.raises(OperatorError, match=":1: "):
        list(read_examples("language", [file]))


def test_the_table_has_a_block_for_each_language_and_one_for_all(tmp_path: Path) -> None:
    examples = list(read_examples("intents", [written(tmp_path / "f", INTENTS)]))
    lines = judge(examples, [frozenset({"greet"}), frozenset({"greet"}), frozenset()])
    table = "\n".join(as_table("intents", lines))
    rows = {tuple(row.split()[:2]): row.split()[2:] for row in table.splitlines()[:11]}
    assert rows["nl", "greet"] == ["0.500", "1.000", "0.667", "1"]
    assert rows["nl", "goodbye"] == ["0.000", "0.000", "0.000", "1"]
    assert rows["pl", "greet"] == ["0.000", "0.000", "0.000", "1"]
    assert rows["all", "greet"] == ["0.500", "0.500", "0.500", "2"]
    assert rows["all", "micro"] == ["0.500", "0.333", "0.400", "3"]
    assert "goodbye → greet" in table
    assert "greet → —" in table


def test_the_flags_are_also_counted_without_whether_a_message_is_acute(tmp_path: Path) -> None:
    told = [
        {"lang": "nl", "text": "a", "acute": True, "flags": ["confined"]},
        {"lang": "nl", "text": "b", "acute": True, "flags": ["minor"]},
    ]
    examples = list(read_examples("urgency", [written(tmp_path / "f", told)]))
    lines = judge(examples, [frozenset({"acute", "confined"}), frozenset({"acute"})])
    (row,) = [row for row in as_table("urgency", lines) if "flags alone" in row]
    assert row.split()[-4:] == ["1.000", "0.500", "0.667", "2"]
    assert as_data("urgency", lines)["languages"]["nl"]["flags_micro"]["recall"] == 0.5


def test_the_data_for_machines_holds_the_same_numbers_and_no_text(tmp_path: Path) -> None:
    examples = list(read_examples("intents", [written(tmp_path / "f", INTENTS)]))
    data = as_data("intents", judge(examples, [frozenset({"greet"})] * 3))
    assert data["all"]["labels"]["greet"]["precision"] == pytest.approx(2 / 3)
    assert data["languages"]["pl"]["exact"] == 1.0
    assert data["languages"]["nl"]["confusions"][0]["predicted"] == "greet"
    assert "hallo" not in json.dumps(data)


def test_urgency_is_measured_on_the_product_itself(tmp_path: Path) -> None:
    calm = {"lang": "en", "text": "What is the minimum wage?", "acute": False, "flags": []}
    ended = nietpluis("evaluate", "urgency", str(written(tmp_path / "f", [calm])), "--json")
    assert ended.returncode == 0, ended.stderr
    data = json.loads(ended.stdout)
    assert data["task"] == "urgency"
    assert data["all"]["exact"] == 1.0


def test_a_bad_line_ends_the_command_with_one_sentence(tmp_path: Path) -> None:
    file = written(tmp_path / "f.jsonl", ["{}"])
    ended = nietpluis("evaluate", "urgency", str(file))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{file}:1: ")
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    file = written(tmp_path / "f.jsonl", [""])
    ended = nietpluis("evaluate", "language", str(file))
    assert ended.returncode == 1
    assert "nothing to measure" in ended.stderr


def test_intents_are_measured_on_the_trained_bot(tmp_path: Path) -> None:
    models = Path(os.environ.get("NIETPLUIS_MODELS") or ROOT / "var" / "models")
    if not (models / f"{fingerprint()}.tar.gz").exists():
        missing_service("the bot is not trained (make train): its intents were not measured")
    lines: list[dict[str, object]] = [
        {"lang": "en", "text": "hello", "intent": "greet"},
        {"lang": "en", "text": "/greet", "intent": "out_of_scope"},
    ]
    ended = nietpluis(
        "evaluate",
        "intents",
        str(written(tmp_path / "f.jsonl", lines)),
        "--json",
        NIETPLUIS_DATA=str(tmp_path / "data"),
        NIETPLUIS_MODELS=str(models),
    )
    assert ended.returncode == 0, ended.stderr
    data = json.loads(ended.stdout)
    assert data["all"]["count"] == 2
    assert data["all"]["labels"]["greet"]["recall"] == 1.0
