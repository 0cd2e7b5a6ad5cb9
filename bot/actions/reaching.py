"""Phone numbers and addresses of email that are typed where something else was asked."""

from __future__ import annotations

from bot.wording import fold, words_of

from .answers import plainly_contact_detail

WORDS_AROUND = 4
"""With more words around it, a number may be that of somebody in the story."""


def own_detail_in(text: str) -> str | None:
    """Return the email address or phone number of a text that says little else, such as "call me on …"."""
    found = plainly_contact_detail(text)
    if found is None or len(words_of(fold(text.replace(found, " ")))) > WORDS_AROUND:
        return None
    return found


def way_of(detail: str) -> str:
    """Return the value of ``contact`` that a detail belongs to."""
    return "email" if "@" in detail else "phone"
