"""Small modules, small functions, and names that say what is inside."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.structure.sources import ROOT, Module, modules

MODULE_LINES = 300
FUNCTION_LINES = 50
TEST_FILE_LINES = 500
MAKEFILE_LINES = 120
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


@pytest.mark.parametrize("module", modules(), ids=lambda one: one.name)
def test_a_module_fits_on_a_few_screens(module: Module) -> None:
    assert len(module.text.splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("module", modules(), ids=lambda one: one.name)
def test_a_function_fits_on_one_screen(module: Module) -> None:
    if ".migrations.versions." in module.name:
        return  # a list of columns, written once
    long = [
        f"{node.name}: {lines} lines"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert long == []


@pytest.mark.parametrize("module", modules(), ids=lambda one: one.name)
def test_a_module_says_what_it_owns(module: Module) -> None:
    is_empty = not module.text.strip()
    assert is_empty or ast.get_docstring(module.tree)


@pytest.mark.parametrize("module", modules(), ids=lambda one: one.name)
def test_a_module_is_named_by_its_content(module: Module) -> None:
    assert not NAMES_THAT_SAY_NOTHING & set(module.name.split("."))


def test_test_files_stay_readable() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if (lines := _lines(path)) > TEST_FILE_LINES
    ]
    assert long == []


def test_the_makefile_stays_a_list_of_names() -> None:
    assert _lines(ROOT / "Makefile") <= MAKEFILE_LINES


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
