"""Backups: sealed, whole, gone in time, and put back without what was deleted since."""

from __future__ import annotations

import io
import os
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from escalation import audit
from escalation import conversation as conv
from escalation.desk.screeners import revoke
from escalation.outbox import SMS_REDACT
from escalation.ports import Ports
from escalation.retention.leftovers import count_leftovers, count_unproven
from escalation.store.session import Sessions, bound_engine, reading, unit_of_work
from escalation.store.tables import Conversation, OutboxRow, ScreenerRow, StaffSession
from tests.builders import announce, join
from tests.escalation.retention import open_told
from tests.fakes import ScriptedBot
from web.config import InvalidSettingError, Settings
from web.operate import dumps, restoring
from web.operate.backup_keys import PRIVATE, new_pair_lines, private_half
from web.operate.backups import (
    backup_chores,
    backup_table,
    drop_old_backups,
    list_backups,
    make_backup,
)
from web.operate.ledger_file import FILE, LedgerFile
from web.operate.people import ports_of
from web.operate.problems import OperatorError
from web.operate.progress import Progress
from web.operate.restoring import restore
from web.operate.sealed_archive import (
    PIECE_BYTES,
    NoArchiveError,
    open_archive,
    read_header,
    write_archive,
)

QUIET = Progress(io.StringIO())


@pytest.fixture(scope="module")
def pair() -> tuple[str, str]:
    """The public half as a setting, and the private half as it is typed."""
    lines = new_pair_lines()
    (public,) = [line.partition("=")[2] for line in lines if "_PUBLIC_KEY=" in line]
    (private,) = [line.strip() for line in lines if line.strip().startswith(PRIVATE)]
    return public, private


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, pair: tuple[str, str]) -> Settings:
    is_postgresql = request.param == "postgresql"
    url = request.getfixturevalue("postgresql_database_url") if is_postgresql else ""
    return Settings(
        data_directory=tmp_path / "data",
        database_url=url,
        backup_public_key=pair[0],
        backup_directory=str(tmp_path / "backups"),
        argon2_memory_kib=19_456,
        argon2_passes=2,
    )


@pytest.fixture
def house(settings: Settings) -> Iterator[Ports]:
    """A house with one screener, on the database of the settings."""
    ports = replace(ports_of(settings), bot=ScriptedBot())
    join(ports, "Anna")
    yield ports
    bound_engine(ports.sessions).dispose()


def tell(house: Ports) -> conv.Opened:
    """Tell something in a conversation of its own."""
    assert isinstance(house.bot, ScriptedBot)
    return open_told(house, house.bot)


@contextmanager
def looking(settings: Settings) -> Iterator[Sessions]:
    """Look into the database that is there now."""
    sessions = ports_of(settings).sessions
    yield sessions
    bound_engine(sessions).dispose()


def ids(settings: Settings) -> set[str]:
    """Return the conversations that are in the database now."""
    with looking(settings) as sessions, reading(sessions) as session:
        return set(session.scalars(select(Conversation.id)))


def the_backup(settings: Settings) -> Path:
    """Return the only backup."""
    (only,) = list_backups(settings)
    return only.path


def test_what_was_erased_after_the_backup_does_not_come_back(
    settings: Settings, house: Ports, pair: tuple[str, str]
) -> None:
    erased, kept = tell(house), tell(house)
    with unit_of_work(house.sessions) as session:
        announce(session, kind="acute_case", conversation_id=kept.id, now=house.clock())
        due = house.clock()
        session.add(OutboxRow(key="redact:1", kind=SMS_REDACT, conversation_id=None, due_at=due))
    make_backup(settings, None, QUIET)
    conv.erase(house, conversation_id=erased.id, token=erased.token)
    later = tell(house)
    bound_engine(house.sessions).dispose()
    said = restore(settings, the_backup(settings), private_key=private_half(pair[1]), replace=True)
    assert "Deleted again, because they were deleted since: 1 conversations." in said
    assert ids(settings) == {kept.id} != {later.id}
    with looking(settings) as sessions, reading(sessions) as session:
        assert (count_leftovers(sessions), count_unproven(sessions)) == ({}, 0)
        assert audit.verify(session) is None
        assert "backup_restored" in [one.event for one in audit.latest(session)]
        assert session.query(StaffSession).count() == 0
        assert {row.kind: row.status for row in session.query(OutboxRow)} == {
            "acute_case": "failed",
            SMS_REDACT: "due",
        }
    assert conv.view(house, conversation_id=kept.id, token=kept.token).turns


