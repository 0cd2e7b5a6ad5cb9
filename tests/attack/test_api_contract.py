"""Schemathesis against the API as its own document describes it: every operation, well-formed requests and others."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)

from escalation.conversation import Opened
from tests.builders import Joined
from web.app import FEATURES

EXAMPLES = 60
UNFIT = [
    ignored_auth,  # takes the valid token that is put in here for a made-up one; the route table asks who may what
    positive_data_acceptance,  # a text of spaces is a string and yet no message: 422, as described
]

OPERATIONS = sorted(
    (method, path)
    for feature in map(import_module, FEATURES)
    if hasattr(feature, "API_PART")
    for path, item in feature.API_PART.paths.items()
    for method in item
    if method != "parameters"
)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_answers_as_it_is_described(
    app: Flask, told: Opened, anna: Joined, method: str, path: str
) -> None:
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operation = described[path][method]
    tokens = {"reporterToken": told.token, "screenerToken": anna.session_token}
    needed = [tokens[name] for one in operation.definition.raw.get("security", ()) for name in one]
    answered: list[int] = []

    @given(
        case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)),
        known=st.booleans(),
    )
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    def attack(case: Any, known: bool) -> None:
        if needed:
            case.headers["Authorization"] = f"Bearer {needed[0]}"
        if known and "id" in case.path_parameters:
            case.path_parameters["id"] = told.id
        answer = case.call()
        answered.append(answer.status_code)
        # Too long is refused with 413, which this check does not count as refused.
        unfit = [*UNFIT, negative_data_rejection] if answer.status_code == 413 else UNFIT
        case.validate_response(answer, excluded_checks=unfit)

    attack()
    assert len(answered) >= (EXAMPLES if operation.body or needed else 1)
    assert max(answered) < 500
