"""Lexicon files: what is shipped is complete, and what is wrong is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from escalation.signal import LANGUAGES
from escalation.triage.assessment import ACUTE_WHEN_NOW
from escalation.triage.lexicons import CONTEXTS, LexiconError, languages, load_lexicon, read_lexicon

LEAST_PATTERNS = 200

SOUND = """
language: xx
words:
  door: [door, gate*]
negation:
  - {words: ["not"], before: 2, after: 0}
context:
  now: ["now"]
cues:
  shut: [closed]
danger:
  confined:
    ongoing: ["<door> ... locked"]
    sign: [key]
    sign_counts_with: [shut + now]
"""


def written(tmp_path: Path, content: str) -> Path:
    """Write a lexicon file and return its path."""
    file = tmp_path / "xx.yml"
    file.write_text(content, encoding="utf-8")
    return file


def test_every_language_of_the_product_has_a_lexicon() -> None:
    assert {"nl", "en"} <= set(languages()) <= set(LANGUAGES) | set(languages())


@pytest.mark.parametrize("language", languages())
def test_a_shipped_lexicon_is_rich_and_covers_every_acute_flag(language: str) -> None:
    lexicon = load_lexicon(language)
    assert len(lexicon.danger) >= LEAST_PATTERNS
    assert {rule.flag for rule in lexicon.danger} >= ACUTE_WHEN_NOW | {"group", "image_blackmail"}
    assert lexicon.negations
    assert [context for context in CONTEXTS if not lexicon.contexts[context]] == []
    for rule in lexicon.danger:
        assert rule.pattern.expressions


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    lexicon = read_lexicon(written(tmp_path, SOUND))
    assert lexicon.language == "xx"
    ongoing, sign = lexicon.danger
    assert ongoing.name == "xx confined ongoing: <door> ... locked"
    assert sign.counts_with == (frozenset({"shut", "now"}),)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("language: xx", "language: yy"), "language"),
        (("language: xx", "language: xx\nnonsense: 1"), "file.nonsense"),
        (("door: [door, gate*]", "door: door"), "words.door"),
        (("door: [door, gate*]", "door: [<window>]"), "words.door"),
        (("door: [door, gate*]", "door: [no]"), "words.door[0]"),
        (('["not"]', "[no]"), "negation[0].words[0]"),
        (("before: 2", "before: many"), "negation[0]"),
        (("before: 2", "reach: 2"), "negation[0].reach"),
        (('now: ["now"]', "later: [tomorrow]"), "context.later"),
        (('now: ["now"]', 'now: ["(now"]'), "context.now[0]"),
        (("shut: [closed]", "shut: []\n  open: [7]"), "cues.open[0]"),
        (("  confined:", "  imprisoned:"), "danger.imprisoned"),
        (("ongoing: [", "continuing: ["), "danger.confined.continuing"),
        (("<door> ... locked", "<gate> ... locked"), "danger.confined.ongoing[0]"),
        (("shut + now", "shut + midnight"), "danger.confined.sign_counts_with"),
    ],
)
def test_a_mistake_is_refused_with_file_and_key(
    tmp_path: Path, change: tuple[str, str], key: str
) -> None:
    assert change[0] in SOUND
    with pytest.raises(LexiconError) as caught:
        read_lexicon(written(tmp_path, SOUND.replace(*change)))
    assert caught.value.file == "xx.yml"
    assert caught.value.key == key
    assert str(caught.value).startswith(f"xx.yml: {key}: ")


def test_a_file_that_is_not_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"xx\.yml: line \d+: is not YAML"):
        read_lexicon(written(tmp_path, "language: xx\nwords: [a\ncontext: {"))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="cannot be read"):
        read_lexicon(tmp_path / "xx.yml")
