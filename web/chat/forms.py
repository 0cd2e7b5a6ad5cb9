"""Reads the chat form: free text, one choice, or several ticked boxes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from .presenting import DONE_PREFIX

CLIENT_ID_MAX_CHARS = 64


@dataclass(frozen=True)
class Answer:
    """What was sent: a ``language`` wins over a ``choice`` and that over ``text``.

    ``draft`` is text that was typed but not sent with a button.
    """

    text: str | None
    choice: str | None
    language: str
    draft: str
    client_id: str

    def __repr__(self) -> str:
        return "Answer(…)"


def new_client_id() -> str:
    """Return an id for one message, so that sending it twice stores it once."""
    return secrets.token_hex(8)


def read_answer(form: MultiDict[str, str]) -> Answer:
    """Return the answer in a submitted form. A button that was pressed counts, whatever else is filled in."""
    typed, language, choice = form.get("text", ""), form.get("language", ""), _choice(form)
    return Answer(
        text=None if choice or language else typed,
        choice=choice,
        language=language,
        draft=typed if choice or language else "",
        client_id=form.get("client_id", "")[:CLIENT_ID_MAX_CHARS] or new_client_id(),
    )


def _choice(form: MultiDict[str, str]) -> str | None:
    """Return the pressed button's choice; boxes "field:a" and "field:b" with the end button become "field:a,b"."""
    pressed = form.get("choice") or None
    ticked = [box for box in form.getlist("tick") if ":" in box]
    if not ticked or (pressed and not pressed.startswith(DONE_PREFIX)):
        return pressed
    field = ticked[0].partition(":")[0]
    values = [value for name, _, value in (box.partition(":") for box in ticked) if name == field]
    return f"{field}:{','.join(values)}"
