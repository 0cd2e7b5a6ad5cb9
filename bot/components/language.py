"""Hears which language a text is in: by letters learned from our examples, langdetect and the commonest words.

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
import numpy as np
from langdetect.detector_factory import DetectorFactory
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.wording import fold, words_of
from escalation.signal import LANGUAGES

from .letters import HEARD_CHARS, Letters, learn_letters

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

_OTHERS_LOG_PRIOR = math.log(0.002)
_BOT = Path(__file__).parent.parent
_WORDS = _BOT / "words"
EXAMPLES = _BOT / "data" / "nlu"
_FILE = "letters.npz"
_SCRIPTS = {"uk": "CYRILLIC", "ru": "CYRILLIC", "bg": "CYRILLIC", "ar": "ARABIC"}
_WORD_WEIGHT = 2.0
_LETTERS_WEIGHT = 0.4
_LANGDETECT_SHARE = 0.5
_SO_FAR = 1.0
_DOUBT_WHEN_TRANSLITERATED = 8.0
_GROUP_WEIGHT = 0.4
"""Letter groups overlap, so they are not independent witnesses."""
_SMOOTHING = 5e-5
_PROFILED_CHARS = 100
"""langdetect takes longest, and a line is enough for it."""

_SURE_FROM_WORDS = 3
_UNSURE = 0.85
"""The most that is claimed for a text of one or two words."""


# Registered as a classifier, because those are left out of training: no example needs its language detected.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LanguageDetector(GraphComponent):
    """Sets ``language`` to ``{"language", "confidence", "next"}`` on a message, or leaves it when the person chose."""

    def __init__(self, storage: ModelStorage, resource: Resource, letters: Letters | None = None):
        self._storage, self._resource, self._letters = storage, resource, letters

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
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn how people type each language. The folders say which example is in which; Rasa's data does not."""
        self._letters = learn_letters(EXAMPLES)
        with self._storage.write_to(self._resource) as folder:
            np.savez_compressed(
                folder / _FILE, languages=self._letters.languages, weights=self._letters.weights
            )
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LanguageDetector:
        """Return the detector with what ``train`` kept, or without it when nothing was."""
        _factory()
        try:
            with (
                model_storage.read_from(resource) as folder,
                np.load(folder / _FILE, allow_pickle=False) as kept,
            ):
                letters = Letters(tuple(map(str, kept["languages"])), kept["weights"])
        except (ValueError, FileNotFoundError):
            return cls(model_storage, resource)
        return cls(model_storage, resource, letters)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Change nothing: nothing learns from it."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Detect the language of messages whose writer has not chosen one."""
        for message in messages:
            metadata = message.get("metadata") or {}
            if not metadata.get("language_chosen"):
                heard = detect(message.get(TEXT) or "", self._letters, metadata.get("language"))
                message.set("language", heard, add_to_output=True)
        return messages


def detect(
    text: str, letters: Letters | None = None, so_far: str | None = None
) -> dict[str, Any] | None:
    """Return ``{"language": code, "confidence": 0..1, "next": code}``, or None when nothing can be heard.

    The same text gives the same answer. The code may be that of a language that the product does not speak yet.
    ``letters``: what was learned; without it langdetect and the common words decide. ``so_far``: the language of the
    conversation, which needs a little less to be believed.
    """
    heard = text[:HEARD_CHARS]
    candidates = _of_script(heard)
    if not candidates:
        return None
    words = words_of(fold(heard))
    scores = _scores(heard, words, candidates, letters)
    if so_far in scores:
        scores[so_far] += _SO_FAR
    best, following = (*sorted(scores, key=lambda code: -scores[code]), None)[:2]
    confidence = 1 / sum(math.exp(score - scores[best]) for score in scores.values())
    if len(words) < _SURE_FROM_WORDS:
        confidence = min(confidence, _UNSURE)
    return {"language": best, "confidence": round(confidence, 3), "next": following}


def _scores(
    text: str, words: list[str], candidates: tuple[str, ...], letters: Letters | None
) -> dict[str, float]:
    """Weigh what langdetect, the common words and the learned letters say."""
    scores = _log_likelihood(text, candidates)
    if letters is not None:
        scores = _with_letters(text, scores, letters)
    for word in words:
        owners = _owners().get(word, ())
        for code in owners:
            if code in scores:
                scores[code] += _WORD_WEIGHT / len(owners)
    return scores


def _with_letters(text: str, scores: dict[str, float], letters: Letters) -> dict[str, float]:
    """Of our languages the letters decide, also when they are typed in another script; the others are weighed
    against the best of ours by langdetect alone."""
    learned = letters.score(text)
    ours = [code for code in scores if code in learned]
    if not ours:
        return scores
    best = max(scores[code] for code in ours)
    weighed = {
        code: _LETTERS_WEIGHT * value
        + (_LANGDETECT_SHARE * (scores[code] - best) if code in ours else 0.0)
        for code, value in learned.items()
        if code in ours or (_is_latin(scores) and code in _SCRIPTS)
    }
    likeliest = max(weighed, key=lambda code: weighed[code])
    # In another script than its own, langdetect takes a language for a neighbour: Russian in Latin letters for Slovak.
    doubt = _DOUBT_WHEN_TRANSLITERATED if likeliest not in ours else 0.0
    top = weighed[likeliest] - doubt
    others = {code: top + scores[code] - best for code in scores if code not in learned}
    return {**weighed, **others}


def _is_latin(scores: dict[str, float]) -> bool:
    return any(code not in _SCRIPTS for code in scores)


def _log_likelihood(text: str, candidates: tuple[str, ...]) -> dict[str, float]:
    """Weigh all letter groups of the text, where langdetect itself draws a few at random: steadier on short texts."""
    factory = _factory()
    detector = factory.create()
    detector.append(text[:_PROFILED_CHARS].lower())
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
