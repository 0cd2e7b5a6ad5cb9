"""Carriers for development and for a desk without telephones: one line in the log, with nothing of anybody in it."""

from __future__ import annotations

import logging
import secrets

from ..sms.segments import segments_of
from ..sms.telephone import Accepted, Found

logger = logging.getLogger(__name__)


class ConsoleCarrier:
    """Says on the console that somebody would be paged. The link to acknowledge is for the terminal's reader."""

    def __init__(self, way: str) -> None:
        self._way = way

    def carry(self, address: str, text: str, *, key: str) -> None:
        """Log the page without its address; never fails."""
        logger.warning("a page by %s: %s", self._way, text)


class ConsoleTelephone:
    """Says on the console that a reporter would get a text message, and nothing of whom or what."""

    def send(self, number: str, text: str, *, ref: str) -> Accepted:
        """Log how long the message is; never fails."""
        logger.warning("a text message of %d segments", segments_of(text))
        return Accepted(sid="SM" + secrets.token_hex(16), status="delivered")

    def sent_to(self, number: str) -> list[Found]:
        """Return nothing: nothing is kept."""
        return []

    def delete(self, sid: str) -> bool:
        """There is nothing to delete."""
        return False

    def blank(self, sid: str) -> None:
        """There is nothing to empty."""
