"""The surroundings in which the bot's programs run: no secret but their own, nothing kept, nothing told."""

from __future__ import annotations

import os
from collections.abc import Mapping

from .places import ROOT, DataDirectory

PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH", "PYENV_ROOT")
"""Everything else of our environment stays ours: the bot needs no database and no provider's key."""


def bot_environment(data: DataDirectory, **more: str) -> Mapping[str, str]:
    """Return the environment of a bot program. Its home and temporary directory lie in ``data``."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {
        **passed,
        "HOME": str(data.run),
        "TMPDIR": str(data.scratch),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        # Rasa writes what was typed into its log below this level.
        "LOG_LEVEL": "ERROR",
        "LOG_LEVEL_LIBRARIES": "ERROR",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        # Without this the action server listens on every address of the machine.
        "SANIC_HOST": "127.0.0.1",
        **more,
    }
