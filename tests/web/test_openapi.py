"""The document that describes the API is itself valid, complete, and strict enough to catch a wrong answer."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from jsonschema import ValidationError
from openapi_spec_validator import validate

from escalation.signal import FIELDS, LANGUAGES
from tests.web.contract import Contract
from web.api.openapi import ApiPart, document


@pytest.fixture
def contract(app: Flask) -> Contract:
    return Contract(app.test_client().get("/api/v1/openapi.json").json)


def test_the_document_is_valid_openapi(contract: Contract) -> None:
    validate(dict(contract.document))
    assert contract.document["openapi"].startswith("3.1")


def test_every_route_of_the_api_is_described_and_nothing_else(
    app: Flask, contract: Contract
) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?\w+>", "{}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }
    described = {
        (re.sub(r"\{\w+\}", "{}", path), method)
        for path, item in contract.document["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert routes == described


def test_operations_have_names_of_their_own(contract: Contract) -> None:
    names = [
        operation["operationId"]
        for item in contract.document["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    assert len(names) == len(set(names))


def test_the_vocabulary_is_that_of_the_signal(contract: Contract) -> None:
    schemas = contract.document["components"]["schemas"]
    assert schemas["Turn"]["properties"]["asks"]["enum"] == [*FIELDS, None]
    assert schemas["NewConversation"]["properties"]["language"]["enum"] == [*LANGUAGES, None]


def test_a_wrong_answer_would_be_caught(contract: Contract) -> None:
    turn = {"$ref": "#/components/schemas/Turn"}
    with pytest.raises(ValidationError):
        contract.validate(turn, {"id": "1", "author": "somebody"})


def test_rooms_hand_in_their_parts() -> None:
    part = ApiPart(paths={"/api/v1/x": {}}, schemas={"X": {}}, security={"xToken": {}})
    whole = document([part])
    assert "/api/v1/x" in whole["paths"]
    assert set(whole["components"]["schemas"]) == {"Problem", "X"}
    assert whole["components"]["securitySchemes"] == {"xToken": {}}
