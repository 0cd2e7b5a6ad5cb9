"""Hears which language a text is in: langdetect with a prior for our languages, helped by their commonest words.

The person's own choice beats any detector, so nothing is detected once a language was chosen.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import langdetect
from langdetect.detector_factory import DetectorFactory
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.wording import fold, words_of
from escalation.signal import LANGUAGES

OTHERS = (
    "de",
    "fr",
    "es",
    "ro",
    "hu",
    "pt",
    "uk",
    "ru",
    "bg",
    "tr",
    "ar",
    "it",
    "cs",
    "sk",
    "lt",
    "lv",
    "id",
    "vi",
)
"""Languages that people here also write. They are known so that they are not taken for one of ours."""

_OTHERS_LOG_PRIOR = math.log(0.02)
_WORDS = Path(__file__).parent.parent / "words"
_SCRIPTS = {"uk": "CYRILLIC", "ru": "CYRILLIC", "bg": "CYRILLIC", "ar": "ARABIC"}
_WORD_WEIGHT = 2.0
_GROUP_WEIGHT = 0.4
"""Letter groups overlap, so they are not independent witnesses."""
_SMOOTHING = 5e-5
_HEARD_CHARS = 2_000
_SURE_FROM_WORDS = 3
_UNSURE = 0.85
"""The most that is claimed for a text of one or two words."""


# Registered as a classifier, because those are left out of training: no example needs its language detected.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class LanguageDetector(GraphComponent):
    """Sets ``language`` to ``{"language", "confidence"}`` on a message, or leaves it when the person chose."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageDetector:
        """Build the component and load the profiles, so that no first message waits for them."""
        _factory()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Detect the language of messages whose writer has not chosen one."""
        for message in messages:
            if not (message.get("metadata") or {}).get("language_chosen"):
                message.set("language", detect(message.get(TEXT) or ""), add_to_output=True)
        return messages


def detect(text: str) -> dict[str, Any] | None:
    """Return ``{"language": code, "confidence": 0..1}``, or None when nothing can be heard.

    The same text gives the same answer. The code may be that of a language that the product does not speak yet.
    """
    heard = text[:_HEARD_CHARS]
    candidates = _of_script(heard)
    if not candidates:
        return None
    words = words_of(fold(heard))
    scores = _log_likelihood(heard, candidates)
    for word in words:
        owners = _owners().get(word, ())
        for code in owners:
            if code in scores:
                scores[code] += _WORD_WEIGHT / len(owners)
    best = max(scores, key=lambda code: scores[code])
    confidence = 1 / sum(math.exp(score - scores[best]) for score in scores.values())
    if len(words) < _SURE_FROM_WORDS:
        confidence = min(confidence, _UNSURE)
    others = sorted(scores, key=lambda code: -scores[code])[1:2]
    return {"language": best, "confidence": round(confidence, 3), "next": (others or [None])[0]}


def _log_likelihood(text: str, candidates: tuple[str, ...]) -> dict[str, float]:
    """Weigh all letter groups of the text, where langdetect itself draws a few at random: steadier on short texts."""
    factory = _factory()
    detector = factory.create()
    detector.append(text.lower())
    detector.cleaning_text()
    places = {code: factory.langlist.index(code) for code in candidates}
    total = {code: 0.0 if code in LANGUAGES else _OTHERS_LOG_PRIOR for code in candidates}
    for group in detector._extract_ngrams():
        shares = factory.word_lang_prob_map[group]
        for code, place in places.items():
            total[code] += _GROUP_WEIGHT * math.log(_SMOOTHING + shares[place])
    return total


def _of_script(text: str) -> tuple[str, ...]:
    """Return the languages that are written in the script of most letters of ``text``."""
    scripts = Counter(unicodedata.name(c, "?").split()[0] for c in text if c.isalpha())
    if not scripts:
        return ()
    script = scripts.most_common(1)[0][0]
    known = dict.fromkeys((*LANGUAGES, *OTHERS))
    return tuple(code for code in known if _SCRIPTS.get(code, "LATIN") == script)


@lru_cache(maxsize=1)
def _factory() -> DetectorFactory:
    factory = DetectorFactory()
    profiles = Path(langdetect.__file__).parent / "profiles"
    codes = dict.fromkeys((*LANGUAGES, *OTHERS))
    factory.load_json_profile([(profiles / code).read_text(encoding="utf-8") for code in codes])
    return factory


@lru_cache(maxsize=1)
def _owners() -> dict[str, tuple[str, ...]]:
    """Return for each common word the languages that own it."""
    owners: dict[str, tuple[str, ...]] = {}
    for path in sorted(_WORDS.glob("*/common.txt")):
        for word in dict.fromkeys(fold(path.read_text(encoding="utf-8")).split()):
            owners[word] = (*owners.get(word, ()), path.parent.name)
    return owners
