"""Texts as they are compared: what somebody typed is the same with other signs, spaces and capitals."""

from __future__ import annotations


def bare(text: str) -> str:
    """Return the text in small letters, without anything but letters and digits, single spaces between."""
    return " ".join("".join(char if char.isalnum() else " " for char in text.casefold()).split())
