"""Babel's way into the bot's domain files: what ``responses`` say and the labels of their buttons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import yaml

Message = tuple[int, str, str, list[str]]


def extract(
    fileobj: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[Message]:
    """Yield (line, function, message, comments) for each sentence of one domain file.

    The name of the response is the comment, so that a translator knows where the sentence is said.
    """
    root = yaml.compose(fileobj.read().decode("utf-8"), Loader=yaml.SafeLoader)
    if root is None:
        return
    for response, variants in _mapping(_child(root, "responses")):
        for variant in variants.value:
            yield from _sentences(variant, response.value)


def _sentences(variant: yaml.MappingNode, name: str) -> Iterator[Message]:
    text = _child(variant, "text")
    if text is not None and text.value.strip():
        yield text.start_mark.line + 1, "", text.value, [name]
    buttons = _child(variant, "buttons")
    for button in buttons.value if buttons is not None else []:
        title = _child(button, "title")
        if title is not None:
            yield title.start_mark.line + 1, "", title.value, [name]


def _mapping(node: Any) -> list[tuple[Any, Any]]:
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def _child(node: Any, key: str) -> Any:
    return next((value for name, value in _mapping(node) if name.value == key), None)
