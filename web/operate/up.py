"""``nietpluis up``: everything on this machine, from a fresh checkout to addresses that answer."""

from __future__ import annotations

import os
import time

from escalation.store import migrations
from escalation.store.session import make_engine
from web.config import Settings
from web.ports import build_ports

from .children import ChildSpec
from .first_invitation import invitation_url, open_first_invitation
from .places import DataDirectory, bot_python
from .problems import OperatorError
from .progress import Progress
from .services import Addresses, bot_children, choose_addresses, house_children
from .supervisor import Supervisor
from .training import train_if_stale


def up(settings: Settings) -> None:
    """Start everything and keep it running until Ctrl-C or SIGTERM. Raises OperatorError with the way out."""
    data = DataDirectory(settings.data_directory)
    data.prepare()
    with data.only_one():
        data.empty_scratch()
        addresses = choose_addresses(settings, os.environ)
        try:
            _run(settings, data, addresses)
        finally:
            data.empty_scratch()


def migrate(settings: Settings) -> None:
    """Bring the database to the newest form. Raises OperatorError when it cannot be reached."""
    engine = make_engine(settings.database_url_or_embedded)
    try:
        migrations.upgrade(engine)
    except Exception as error:
        raise OperatorError(
            f"The database could not be brought up to date ({type(error).__name__}). "
            "Is it running, and does DATABASE_URL name it? `nietpluis doctor` tells more."
        ) from error
    finally:
        engine.dispose()


def _run(settings: Settings, data: DataDirectory, addresses: Addresses) -> None:
    started = time.monotonic()
    progress = Progress()
    is_elsewhere = _is_bot_elsewhere(settings)
    supervisor = Supervisor(progress.done)
    specs = [] if is_elsewhere else _trained_bot(data, addresses, progress)
    with supervisor.signals():
        try:
            # Rasa needs longest; it loads while the database is looked at.
            for spec in specs:
                supervisor.add(spec)
            migrate(settings)
            # Before anybody can tell anything: the first invitation makes the desk's key.
            greeting = _greeting(settings, data)
            bot = {} if is_elsewhere else addresses.environment()
            for spec in house_children(settings, data, bot):
                supervisor.add(spec)
            if supervisor.wait_until_ready():
                progress.done(f"Niet-Pluis is ready ({time.monotonic() - started:.0f} s)")
                for line in greeting:
                    progress.done(line)
                supervisor.watch()
            progress.done("Stopping …")
        finally:
            supervisor.stop_children()
    progress.done("Everything has stopped.")


def _is_bot_elsewhere(settings: Settings) -> bool:
    address = os.environ.get("NIETPLUIS_BOT_URL", "").strip()
    if address and not settings.bot_secret:
        raise OperatorError(
            "NIETPLUIS_BOT_URL names a bot that runs elsewhere. Give the secret it was started "
            "with, too: NIETPLUIS_BOT_SECRET"
        )
    return bool(address)


def _trained_bot(data: DataDirectory, addresses: Addresses, progress: Progress) -> list[ChildSpec]:
    python = bot_python()
    return bot_children(addresses, data, python, train_if_stale(data, python, progress))


def _greeting(settings: Settings, data: DataDirectory) -> list[str]:
    lines = [
        f"  For everybody   {settings.world_url}/",
        f"  For screeners   {settings.world_url}/desk/",
    ]
    token = open_first_invitation(build_ports(settings), data, settings.default_language)
    if token:
        lines += [
            "  First screener, for one use: open this link and choose a password",
            f"    {invitation_url(settings.world_url, token)}",
        ]
    return [*lines, "  Ctrl-C stops everything."]
