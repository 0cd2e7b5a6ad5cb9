"""What people answer to ordinary questions pages nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from escalation.signal import LANGUAGES
from escalation.triage import read_text

WORDS = Path(__file__).resolve().parents[1] / "bot" / "words"
ORDINARY = frozenset(
    (
        *("knowledge_basis", "reporter_role", "housing_via_employer", "share_with"),
        *("contact", "victim_count", "genders", "place_text", "sector"),
    )
)
"""Questions whose answers tell of no danger by themselves."""

LEAST_WORDS = 3
FALSE_PAGES_MOST = 0.03


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_to_ordinary_questions_page_nobody(language: str) -> None:
    answers = yaml.safe_load((WORDS / f"{language}.yml").read_text(encoding="utf-8"))["answers"]
    texts = [str(one["text"]) for one in answers if one.get("field") in ORDINARY]
    texts = [text for text in texts if len(text.split()) >= LEAST_WORDS]
    assert len(texts) >= 50
    acute = [text for text in texts if read_text(text, language).level == "acute"]
    assert len(acute) <= FALSE_PAGES_MOST * len(texts), acute
