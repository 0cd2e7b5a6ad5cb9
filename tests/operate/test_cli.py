"""The command line: what it does to a fresh data directory, and the sentence it has for each trouble."""

from __future__ import annotations

import re
import socket
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.operate.terminal import nietpluis

LINK = re.compile(r"http://127\.0\.0\.1:8000/desk/invitations/[\w-]{20,}")


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A loopback port on which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def one_sentence(ended: subprocess.CompletedProcess[str]) -> str:
    """Return what a failed command said; it must not be a traceback."""
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr.strip()


def test_up_says_which_port_is_in_use_and_how_to_choose_another(
    tmp_path: Path, taken_port: int
) -> None:
    ended = nietpluis("up", NIETPLUIS_DATA=str(tmp_path), NIETPLUIS_PORT=str(taken_port))
    said = one_sentence(ended)
    assert said.startswith(f"Port {taken_port} is in use.")
    assert "NIETPLUIS_PORT=" in said


def test_up_says_which_of_the_bots_ports_is_in_use(tmp_path: Path, taken_port: int) -> None:
    ended = nietpluis("up", NIETPLUIS_DATA=str(tmp_path), NIETPLUIS_RASA_PORT=str(taken_port))
    assert "NIETPLUIS_RASA_PORT=" in one_sentence(ended)


def test_up_says_how_to_make_the_bots_environment(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "no" / "python")
    ended = nietpluis("up", NIETPLUIS_DATA=str(tmp_path / "d"), NIETPLUIS_BOT_PYTHON=nowhere)
    said = one_sentence(ended)
    assert nowhere in said
    assert "make bootstrap" in said


