"""How gunicorn serves ``web.app``. No access log: nobody's address or page is written down."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from escalation import triage
from web.config import Settings
from web.faults import keep_memory_private, keep_quiet
from web.operate.children import tie_to_parent
from web.operate.collecting import set_apart

_settings = Settings.from_environment()
_THREADS_FOR_PAGES = 32
_MOST_PROCESSES = 4
_SWITCH_SECONDS = 0.0005
"""How long one thread may keep the others waiting. A message is stored by some twenty short steps in the database;
after each of them it would wait Python's usual 5 ms for whoever counts just then."""

bind = f"127.0.0.1:{_settings.port}"
worker_class = "web.operate.quiet_worker.QuietWorker"
# Without Redis, waiting pages and rate limits live in one process.
workers = min(os.cpu_count() or 1, _MOST_PROCESSES) if _settings.redis_url else 1
# An open event stream holds a thread; pages must not wait for one.
threads = _settings.event_streams_max + _THREADS_FOR_PAGES
timeout = 60
# A browser needs some twenty header lines and one cookie of a hundred letters.
limit_request_line = 2_048
limit_request_fields = 60
limit_request_field_size = 4_096
graceful_timeout = 4
keepalive = 5
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
umask = 0o077  # gunicorn's own default is 0
proc_name = "nietpluis"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None


def on_starting(_server: object) -> None:
    """Close the memory of the master, which holds every key of the environment, and load the words of every language.

    Workers inherit both: one that is started again has the words at once.
    """
    keep_memory_private()
    triage.preload()
    set_apart()


def post_fork(_server: object, _worker: object) -> None:
    """Let a worker die with its master: one that is left over would hold the port."""
    tie_to_parent(os.getppid())()


def post_worker_init(_worker: object) -> None:
    """Share the processor in small turns.

    From here on people write to us; a fault before this may still tell the operator everything.
    """
    keep_quiet()
    sys.setswitchinterval(_SWITCH_SECONDS)
    set_apart()
