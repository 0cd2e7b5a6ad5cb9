"""The Rasa project holds together: vocabulary, texts, examples and rules."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions.questionnaire import OPENING, SELF_WORDED, SUMMARY
from bot.actions.rights import TOPICS as RIGHTS
from bot.actions.service import DETAIL, SHORT
from bot.choices import parse_choice
from bot.components.facts import read_facts
from bot.components.nlg import PLACEHOLDER
from bot.intents import FALLBACK, INFORM, INTENTS, LEARNT, TOPICS
from escalation.signal import FIELDS, LANGUAGES
from tests.bot.conftest import BOT
from tests.bot.running import environment

ARGUMENTS_GIVEN_BY_ACTIONS = {
    "language",
    "place",
    "since",
    "what",
    "first",
    "second",
    "day",
    "at",
    "until",
}
ASKED = sorted(
    {
        field
        for way in yaml.safe_load((BOT / "ways.yml").read_text("utf-8"))["ways"].values()
        for field in way
    }
)
MIN_EXAMPLES = 25


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def responses() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path in (BOT / "domain").glob("*.yml"):
        found.update(read(path).get("responses") or {})
    return found


def utterances_in_code() -> set[str]:
    """Every name of an utterance that stands in the actions, also in tables."""
    found: set[str] = set()
    for path in (BOT / "actions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(r"^utter_[a-z_]*[a-z]$", node.value))
    return found


def test_there_is_a_slot_for_every_field_and_for_nothing_unknown() -> None:
    slots = set(read(BOT / "domain" / "signal.yml")["slots"])
    internal = {"pending", "asked", "failed", "story_open", "correcting", "danger", "sent"}
    assert slots == set(FIELDS) | internal | {"topics", "advised", "derived", "settled"}


def test_every_topic_word_names_domain_rules_and_examples() -> None:
    for topic, intents in TOPICS.items():
        declared = [
            name for one in read(BOT / "domain" / f"{topic}.yml")["intents"] for name in one
        ]
        assert set(intents) <= set(declared)
        ruled = {
            step["intent"]
            for rule in read(BOT / "data" / "rules" / f"{topic}.yml")["rules"]
            for step in rule["steps"]
            if "intent" in step
        }
        assert set(intents) <= ruled


def test_every_intent_has_exactly_one_rule_and_one_action() -> None:
    ruled: Counter[str] = Counter()
    for path in (BOT / "data" / "rules").glob("*.yml"):
        for rule in read(path)["rules"]:
            intent, action = rule["steps"][0]["intent"], rule["steps"][1]["action"]
            ruled[intent] += 1
            assert action.startswith("action_") and len(rule["steps"]) == 2
    assert ruled == Counter(dict.fromkeys((*INTENTS, FALLBACK), 1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_enough_examples_in_every_language(language: str) -> None:
    counts: Counter[str] = Counter()
    for path in (BOT / "data" / "nlu" / language).glob("*.yml"):
        for block in read(path)["nlu"]:
            counts[block["intent"]] += len(block["examples"].splitlines())
    assert set(counts) == set(LEARNT)
    assert {intent: n for intent, n in counts.items() if n < MIN_EXAMPLES} == {}
    assert INFORM not in counts


def test_every_utterance_stands_in_one_file_only() -> None:
    names: Counter[str] = Counter()
    for path in (BOT / "domain").glob("*.yml"):
        names.update((read(path).get("responses") or {}).keys())
    assert [name for name, count in names.items() if count > 1] == []


def test_every_utterance_that_is_said_exists() -> None:
    fixed = set(responses())
    assert utterances_in_code() - fixed == set()
    for field in (*OPENING, *ASKED, *SUMMARY, "contact_detail"):
        assert f"utter_ask_{field}" in fixed
        if field in SELF_WORDED:
            assert f"utter_ask_{field}_self" in fixed
    for field in SUMMARY:
        assert f"utter_label_{field}" in fixed
    for said in (*SHORT.values(), *DETAIL.values(), *(t.short for t in RIGHTS.values())):
        assert set(said) <= fixed


def test_no_utterance_is_never_said() -> None:
    said = utterances_in_code()
    composed = re.compile(r"utter_(ask|label|value)_|_sms$|_unsure$|utter_anonymity_name")
    assert {name for name in responses() if name not in said and not composed.search(name)} == set()


def test_every_question_can_be_asked_in_two_ways() -> None:
    asked = {name for name in responses() if name.startswith("utter_ask_")} - {
        "utter_ask_send",
        "utter_ask_again",
    }
    for name in asked:
        texts = [variation["text"] for variation in responses()[name]]
        assert len(set(texts)) == 2, name


def test_every_button_is_a_choice_of_the_grammar_with_a_label() -> None:
    for name, variations in responses().items():
        for button in (b for v in variations for b in v.get("buttons", ())):
            assert parse_choice(button["payload"]), name
            assert button["title"].strip() and "{" not in button["title"]


def test_every_question_about_a_field_can_be_left_unanswered() -> None:
    for field in (*ASKED, "contact_detail"):
        payloads = [b["payload"] for b in responses()[f"utter_ask_{field}"][0]["buttons"]]
        ways_out = {f"skip:{field}", f"unknown:{field}", f"{field}:none", f"{field}:decide_later"}
        assert ways_out & set(payloads), field


def test_every_placeholder_is_given_an_argument() -> None:
    known = set(read_facts()) | ARGUMENTS_GIVEN_BY_ACTIONS
    for name, variations in responses().items():
        for variation in variations:
            assert set(PLACEHOLDER.findall(variation["text"])) <= known, name
            assert variation["text"].count("{") == len(PLACEHOLDER.findall(variation["text"]))


def test_texts_hold_no_numbers_that_belong_to_the_facts() -> None:
    for name, variations in responses().items():
        for variation in variations:
            words = re.sub(r"\{[a-z_]+\}|112NL|under 18|than 18", "", variation["text"])
            assert not re.search(r"\d", words), (name, words)


def test_texts_for_the_public_avoid_words_that_hurt() -> None:
    said = " ".join(
        v["text"] + str(v.get("buttons", "")) for vs in responses().values() for v in vs
    )
    for word in ("victim", "slave", "prostitut", "illegal", "trafficking"):
        labels = re.sub(r"payload': '[^']*'", "", said).casefold()
        assert word not in labels


def test_no_action_speaks_in_its_own_words() -> None:
    for path in (BOT / "actions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "utter_message":
                given = {keyword.arg for keyword in node.keywords}
                assert not given & {"text", "template", "buttons", "image"}, path.name


def test_modules_and_functions_stay_small() -> None:
    for path in BOT.rglob("*.py"):
        source = path.read_text("utf-8")
        assert source.count("\n") <= 300, path.name
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                assert (node.end_lineno or 0) - node.lineno < 50, (path.name, node.name)


def test_the_bot_knows_nothing_of_the_product_but_its_vocabulary() -> None:
    for path in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                module = node.module.split(".")[0]
                assert module != "web", path.name
                assert module != "escalation" or node.module == "escalation.signal", path.name


def test_rasa_finds_nothing_wrong(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "rasa",
        "data",
        "validate",
        "--config",
        str(BOT / "config.yml"),
    ]
    command += ["--domain", str(BOT / "domain"), "--data", str(BOT / "data")]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-2000:]
    assert "No story structure conflicts found" in said
