"""Starts a program of the bot in a process whose memory is its own: ``python -m bot.serve rasa run …``.

Nobody dumps it, and nobody who runs as the same user looks into it: what people write passes there. A process can say
that only of itself, after it was started; ``web.faults.keep_memory_private`` does the same on the web side.
"""

from __future__ import annotations

import ctypes
import runpy
import sys

PR_SET_DUMPABLE = 4


def main() -> None:
    """Run the module that is named first, with the arguments that follow it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
