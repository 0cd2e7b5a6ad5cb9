"""What the project promises about installing it: pinned, hashed, and from wherever the installer is set to look."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.structure.sources import ROOT, tracked_files

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
RASA = "3.6.21"


def pins(name: str) -> dict[str, str]:
    """Return package → version of one lock file; the first when platforms differ."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for package, version in PIN.findall(text):
        found.setdefault(package.lower(), version)
    return found


def project() -> dict[str, Any]:
    """Return the ``project`` table of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return table["project"]


def names(extra: str) -> set[str]:
    """Return the packages that an extra asks for, as lock files spell them."""
    asked = project()["optional-dependencies"][extra]
    return {re.split(r"[<>=!~;\[ ]", one)[0].lower().replace("_", "-") for one in asked}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_file_names_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    for telling in ("://", "index-url", "find-links", "file:", " @ "):
        assert telling not in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pin_has_a_hash(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    pinned = [block for block in blocks if PIN.match(block)]
    assert pinned
    assert [block.split()[0] for block in pinned if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize(
    ("extra", "lock"), [("web", "web"), ("web", "dev"), ("dev", "dev"), ("bot", "bot")]
)
def test_what_is_asked_for_is_locked(extra: str, lock: str) -> None:
    assert names(extra) <= set(pins(lock)), "pyproject.toml changed: run make lock"


def test_what_is_served_is_what_was_tested() -> None:
    tested = pins("dev")
    assert {name: tested.get(name) for name in pins("web")} == pins("web")


def test_the_bot_runs_on_the_last_open_release_of_rasa() -> None:
    assert pins("bot")["rasa"] == RASA


def test_what_faces_the_public_does_not_run_on_the_bots_old_packages() -> None:
    served = pins("web")
    assert "rasa" not in served
    assert served["flask"].startswith("3.1")
    assert served["sqlalchemy"].startswith("2.1")


def test_both_pythons_are_named_for_who_looks_them_up() -> None:
    assert (ROOT / ".python-version").read_text().split() == ["3.11", "3.10"]


def test_nothing_of_a_running_installation_is_in_the_repository() -> None:
    kept_elsewhere = (".sqlite3", ".tar.gz", ".env", ".pem", ".key", ".log")
    assert [str(path) for path in tracked_files() if path.name.endswith(kept_elsewhere)] == []


def test_no_file_is_too_big_to_review() -> None:
    limit_bytes = 1_000_000
    big = [str(path.relative_to(ROOT)) for path in tracked_files() if _size(path) > limit_bytes]
    assert big == []


def _size(path: Path) -> int:
    return path.stat().st_size
