"""Holds real answers against the OpenAPI document: status, media type and body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

DOCUMENT = "urn:openapi"


class Contract:
    """One OpenAPI document."""

    def __init__(self, document: Any) -> None:
        self.document: Mapping[str, Any] = document
        resource = Resource(contents=document, specification=DRAFT202012)
        self.registry: Registry[Any] = Registry().with_resource(DOCUMENT, resource)

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        """Fail unless the document describes this answer to this request."""
        described = self._operation(method, path.partition("?")[0])["responses"]
        status = str(answer.status_code)
        assert status in described, f"{method} {path} answered {status}, which is not described"
        response = self._resolved(described[status])
        media = answer.content_type.partition(";")[0]
        assert media in response["content"], f"{media} is not described"
        schema = response["content"][media]["schema"]
        self.validate(schema, answer.json)

    def validate(self, schema: Mapping[str, Any], value: object) -> None:
        """Fail unless ``value`` is as the schema says. References are within the document."""
        anchored = _anchored(schema)
        validator = Draft202012Validator(
            anchored, registry=self.registry, format_checker=FormatChecker()
        )
        validator.validate(value)

    def _operation(self, method: str, path: str) -> Mapping[str, Any]:
        for template, item in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in item:
                found: Mapping[str, Any] = item[method.lower()]
                return found
        raise AssertionError(f"{method} {path} is not described")

    def _resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in part:
            return part
        found: Any = self.document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return dict(found)


def _anchored(part: Any) -> Any:
    """Return the schema with its references turned to the whole document."""
    if isinstance(part, Mapping):
        return {
            key: f"{DOCUMENT}{value}" if key == "$ref" else _anchored(value)
            for key, value in part.items()
        }
    return [_anchored(one) for one in part] if isinstance(part, list) else part