def test_who_was_let_go_after_the_backup_does_not_get_back_in(
    settings: Settings, house: Ports, pair: tuple[str, str]
) -> None:
    make_backup(settings, None, QUIET)
    assert revoke(house, name="Anna")
    bound_engine(house.sessions).dispose()
    said = restore(settings, the_backup(settings), private_key=private_half(pair[1]), replace=True)
    assert any(line.startswith("Screeners let go again") and ": 1." in line for line in said)
    with looking(settings) as sessions, reading(sessions) as session:
        assert session.query(ScreenerRow).one().revoked_at is not None


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_lost_disk_brings_nothing_back_either(
    settings: Settings, house: Ports, pair: tuple[str, str], tmp_path: Path
) -> None:
    erased, kept = tell(house), tell(house)
    make_backup(settings, None, QUIET)
    conv.erase(house, conversation_id=erased.id, token=erased.token)
    for chore in backup_chores(settings, house):
        chore()
    elsewhere = replace(settings, data_directory=tmp_path / "new machine")
    said = restore(
        elsewhere, the_backup(settings), private_key=private_half(pair[1]), replace=False
    )
    assert "Deleted again, because they were deleted since: 1 conversations." in said
    assert ids(elsewhere) == {kept.id}


def test_nothing_is_replaced_without_being_asked(
    settings: Settings, house: Ports, pair: tuple[str, str]
) -> None:
    make_backup(settings, None, QUIET)
    with pytest.raises(OperatorError, match="--replace"):
        restore(settings, the_backup(settings), private_key=private_half(pair[1]), replace=False)
    with reading(house.sessions) as session:
        assert session.query(ScreenerRow).count() == 1


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_nothing_is_replaced_while_somebody_is_connected(
    settings: Settings,
    house: Ports,
    pair: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(restoring, "LEAVING_SECONDS", 0.0)
    told = tell(house)
    make_backup(settings, None, QUIET)
    later = tell(house)
    private = private_half(pair[1])
    with bound_engine(house.sessions).connect():
        with pytest.raises(OperatorError, match="in use: 1 other sessions"):
            restore(settings, the_backup(settings), private_key=private, replace=True)
        with reading(house.sessions) as session:
            assert set(session.scalars(select(Conversation.id))) == {told.id, later.id}
    bound_engine(house.sessions).dispose()
    monkeypatch.undo()
    restore(settings, the_backup(settings), private_key=private, replace=True)
    assert ids(settings) == {told.id}


def test_another_key_opens_nothing_and_changes_nothing(settings: Settings, house: Ports) -> None:
    told = tell(house)
    make_backup(settings, None, QUIET)
    other = private_half(new_pair_lines()[-1])
    with pytest.raises(OperatorError, match="does not open"):
        restore(settings, the_backup(settings), private_key=other, replace=True)
    assert ids(settings) == {told.id}


def test_a_restore_that_fails_half_way_leaves_the_database_as_it_was(
    settings: Settings,
    house: Ports,
    pair: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = tell(house)
    make_backup(settings, None, QUIET)

    def fail(*_: object, **__: object) -> None:
        raise OperatorError("the disk is full")

    monkeypatch.setattr("web.operate.restoring.settle", fail)
    bound_engine(house.sessions).dispose()
    with pytest.raises(OperatorError, match="the disk is full"):
        restore(settings, the_backup(settings), private_key=private_half(pair[1]), replace=True)
    assert ids(settings) == {told.id}


def test_the_file_is_for_nobody_else_and_says_when_it_goes(
    settings: Settings, house: Ports
) -> None:
    make_backup(settings, None, QUIET)
    backup = list_backups(settings)[0]
    today = date.today()  # noqa: DTZ011 - only compared roughly
    assert abs(backup.made_on - today) <= timedelta(days=1)
    assert backup.goes_on == backup.made_on + timedelta(days=14)
    assert stat.S_IMODE(backup.path.stat().st_mode) == 0o600
    assert b"Anna" not in backup.path.read_bytes()
    header = read_header(backup.path)
    assert (header["until"], header["day"]) == (
        backup.goes_on.isoformat(),
        backup.made_on.isoformat(),
    )
    assert header["schema_revision"]
    assert str(backup.path) in backup_table(settings)[1]
    leftovers = [
        path for path in (settings.data_directory / "run").rglob("*") if "dump" in str(path)
    ]
    assert leftovers == []


def test_backups_go_on_their_day_and_sooner_when_the_setting_says_so(
    settings: Settings, house: Ports
) -> None:
    make_backup(settings, None, QUIET)
    (backup,) = list_backups(settings)
    assert drop_old_backups(settings, backup.goes_on - timedelta(days=1)) == 0
    sooner = replace(settings, backup_days=3)
    assert drop_old_backups(sooner, backup.made_on + timedelta(days=2)) == 0
    assert drop_old_backups(sooner, backup.made_on + timedelta(days=3)) == 1
    assert list_backups(settings) == []


def test_the_password_of_the_database_is_on_no_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[object, dict[str, str]]] = []

    def note(command: object, *, env: dict[str, str], **_: object) -> object:
        seen.append((command, env))
        return subprocess.CompletedProcess([], 0)

    monkeypatch.setattr(dumps.subprocess, "run", note)
    url = "postgresql://somebody:hunter2@db.test:5433/house?sslmode=require"
    dumps.load_postgresql(Settings(database_url=url), tmp_path / "archive", "public")
    ((command, environment),) = seen
    assert "hunter2" not in str(command)
    assert environment["PGPASSWORD"] == "hunter2"
    assert environment["PGSSLMODE"] == "require"


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_an_archive_gives_back_what_was_sealed(
    tmp_path: Path, size: int, pair: tuple[str, str]
) -> None:
    settings, path = Settings(backup_public_key=pair[0]), tmp_path / "a"
    plain, opened = os.urandom(size), io.BytesIO()
    seal(settings, path, plain)
    open_archive(path, opened, private_key=private_half(pair[1]))
    assert opened.getvalue() == plain


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[: -PIECE_BYTES - 17],
        lambda whole: whole + b"x",
        lambda whole: whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:],
        lambda whole: whole.replace(b'"day": "one"', b'"day": "two"'),
        lambda whole: whole.replace(b"nietpluis", b"something", 1),
        lambda whole: b"",
    ],
)
def test_an_archive_that_was_changed_or_cut_does_not_open(
    tmp_path: Path, spoil: Callable[[bytes], bytes], pair: tuple[str, str]
) -> None:
    settings, path = Settings(backup_public_key=pair[0]), tmp_path / "a"
    seal(settings, path, bytes(2 * PIECE_BYTES))
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(NoArchiveError):
        open_archive(path, io.BytesIO(), private_key=private_half(pair[1]))


