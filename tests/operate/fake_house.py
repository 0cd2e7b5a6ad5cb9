"""A program that supervises children which only pretend: started by the tests, driven by signals.

Arguments: for each child ``name=code``, where the code runs in a Python of its own. A child called
``probed`` is asked for the file in PROBE instead of saying that it is ready; one called ``foreign``
is a program whose log is not ours.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from web.operate.children import ChildSpec
from web.operate.problems import OperatorError
from web.operate.supervisor import Supervisor

PATIENCE_SECONDS = 5.0


def main() -> int:
    """Run the children until a signal comes; return the exit code."""
    supervisor = Supervisor(lambda line: print(line, flush=True))  # noqa: T201
    with supervisor.signals():
        try:
            for argument in sys.argv[1:]:
                name, _, code = argument.partition("=")
                supervisor.add(_spec(name, code))
            if supervisor.wait_until_ready():
                supervisor._say("house ready")
                supervisor.watch()
        except OperatorError as error:
            supervisor._say(f"sorry: {error}")
            return 1
        finally:
            supervisor.stop_children()
    supervisor._say("stopped")
    return 0


def _spec(name: str, code: str) -> ChildSpec:
    announce = f"import os; print('{name} has pid', os.getpid(), flush=True)\n"
    return ChildSpec(
        name=name,
        command=(sys.executable, "-u", "-c", announce + code),
        environment=dict(os.environ),
        ready_within_seconds=PATIENCE_SECONDS,
        hung_after_seconds=PATIENCE_SECONDS,
        talks_freely=name != "foreign",
        is_ready=Path(os.environ["PROBE"]).exists if name == "probed" else None,
    )


if __name__ == "__main__":
    sys.exit(main())
