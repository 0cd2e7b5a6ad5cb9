"""Looks for words in everything that a running product has written, also in open files that have no name any more."""

from __future__ import annotations

import os
import stat
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from tests.e2e.house import ROOT, House


def forms(word: str) -> set[bytes]:
    """Return how a word may stand in a file: UTF-8, UTF-16, hexadecimal, base64 at each of its three offsets."""
    plain = word.encode()
    coded = {plain, word.encode("utf-16-le"), plain.hex().encode(), plain.hex().upper().encode()}
    for offset in range(3):
        # The characters at both ends also hold bits of what stands before and behind.
        inside = b64encode(b"\0" * offset + plain).rstrip(b"=")
        coded.add(inside[(offset * 4 + 2) // 3 : -1])
    return coded


def files_with(words: Iterable[str], *places: Path) -> list[str]:
    """Return the files below ``places`` that hold one of the words."""
    files = (path for place in places for path in place.rglob("*") if not path.is_symlink())
    return _holding(words, (path for path in files if path.is_file()))


def left_behind(house: House, *words: str) -> list[str]:
    """Return every file of the house that holds one of the words: by name, or open in one of its processes."""
    return files_with(words, house.data) + _holding(words, _open_files(house))


def core_files(house: House) -> list[str]:
    """Return the dumps of memory in the directories where the processes of the house work."""
    places = {ROOT, house.data, house.data / "run"}
    return [str(path) for place in places for path in place.glob("core*") if path.is_file()]


def _open_files(house: House) -> Iterator[Path]:
    for pid in house.pids(""):
        for name in _descriptors(pid):
            with suppress(OSError):
                if stat.S_ISREG(os.stat(name).st_mode):
                    yield name


def _descriptors(pid: int) -> list[Path]:
    with suppress(OSError):
        return list(Path(f"/proc/{pid}/fd").iterdir())
    return []


def _holding(words: Iterable[str], files: Iterable[Path]) -> list[str]:
    wanted = [form for word in words for form in forms(word)]
    found = []
    for path in files:
        with suppress(FileNotFoundError):
            content = path.read_bytes()
            if any(form in content for form in wanted):
                found.append(str(path))
    return found
