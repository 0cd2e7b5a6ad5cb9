"""What stops an operator, as one sentence that says what to do."""

from __future__ import annotations


class OperatorError(Exception):
    """Something on this machine is in the way. Its text is a sentence for the operator, with the way out."""
