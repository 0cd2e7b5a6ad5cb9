"""The command line as an operator uses it: a process of its own, with an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys

OUT_OF_THE_WAY = (
    "DATABASE_URL",
    "REDIS_URL",
    "NIETPLUIS_BOT_URL",
    "NIETPLUIS_ACTIONS_URL",
    "NIETPLUIS_PORT",
    "NIETPLUIS_MODELS",
)


def nietpluis(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command with these settings and return how it ended."""
    return subprocess.run(
        [sys.executable, "-m", "web.cli", *arguments],
        env=surroundings() | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def surroundings() -> dict[str, str]:
    """Return our environment without settings that would change what is tested."""
    return {name: text for name, text in os.environ.items() if name not in OUT_OF_THE_WAY}
