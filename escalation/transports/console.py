"""Carriers for development and for a desk without telephones: one line in the log, with nothing of anybody in it."""

from __future__ import annotations

import logging

logger = logging.getLogger(__name__)


class ConsoleCarrier:
    """Says on the console that somebody would be paged. The link to acknowledge is for the terminal's reader."""

    def __init__(self, way: str) -> None:
        self._way = way

    def carry(self, address: str, text: str, *, key: str) -> None:
        """Log the page without its address; never fails."""
        logger.warning("a page by %s: %s", self._way, text)
