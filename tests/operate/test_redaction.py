"""What a program prints when it fails may quote a person; none of that may be shown."""

from __future__ import annotations

import json

from web.operate.redaction import Redactor

SECRET = "they keep us in the barn at Dorpsstraat 3"


def shown(text: str, *, hides_plain_lines: bool = False) -> list[str]:
    redactor = Redactor()
    redactor.hides_plain_lines = hides_plain_lines
    return [line for line in map(redactor.show, text.splitlines()) if line]


def test_a_traceback_keeps_its_places_and_kind_and_loses_its_words() -> None:
    lines = shown(
        "Traceback (most recent call last):\n"
        '  File "/srv/web/chat/views.py", line 12, in send\n'
        f"    receive(text='{SECRET}')\n"
        "            ^^^^^^^^^^^^\n"
        f"web.errors.OddError: {SECRET}\n"
        f"{SECRET}\n"
        "Dorpsstraat\n"
        "\n"
        "WARNING web: next entry\n"
    )
    assert lines == [
        "Traceback (most recent call last):",
        '  File "/srv/web/chat/views.py", line 12, in send',
        "web.errors.OddError: …",
        "WARNING web: next entry",
    ]


def test_an_error_with_an_unusual_name_loses_its_words_too() -> None:
    lines = shown(
        "Traceback (most recent call last):\n"
        '  File "/srv/a.py", line 1, in f\n'
        f"lib.Trouble: {SECRET}\n"
    )
    assert lines[-1] == "lib.Trouble: …"


def test_both_causes_of_a_chained_error_are_named() -> None:
    lines = shown(
        "Traceback (most recent call last):\n"
        '  File "/srv/a.py", line 1, in f\n'
        f"KeyError: '{SECRET}'\n"
        "\n"
        "During handling of the above exception, another exception occurred:\n"
        "\n"
        "Traceback (most recent call last):\n"
        '  File "/srv/b.py", line 2, in g\n'
        "ValueError\n"
    )
    assert "KeyError: …" in lines
    assert lines[-1] == "ValueError"
    assert SECRET not in "\n".join(lines)


def test_a_structured_entry_is_shown_by_its_name_alone() -> None:
    entry = {
        "event": "processor.message.parse",
        "level": "error",
        "parse_data_text": SECRET,
        "exception": [{"exc_type": "ValueError", "exc_value": SECRET}],
    }
    assert shown(json.dumps(entry)) == ["error processor.message.parse ValueError"]


def test_an_event_name_that_is_a_sentence_is_not_shown() -> None:
    assert shown(json.dumps({"event": SECRET, "level": "warning"})) == ["warning …"]


def test_broken_json_is_not_shown() -> None:
    assert shown('{"text": "' + SECRET) == []


def test_plain_lines_of_a_program_that_is_not_ours_are_hidden_once_it_runs() -> None:
    assert shown(f"got {SECRET}", hides_plain_lines=True) == []
    assert shown("listening", hides_plain_lines=False) == ["listening"]
