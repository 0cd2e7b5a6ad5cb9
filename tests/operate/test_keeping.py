"""``nietpluis purge``, ``backup`` and ``restore`` as an operator uses them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operate.terminal import nietpluis, surroundings
from web.config import InvalidSettingError, Settings
from web.operate.backup_keys import PRIVATE
from web.retention_file import read_policy


def sentence(ended: subprocess.CompletedProcess[str]) -> str:
    """Return what a failed command said; it must not be a traceback."""
    assert ended.returncode == 1, ended.stdout
    assert "Traceback" not in ended.stderr
    return ended.stderr.strip()


def test_a_dry_run_shows_what_is_kept_and_deletes_nothing(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    nietpluis("screener", "invite", "Anna", NIETPLUIS_DATA=data)
    shown = nietpluis("purge", "--dry-run", NIETPLUIS_DATA=data).stdout
    assert shown.splitlines()[0].split("  ")[0] == "what"
    assert re.search(r"invitations +invitations +7 +1 +0", shown)
    assert "had had its time" in nietpluis("purge", NIETPLUIS_DATA=data).stdout
    assert "Nothing is left" in nietpluis("purge", "verify", NIETPLUIS_DATA=data).stdout


def test_the_ledger_says_that_it_does_not_know_a_conversation(tmp_path: Path) -> None:
    said = sentence(nietpluis("purge", "proof", "0" * 32, NIETPLUIS_DATA=str(tmp_path)))
    assert said == "The ledger knows no conversation with this id or digest."


def test_from_a_key_to_a_backup_and_back(tmp_path: Path) -> None:
    made = nietpluis("backup", "key").stdout
    public = re.search(r"NIETPLUIS_BACKUP_PUBLIC_KEY=(\S+)", made)
    private = re.search(rf"^  ({PRIVATE}\S+)$", made, re.MULTILINE)
    assert public and private
    settings = {
        "NIETPLUIS_DATA": str(tmp_path / "data"),
        "NIETPLUIS_BACKUP_PUBLIC_KEY": public[1],
    }
    assert "No backup in" in nietpluis("backup", "list", **settings).stdout
    assert re.search(r"ok +backups +none yet\n", nietpluis("doctor", **settings).stdout)
    nietpluis("screener", "invite", "Anna", **settings)
    said = nietpluis("backup", **settings).stdout
    path = re.search(r"^Backup: (\S+)$", said, re.MULTILINE)
    assert path and path[1] in nietpluis("backup", "list", **settings).stdout
    restored = subprocess.run(
        [sys.executable, "-m", "web.cli", "restore", path[1]],
        env=surroundings() | settings | {"NIETPLUIS_DATA": str(tmp_path / "other")},
        input=private[1] + "\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert restored.returncode == 0, restored.stderr
    settings["NIETPLUIS_DATA"] = str(tmp_path / "other")
    assert "Anna" in nietpluis("screener", "list", **settings).stdout
    assert "backup_restored" in nietpluis("audit", "show", **settings).stdout


def test_a_backup_needs_a_key(tmp_path: Path) -> None:
    said = sentence(nietpluis("backup", NIETPLUIS_DATA=str(tmp_path)))
    assert "nietpluis backup key" in said


def test_a_retention_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "retention.yml"
    path.write_text("house:\n  closed: 10\nregions:\n  Limburg:\n    closed: 20\n")
    policy = read_policy(Settings(retention_file=str(path)))
    assert policy.days("closed", region="Limburg") == 20
    assert policy.days("closed", region="Twente") == 10
    assert policy.days("never_told", region="Limburg") == 1


@pytest.mark.parametrize("text", ["house: {closed: soon}", "[", "everything: 3"])
def test_a_retention_file_that_cannot_be_followed_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "retention.yml"
    path.write_text(text)
    with pytest.raises(InvalidSettingError, match="NIETPLUIS_RETENTION_FILE"):
        read_policy(Settings(retention_file=str(path)))
    with pytest.raises(InvalidSettingError, match="NIETPLUIS_RETENTION_FILE"):
        read_policy(Settings(retention_file=str(tmp_path / "nowhere")))
