"""Asks whether a locked package has a known vulnerability: ``make audit``, part of ``make check``.

pip-audit asks PyPI, and where that answers nothing, OSV. A machine that reaches neither can still run ``make check``;
it is told plainly that nothing was audited. docs/known-vulnerabilities.yml lists known ones that nobody can reach.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement

from .places import ROOT

LOCKS = (("web", "3.11"), ("dev", "3.11"), ("bot", "3.10"))
"""Lock files, and the Python that each is for."""

SERVICES = ("pypi", "osv")
KNOWN = ROOT / "docs" / "known-vulnerabilities.yml"
SERVICE_SECONDS = "5"
ASK_SECONDS = 180


@dataclass(frozen=True)
class Found:
    """One vulnerability of one package; ``names`` are its identifier and the other names that it goes by."""

    package: str
    version: str
    names: frozenset[str]
    fixed_in: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What a service said about one lock file; ``skipped`` are packages that it knows nothing of."""

    audited: int = 0
    skipped: tuple[str, ...] = ()
    found: tuple[Found, ...] = ()


@dataclass(frozen=True)
class Known:
    """Vulnerabilities that somebody looked at: why they cannot be reached, and until when that is believed."""

    package: str
    ids: tuple[str, ...]
    why: str
    look_again: date


Ask = Callable[[Sequence[str], str], Answer]


def read_known(text: str) -> list[Known]:
    """Return the entries of docs/known-vulnerabilities.yml. Raises TypeError or KeyError for another shape."""
    return [Known(**{**entry, "ids": tuple(entry["ids"])}) for entry in yaml.safe_load(text) or []]


def pins(lock: str, python: str) -> list[str]:
    """Return ``name==version`` for every package of a lock file that is installed on Linux under that Python."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
    }
    asked = [
        Requirement(line.rstrip(" \\"))
        for line in lock.splitlines()
        if line and line[0] not in "# "
    ]
    return [
        f"{one.name}{one.specifier}"
        for one in asked
        if one.marker is None or one.marker.evaluate(environment)
    ]


def read_answer(text: str) -> Answer:
    """Return what pip-audit printed, empty when that is no answer at all."""
    try:
        packages: list[Mapping[str, Any]] = json.loads(text)["dependencies"] or []
    except (ValueError, KeyError, TypeError):
        return Answer()
    heard = [package for package in packages if "vulns" in package]
    return Answer(
        audited=len(heard),
        skipped=tuple(str(package["name"]) for package in packages if "vulns" not in package),
        found=tuple(
            Found(
                package=str(package["name"]),
                version=str(package["version"]),
                names=frozenset({str(one["id"]), *one.get("aliases", ())}),
                fixed_in=tuple(one.get("fix_versions", ())),
            )
            for package in heard
            for one in package["vulns"]
        ),
    )


def ask_pip_audit(pinned: Sequence[str], service: str) -> Answer:
    """Ask one service about pinned packages; empty when it cannot be reached."""
    with tempfile.TemporaryDirectory() as directory:
        asked = Path(directory) / "pins.txt"
        asked.write_text("".join(f"{pin}\n" for pin in pinned), encoding="utf-8")
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(asked)]
        command += ["--no-deps", "--disable-pip", "--format", "json", "--aliases", "on"]
        command += ["--progress-spinner", "off", "--timeout", SERVICE_SECONDS]
        command += ["--vulnerability-service", service]
        try:
            told = subprocess.run(
                command, capture_output=True, text=True, timeout=ASK_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return Answer()
    return read_answer(told.stdout)


def judge(
    locks: Mapping[str, Sequence[str]], known: Iterable[Known], today: date, ask: Ask
) -> tuple[list[str], bool]:
    """Return what there is to say, a line each, and whether everything that was found is known."""
    said: list[str] = []
    found: set[Found] = set()
    nothing = 0
    with ThreadPoolExecutor(len(locks)) as together:
        answers = together.map(lambda pinned: _first_that_answers(pinned, ask), locks.values())
        for name, (answer, silent) in zip(locks, answers, strict=True):
            found |= set(answer.found)
            nothing += not answer.audited
            said += [f"audit: requirements/{name}.txt: {line}" for line in (*silent, _told(answer))]
    if nothing == len(locks):
        return [*said, "audit: NOTHING WAS AUDITED. Run it again where a service answers."], True
    unknown, stale = _weigh(found, list(known), today)
    return [*said, *([] if nothing else stale), *unknown], not unknown


def _told(answer: Answer) -> str:
    if not answer.audited:
        return "nothing was audited"
    skipped = f"; not looked up: {', '.join(sorted(answer.skipped))}" if answer.skipped else ""
    return f"{answer.audited} packages looked up{skipped}"


def _first_that_answers(pinned: Sequence[str], ask: Ask) -> tuple[Answer, list[str]]:
    """Ask one service after the other; return the first answer, and why those before it gave none."""
    silent: list[str] = []
    for service in SERVICES:
        answer = ask(pinned, service)
        if answer.audited:
            return answer, silent
        silent.append(
            # A package index without advisories: it answers, and pip-audit calls that "no vulnerabilities".
            f"{service} answers, but knows no package at all (a mirror without advisories?)"
            if answer.skipped
            else f"{service} cannot be reached"
        )
    return Answer(), silent


def _weigh(found: Iterable[Found], known: list[Known], today: date) -> tuple[list[str], list[str]]:
    """Return lines for what is unknown or overdue, and for entries that nothing calls for any more."""
    wrong: list[str] = []
    called_for: set[tuple[str, str]] = set()
    for one in sorted(found, key=lambda one: (one.package, sorted(one.names))):
        matching = [
            entry for entry in known if entry.package == one.package and one.names & set(entry.ids)
        ]
        called_for.update((one.package, name) for name in one.names)
        what = f"{one.package} {one.version}: {', '.join(sorted(one.names))}"
        if not matching:
            fix = ", ".join(one.fixed_in) or "no version yet"
            wrong.append(f"audit: UNKNOWN VULNERABILITY in {what}; fixed in {fix}")
        elif all(entry.look_again < today for entry in matching):
            wrong.append(f"audit: LOOK AGAIN at {what}; it was to be looked at again by now")
    stale = [
        f"audit: {name} of {entry.package} was not found; it may be taken out of the list"
        for entry in known
        for name in entry.ids
        if (entry.package, name) not in called_for
    ]
    return wrong, stale


def main() -> int:
    """Say what was found; return 1 when something is not known."""
    locks = {
        name: pins((ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8"), python)
        for name, python in LOCKS
    }
    known = read_known(KNOWN.read_text(encoding="utf-8"))
    # The day of the machine is near enough: entries are meant in months.
    said, good = judge(locks, known, date.today(), ask_pip_audit)  # noqa: DTZ011
    sys.stdout.writelines(f"{line}\n" for line in said)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
