"""Where sentences may stand: in the bot's domain files and in gettext, nowhere else."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest
import yaml

from tests.structure.sources import ROOT, Module, modules

DOMAIN = sorted((ROOT / "bot" / "domain").glob("*.yml"))


def calls(module: Module, name: str) -> list[ast.Call]:
    """Return the calls of a function or method of this name."""
    return [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and name in (getattr(node.func, "id", None), getattr(node.func, "attr", None))
    ]


@pytest.mark.parametrize("module", modules("bot"), ids=lambda one: one.name)
def test_an_action_names_a_response_and_never_brings_its_own_words(module: Module) -> None:
    for call in calls(module, "utter_message"):
        keywords = {keyword.arg for keyword in call.keywords}
        assert not call.args
        assert not keywords & {"text", "template", "buttons", "json_message"}


@pytest.mark.parametrize("module", modules("web"), ids=lambda one: one.name)
def test_a_flashed_sentence_comes_from_the_catalogue(module: Module) -> None:
    literal = [call for call in calls(module, "flash") if isinstance(call.args[0], ast.Constant)]
    assert literal == []


def test_no_response_stands_in_two_domain_files() -> None:
    """Rasa would take one of them and drop the other."""
    counted: Counter[str] = Counter()
    for path in DOMAIN:
        counted.update([*yaml.safe_load(path.read_text(encoding="utf-8")).get("responses", {})])
    assert DOMAIN
    assert [name for name, count in counted.items() if count > 1] == []


def test_an_error_carries_a_code_and_no_sentence() -> None:
    (errors,) = [one for one in modules("escalation") if one.name == "escalation.errors"]
    codes = re.findall(r'^    code(?:: \S+)? = "(.*)"$', errors.text, flags=re.MULTILINE)
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z_]+", code) for code in codes)


@pytest.mark.parametrize("module", modules("escalation"), ids=lambda one: one.name)
def test_the_domain_reads_no_environment(module: Module) -> None:
    names = {name for name in module.imports() if name.startswith("os.")}
    assert not names & {"os.environ", "os.getenv"}
    assert "os.environ" not in module.text