def seal(settings: Settings, path: Path, plain: bytes) -> None:
    """Seal some bytes into an archive."""
    from web.operate.backup_keys import public_half

    key = public_half(settings)
    write_archive(path, io.BytesIO(plain), public_key=key, header={"day": "one"})


def test_the_ledgers_file_is_appended_once_and_survives_a_line_that_was_cut_short(
    settings: Settings, house: Ports
) -> None:
    def erase_one() -> None:
        opened = tell(house)
        conv.erase(house, conversation_id=opened.id, token=opened.token)

    directory = settings.backup_directory_or_embedded
    erase_one()
    assert LedgerFile(directory).bring_up_to_date(house.sessions) == 1
    path = directory / FILE
    path.write_text(path.read_text() + '{"subject":"12')
    erase_one()
    file = LedgerFile(directory)
    assert file.bring_up_to_date(house.sessions) == 1
    assert file.bring_up_to_date(house.sessions) == 0
    mark = read_mark(path)
    assert len(list(LedgerFile(directory).read(mark))) == 2
    assert list(LedgerFile(directory).read("another")) == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def read_mark(path: Path) -> str:
    """Return the mark of the ledger to which the first line belongs."""
    import json

    return str(json.loads(path.read_text().splitlines()[0])["ledger"])


def test_the_wrong_half_of_the_key_is_refused_and_not_repeated(
    settings: Settings, pair: tuple[str, str]
) -> None:
    with pytest.raises(OperatorError) as refused:
        private_half(pair[0])
    assert pair[0] not in str(refused.value)
    with pytest.raises(InvalidSettingError):
        make_backup(replace(settings, backup_public_key=pair[1]), None, QUIET)
    with pytest.raises(OperatorError, match="nietpluis backup key"):
        make_backup(replace(settings, backup_public_key=""), None, QUIET)


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_dump_that_fails_leaves_no_backup(settings: Settings, house: Ports) -> None:
    broken = make_url(settings.database_url).set(database="nothing_of_the_kind")
    url = broken.render_as_string(hide_password=False)
    with (
        pytest.raises(OperatorError, match="pg_dump"),
        dumps.dump(replace(settings, database_url=url), bound_engine(house.sessions)) as stream,
    ):
        stream.read()
