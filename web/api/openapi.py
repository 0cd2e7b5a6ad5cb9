"""Puts the OpenAPI 3.1 document together from the parts that the rooms with a JSON API hand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

EXTENSION = "niet_pluis_api_parts"
API_VERSION = "1.0.0"

Json = Mapping[str, Any]


@dataclass(frozen=True)
class ApiPart:
    """One room's share: ``paths``, ``schemas`` (components) and ``security`` (schemes), each as OpenAPI writes them.

    A package of ``web.app.FEATURES`` hands its part in as ``API_PART``.
    """

    paths: Json
    schemas: Json = field(default_factory=dict)
    security: Json = field(default_factory=dict)


def ref(schema: str) -> dict[str, str]:
    """Return a reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{schema}"}


def json_body(schema: Json) -> dict[str, Any]:
    """Return a required JSON request body."""
    return {"required": True, "content": {"application/json": {"schema": dict(schema)}}}


def json_answer(description: str, schema: Json) -> dict[str, Any]:
    """Return a JSON response."""
    return {"description": description, "content": {"application/json": {"schema": dict(schema)}}}


def problem_answers(*statuses: int) -> dict[str, Any]:
    """Return problem responses for these statuses; 400, 429 and 500 can always come."""
    answer = {"$ref": "#/components/responses/Problem"}
    return {str(status): answer for status in sorted({400, 500, *statuses})}


def document(parts: Iterable[ApiPart]) -> dict[str, Any]:
    """Return the whole document."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Problem": PROBLEM_SCHEMA}
    security: dict[str, Any] = {}
    for part in parts:
        paths.update(part.paths)
        schemas.update(part.schemas)
        security.update(part.security)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Niet-Pluis",
            "version": API_VERSION,
            "description": "Tell somebody that something is not right, in your own language and without a name.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": security,
            "responses": {
                "Problem": {
                    "description": "What went wrong, in the person's language. `code` is stable (RFC 9457).",
                    "content": {"application/problem+json": {"schema": ref("Problem")}},
                }
            },
        },
    }


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "code", "status", "title", "detail"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:niet-pluis:problem:"},
        "code": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "title": {"type": "string"},
        "detail": {"type": "string"},
    },
}
