"""Backups: made, listed, and deleted when their days are over. The file's name says both days."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy import Engine

from escalation import audit
from escalation.ports import Ports
from escalation.retention.ledger import key_mark, ledger_key
from escalation.store.session import bound_engine, unit_of_work
from web.config import Settings

from .backup_keys import public_half
from .dumps import POSTGRESQL, dump, kind_of, schema_name
from .ledger_file import LedgerFile
from .people import aligned, ports_of
from .problems import OperatorError
from .progress import Progress
from .sealed_archive import write_archive

NAME = re.compile(r"nietpluis-(\d{8})-(\d{6})-until-(\d{8})\.backup")


@dataclass(frozen=True)
class Backup:
    """One backup in the directory, as its name says it; ``goes_on`` is the day on which the worker deletes it."""

    path: Path
    made_on: date
    goes_on: date


def make_backup(settings: Settings, target: Path | None, progress: Progress) -> list[str]:
    """Make a sealed backup and return where it is. Raises OperatorError."""
    public_key = public_half(settings)
    ports = ports_of(settings)
    engine = bound_engine(ports.sessions)
    try:
        return _make(settings, ports, engine, target, public_key, progress)
    finally:
        engine.dispose()


def _make(
    settings: Settings,
    ports: Ports,
    engine: Engine,
    target: Path | None,
    public_key: bytes,
    progress: Progress,
) -> list[str]:
    now = ports.clock().astimezone(UTC)
    until = now.date() + timedelta(days=settings.backup_days)
    path = _path(settings, target, now, until)
    # Made before the copy, so that the ledger of every backup has the same key.
    header = {
        "kind": kind_of(engine),
        "schema_revision": revision_of(engine),
        "day": now.date().isoformat(),
        "until": until.isoformat(),
        "ledger": key_mark(ledger_key(ports.sessions)),
        "postgresql_schema": schema_name(engine) if kind_of(engine) == POSTGRESQL else None,
    }

    def seen(done: int) -> None:
        progress.show(f"{done // 1_000_000} MB sealed")

    try:
        with dump(settings, engine) as stream:
            write_archive(path, stream, public_key=public_key, header=header, seen=seen)
    except OperatorError:  # what was dumped is not whole
        path.unlink(missing_ok=True)
        raise
    except FileExistsError as error:
        raise OperatorError(f"{path} is being made already.") from error
    except OSError as error:
        raise OperatorError(f"Cannot write {path} ({error.strerror}).") from error
    with unit_of_work(ports.sessions) as session:
        audit.append(session, event="backup_made", actor=audit.OPERATOR, now=now)
    LedgerFile(settings.backup_directory_or_embedded).bring_up_to_date(ports.sessions)
    return [f"Backup: {path}", f"The worker deletes it on {until.isoformat()}."]


def list_backups(settings: Settings) -> list[Backup]:
    """Return what is in the directory, the oldest first."""
    found = []
    for path in settings.backup_directory_or_embedded.glob("nietpluis-*.backup"):
        said = NAME.fullmatch(path.name)
        if said is None:
            continue
        made, until = (_day(said[part]) for part in (1, 3))
        # Fewer days than when it was made also hold for what is there already.
        goes_on = min(until, made + timedelta(days=settings.backup_days))
        found.append(Backup(path, made, goes_on))
    return sorted(found, key=lambda one: one.path.name)


def backup_table(settings: Settings) -> list[str]:
    """Return the backups as aligned lines."""
    backups = list_backups(settings)
    if not backups:
        return [f"No backup in {settings.backup_directory_or_embedded}."]
    rows = [
        (one.made_on.isoformat(), one.goes_on.isoformat(), _size(one.path), str(one.path))
        for one in backups
    ]
    return aligned([("made on", "goes on", "size", "file"), *rows])


def drop_old_backups(settings: Settings, today: date) -> int:
    """Delete the backups whose days are over; return how many."""
    old = [one for one in list_backups(settings) if one.goes_on <= today]
    for one in old:
        one.path.unlink(missing_ok=True)
    return len(old)


def backup_chores(settings: Settings, ports: Ports) -> Sequence[Callable[[], object]]:
    """Return what the worker does once a minute: old backups go, and the ledger's copy is brought up to date."""
    ledger_file = LedgerFile(settings.backup_directory_or_embedded)
    return (
        lambda: drop_old_backups(settings, ports.clock().astimezone(UTC).date()),
        lambda: ledger_file.bring_up_to_date(ports.sessions),
    )


def revision_of(engine: Engine) -> str | None:
    """Return up to which migration the database is."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _path(settings: Settings, target: Path | None, now: datetime, until: date) -> Path:
    directory = settings.backup_directory_or_embedded
    if target is not None and not target.is_dir():
        return target.resolve()
    if target is None:
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OperatorError(f"Cannot make {directory} ({error.strerror}).") from error
    return (target or directory) / f"nietpluis-{now:%Y%m%d-%H%M%S}-until-{until:%Y%m%d}.backup"


def _day(digits: str) -> date:
    return datetime.strptime(digits, "%Y%m%d").replace(tzinfo=UTC).date()


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1_000_000:.1f} MB"
