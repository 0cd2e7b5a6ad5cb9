"""``python -m tests.bench.audit_chain``: what it costs to look through the whole chain, as its page does."""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from escalation import audit
from escalation.store import migrations
from escalation.store.session import make_engine, make_sessions, reading, unit_of_work

BLOCK = 1_000
TIMES = 7


def main() -> None:
    """Print one line: how many links, and the processor time in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=10_000)
    links = parser.parse_args().links
    with tempfile.TemporaryDirectory() as directory:
        engine = make_engine(f"sqlite:///{Path(directory) / 'audit.sqlite3'}")
        migrations.upgrade(engine)
        sessions, taken = make_sessions(engine), []
        for begun in range(0, links, BLOCK):
            with unit_of_work(sessions) as session:
                for _ in range(min(BLOCK, links - begun)):
                    audit.append(session, event="logged_in", actor="a" * 32, now=datetime.now(UTC))
        for _ in range(TIMES):
            with reading(sessions) as session:
                began = time.process_time()
                assert audit.verify(session) is None
                taken.append((time.process_time() - began) * 1000)
        engine.dispose()
    print(f"{links} links: {median(taken):.0f} ms")


if __name__ == "__main__":
    main()
