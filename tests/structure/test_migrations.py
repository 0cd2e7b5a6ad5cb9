"""Migrations are a single line, numbered in order."""

from __future__ import annotations

import re

from alembic.script import ScriptDirectory

from tests.structure.sources import ROOT

MIGRATIONS = ROOT / "escalation" / "store" / "migrations"


def test_there_is_one_head_and_each_number_follows_the_last() -> None:
    names = sorted(path.stem for path in (MIGRATIONS / "versions").glob("*.py"))
    numbers = [int(name[:4]) for name in names if re.match(r"\d{4}_[a-z]", name)]
    assert numbers == list(range(1, len(names) + 1))
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1
