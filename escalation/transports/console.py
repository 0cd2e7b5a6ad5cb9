"""A sender for development and for a desk without telephones: one line in the log, with nothing of the case in it."""

from __future__ import annotations

import logging

from ..outbox import Notice

logger = logging.getLogger(__name__)


class ConsoleSender:
    """Says on the console that something waits at the desk."""

    def send(self, notice: Notice) -> None:
        """Log the kind of the notice; never fails."""
        logger.warning("notice for the people on duty: %s, open the desk", notice.kind)
