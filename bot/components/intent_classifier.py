"""Which intent a text has: a linear classifier over words, letter groups and the meaning of the sentence.

Measured against the alternatives in docs/decisions/0007-intent-classifier.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.wording import fold

from .romanising import romanised

RANKING_LENGTH = 5
READ_CHARS = 1_000

_FILE = "intents.npz"
_GROUPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("words", {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"\S+"}),
    ("letters", {"analyzer": "char_wb", "ngram_range": (2, 5)}),
)


def readable(text: str) -> str:
    """Return what the classifier reads of a text: folded, in Latin letters, with one ``?`` when it asks something."""
    folded = romanised(fold(text[:READ_CHARS]))
    return f"{folded} ?" if "?" in text or "؟" in text else folded


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(IntentClassifier, GraphComponent):
    """Learns intents from texts and their sentence vectors. Kept as plain arrays, never as a pickle."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage, self._resource = storage, resource
        self._vectorizers: list[TfidfVectorizer] = []
        self._classes: np.ndarray = np.array([])
        self._weights: np.ndarray = np.empty((0, 0))
        self._bias: np.ndarray = np.empty(0)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``strictness`` is LinearSVC's C; ``meaning`` weighs sentence vectors against words.

        ``sharpness`` turns scores into confidences: the one with the least log loss in cross-validation.
        """
        return {"strictness": 0.3, "meaning": 0.7, "min_df": 2, "sharpness": 4.0}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """Build an untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples and keep what was learnt."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        texts = [readable(e.get(TEXT)) for e in examples]
        self._vectorizers = [
            TfidfVectorizer(
                sublinear_tf=True, min_df=self._config["min_df"], dtype=np.float32, **how
            )
            for _, how in _GROUPS
        ]
        for vectorizer in self._vectorizers:
            vectorizer.fit(texts)
        model = LinearSVC(C=self._config["strictness"], random_state=0)
        model.fit(self._features(examples), [e.get(INTENT) for e in examples])
        self._classes = np.asarray(model.classes_, dtype=str)
        self._weights = model.coef_.T.astype(np.float32)
        self._bias = model.intercept_.astype(np.float32)
        self._persist()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set ``intent`` and ``intent_ranking`` on each message."""
        if not len(self._classes):
            return messages
        for message, row in zip(messages, self._probabilities(messages), strict=True):
            order = np.argsort(-row)[:RANKING_LENGTH]
            ranking = [{"name": str(self._classes[i]), "confidence": float(row[i])} for i in order]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Change nothing: nothing after this component learns."""
        return training_data

    def _probabilities(self, messages: list[Message]) -> np.ndarray:
        # Of another type than the weights, each message would have every row of them converted first.
        features = self._features(messages).astype(self._weights.dtype)
        scores = np.asarray(features @ self._weights + self._bias)
        best = scores.max(axis=1, keepdims=True)
        odds = np.exp(self._config["sharpness"] * (scores - best))
        return odds / odds.sum(axis=1, keepdims=True)

    def _features(self, messages: list[Message]) -> csr_matrix:
        texts = [readable(message.get(TEXT) or "") for message in messages]
        sparse = [vectorizer.transform(texts) for vectorizer in self._vectorizers]
        dense = [_vector(message) for message in messages]
        meaning = csr_matrix(np.vstack(dense) * self._config["meaning"], dtype=np.float32)
        return hstack([*sparse, meaning], format="csr")

    def _persist(self) -> None:
        kept: dict[str, np.ndarray] = {
            "classes": self._classes,
            "weights": self._weights,
            "bias": self._bias,
        }
        for (name, _), vectorizer in zip(_GROUPS, self._vectorizers, strict=True):
            kept[f"{name}_vocabulary"] = vectorizer.get_feature_names_out().astype(str)
            kept[f"{name}_idf"] = vectorizer.idf_
        with self._storage.write_to(self._resource) as folder:
            np.savez_compressed(folder / _FILE, **kept)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """Return the classifier that ``train`` kept, or an untrained one when nothing was."""
        classifier = cls(config, model_storage, resource)
        try:
            with (
                model_storage.read_from(resource) as folder,
                np.load(folder / _FILE, allow_pickle=False) as kept,
            ):
                classifier._restore(kept)
        except (ValueError, FileNotFoundError):
            return classifier
        return classifier

    def _restore(self, kept: Any) -> None:
        self._classes, self._weights, self._bias = kept["classes"], kept["weights"], kept["bias"]
        for name, how in _GROUPS:
            vocabulary = {term: i for i, term in enumerate(kept[f"{name}_vocabulary"])}
            vectorizer = TfidfVectorizer(
                sublinear_tf=True, dtype=np.float32, vocabulary=vocabulary, **how
            )
            vectorizer.idf_ = kept[f"{name}_idf"]
            self._vectorizers.append(vectorizer)


def _vector(message: Message) -> np.ndarray:
    dense = message.get_dense_features(TEXT)[1]
    return dense.features[0] if dense is not None else np.zeros(512, dtype=np.float32)
