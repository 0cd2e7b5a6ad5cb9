"""The worker's process: the timers of ``escalation.worker`` with the carriers that the settings name."""

from __future__ import annotations

import logging
import signal
import sys
import threading

from escalation import triage, worker
from web.config import Settings
from web.ports import build_ports

from .backups import backup_chores
from .children import READY
from .collecting import set_apart
from .senders import pace_of, sender_of


def work(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C; the item at hand is finished first."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    ports = build_ports(settings)
    if settings.has_twilio:  # text messages are read here
        triage.preload()
    set_apart()
    sys.stdout.write(READY + "\n")
    sys.stdout.flush()
    worker.run(
        ports,
        sender_of(ports, settings),
        stop,
        pace=pace_of(settings),
        chores=backup_chores(settings, ports),
    )