@pytest.mark.parametrize("command", [("up",), ("train",), ("screener", "list")])
def test_a_data_directory_that_cannot_be_written_is_named(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    said = one_sentence(nietpluis(*command, NIETPLUIS_DATA=str(file / "data")))
    assert said.startswith(f"Cannot write in {file / 'data'}")
    assert "NIETPLUIS_DATA=" in said


def test_a_setting_that_cannot_be_used_is_named_without_its_value(tmp_path: Path) -> None:
    said = one_sentence(nietpluis("doctor", NIETPLUIS_PORT="many"))
    assert "NIETPLUIS_PORT" in said
    assert "many" not in said


def test_a_bot_elsewhere_needs_its_secret(tmp_path: Path) -> None:
    ended = nietpluis("up", NIETPLUIS_DATA=str(tmp_path), NIETPLUIS_BOT_URL="http://127.0.0.1:9")
    assert "NIETPLUIS_BOT_SECRET" in one_sentence(ended)


def test_a_database_that_does_not_answer_is_said_to(tmp_path: Path) -> None:
    url = "postgresql://somebody:hunter2@127.0.0.1:9/nothing"
    ended = nietpluis("screener", "list", NIETPLUIS_DATA=str(tmp_path), DATABASE_URL=url)
    said = one_sentence(ended)
    assert "DATABASE_URL" in said
    assert "hunter2" not in said


def test_the_first_screener_is_invited_listed_and_withdrawn(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    assert "Nobody yet" in nietpluis("screener", "list", NIETPLUIS_DATA=data).stdout
    first = nietpluis("screener", "invite", "Anna", NIETPLUIS_DATA=data)
    assert LINK.search(first.stdout)
    listed = nietpluis("screener", "list", NIETPLUIS_DATA=data).stdout
    assert re.search(r"Anna +care +screener +nl +invited", listed)
    gone = nietpluis("screener", "revoke", "Anna", NIETPLUIS_DATA=data)
    assert "no access any more" in gone.stdout


def test_a_colleague_invited_before_the_first_has_joined_gets_the_key_too(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    first = nietpluis("screener", "invite", "Anna", NIETPLUIS_DATA=data).stdout
    second = nietpluis("screener", "invite", "Bo", NIETPLUIS_DATA=data).stdout
    assert LINK.search(first) and LINK.search(second)
    assert "has to give access" not in second


def test_the_kept_link_is_for_nobody_else_on_the_machine(tmp_path: Path) -> None:
    data = tmp_path / "data"
    nietpluis("screener", "invite", "Anna", NIETPLUIS_DATA=str(data))
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "first-invitation-care").stat().st_mode) == 0o600


def test_a_name_is_given_once(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    nietpluis("screener", "invite", "Anna", NIETPLUIS_DATA=data)
    said = one_sentence(nietpluis("screener", "invite", "Anna", NIETPLUIS_DATA=data))
    assert said.startswith("Somebody is called Anna already")


def test_revoking_somebody_unknown_says_where_to_look(tmp_path: Path) -> None:
    said = one_sentence(nietpluis("screener", "revoke", "Nobody", NIETPLUIS_DATA=str(tmp_path)))
    assert "nietpluis screener list" in said


def test_doctor_lists_every_setting_and_masks_secrets(tmp_path: Path) -> None:
    ended = nietpluis(
        "doctor",
        NIETPLUIS_DATA=str(tmp_path),
        TWILIO_AUTH_TOKEN="sesame-open",
        SMTP_URL="smtp://somebody:hunter2@mail.test:587",
        PUBLIC_URL="https://tell.test",
    )
    assert "sesame-open" not in ended.stdout
    assert "hunter2" not in ended.stdout
    assert re.search(r"PUBLIC_URL +environment +https://tell.test", ended.stdout)
    assert re.search(r"REDIS_URL +default +\(not set\)", ended.stdout)
    assert re.search(r"ok +database +sqlite", ended.stdout)
    assert re.search(r"ok +passkeys +for tell.test;", ended.stdout)


def test_doctor_ends_with_code_1_and_says_what_to_do(tmp_path: Path, taken_port: int) -> None:
    ended = nietpluis("doctor", NIETPLUIS_DATA=str(tmp_path), NIETPLUIS_PORT=str(taken_port))
    assert ended.returncode == 1
    assert re.search(r"MISSING +port +Port \d+ is in use", ended.stdout)


def test_the_version_is_the_one_that_is_installed() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", nietpluis("version").stdout)


def test_the_roster_of_a_new_house_says_who_is_called_and_where_one_plans(tmp_path: Path) -> None:
    shown = nietpluis("roster", "--week", "2026-03-04", NIETPLUIS_DATA=str(tmp_path))
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("care, week of 02-03-2026\n")
    assert "everybody with access is called" in shown.stdout
    assert "/desk/roster" in shown.stdout


def test_the_audit_chain_is_checked_shown_and_its_broken_place_named(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    nietpluis("screener", "invite", "Anna", NIETPLUIS_DATA=data)
    checked = nietpluis("audit", "verify", NIETPLUIS_DATA=data)
    assert "1 rows" in checked.stdout
    head = re.search(r"[0-9a-f]{64}", checked.stdout)
    assert head
    assert nietpluis("audit", "verify", head[0], NIETPLUIS_DATA=data).returncode == 0
    shown = nietpluis("audit", "show", NIETPLUIS_DATA=data).stdout
    assert re.search(r"1 +\d{4}-\d\d-\d\d \d\d:\d[05] +invited +operator", shown)
    assert "noted" in one_sentence(nietpluis("audit", "verify", "0" * 64, NIETPLUIS_DATA=data))
    with closing(sqlite3.connect(tmp_path / "data" / "nietpluis.sqlite3")) as database, database:
        database.execute("DROP TRIGGER audit_events_no_update")
        database.execute("UPDATE audit_events SET actor = 'nobody'")
    said = one_sentence(nietpluis("audit", "verify", NIETPLUIS_DATA=data))
    assert "broken at row 1" in said


def test_an_administrator_gets_no_key_and_does_not_stand_in_the_way_of_the_first_screener(
    tmp_path: Path,
) -> None:
    data = str(tmp_path / "data")
    role = ("--role", "administrator")
    invited = nietpluis("screener", "invite", "Ad", *role, NIETPLUIS_DATA=data).stdout
    assert "gets no key" in invited
    first = nietpluis("screener", "invite", "Anna", NIETPLUIS_DATA=data).stdout
    assert "carries the key of the care desk" in first
