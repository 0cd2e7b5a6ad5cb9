"""For what is most dangerous: the second factor is shown again when that was more than a few minutes ago."""

from __future__ import annotations

from escalation.desk.confirming import need_fresh
from escalation.errors import FactorNotFreshError

from ..ports import ports
from .session import staff


class ConfirmFirstError(FactorNotFreshError):
    """The person has to show the second factor; ``back`` is the page from which it goes on afterwards."""

    def __init__(self, back: str) -> None:
        super().__init__()
        self.back = back


def need_fresh_factor(back: str) -> None:
    """Raise ConfirmFirstError unless the second factor is fresh.

    On the desk's pages that leads to the question for it, and from there to ``back``, where the person presses again.
    """
    try:
        need_fresh(ports(), session_token=staff().token)
    except FactorNotFreshError:
        raise ConfirmFirstError(back) from None


def is_fresh() -> bool:
    """Return whether the second factor was shown a few minutes ago at most."""
    try:
        need_fresh(ports(), session_token=staff().token)
    except FactorNotFreshError:
        return False
    return True
