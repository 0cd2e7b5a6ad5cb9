"""docs/threat-model.md claims nothing without a test that is there, and says what remains."""

from __future__ import annotations

import re

from tests.structure.sources import ROOT

TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
SECTIONS = re.split(r"^## ", TEXT, flags=re.M)[2:]


def test_every_proof_is_a_test_that_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", TEXT)
    assert len(named) > 20
    for path in named:
        assert "def test_" in (ROOT / path).read_text(encoding="utf-8"), path


def test_every_line_of_defence_names_its_proof() -> None:
    for section in SECTIONS:
        lines = [" ".join(one.split()) for one in re.split(r"^- ", section, flags=re.M)[1:]]
        defences = [one for one in lines if not one.startswith("*Remains.*")]
        assert defences, section
        assert len(defences) == len(lines) - 1, "each adversary needs one line of what remains"
        for line in defences:
            assert "proved by `tests/" in line, line
