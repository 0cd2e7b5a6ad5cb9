"""Python's garbage collector, kept from what is loaded once and stays."""

from __future__ import annotations

import gc


def set_apart() -> None:
    """Let the collector pass over everything that is loaded by now.

    It would else walk through all words of all languages, hundreds of thousands of objects, in the midst of a message,
    and every thread of the process stands still for most of a second.
    """
    gc.collect()
    gc.freeze()
