"""Known vulnerabilities: what a service answered is judged, and silence is never taken for safety."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date

import pytest

from tests.structure.sources import ROOT
from web.operate import advisories
from web.operate.advisories import Answer, Known

TODAY = date(2026, 12, 1)
LOCKS = {"web": ["flask==3.1.0"], "bot": ["keras==2.12.0"]}
KNOWN = [Known("keras", ("CVE-2024-3660",), "no Keras model is loaded", date(2027, 2, 1))]

# As pip-audit 2.10 printed them: a service that knows the packages, and an index without advisories.
FLASK_IS_GOOD = (
    '{"dependencies": [{"name": "flask", "version": "3.1.0", "vulns": []}], "fixes": []}'
)
KERAS_IS_NOT = json.dumps(
    {
        "dependencies": [
            {
                "name": "keras",
                "version": "2.12.0",
                "vulns": [
                    {
                        "id": "GHSA-x4wf-678h-2pmq",
                        "fix_versions": ["2.13.1"],
                        "aliases": ["CVE-2024-3660"],
                    }
                ],
            }
        ],
        "fixes": [],
    }
)
SKIPPED = (
    '{"dependencies": [{"name": "flask", "skip_reason": "Dependency not found on PyPI and could not'
    ' be audited: flask (3.1.0)"}], "fixes": []}'
)
TRACEBACK = ""


class Service:
    """Answers with what was recorded for each package; counts who was asked."""

    def __init__(self, **recorded: str) -> None:
        self.recorded = recorded
        self.asked: list[str] = []

    def __call__(self, pinned: Sequence[str], service: str) -> Answer:
        self.asked.append(service)
        package = pinned[0].partition("==")[0]
        return advisories.read_answer(self.recorded.get(f"{service}_{package}", TRACEBACK))


def judged(
    service: Service, known: Sequence[Known] = KNOWN, today: date = TODAY
) -> tuple[str, bool]:
    said, good = advisories.judge(LOCKS, known, today, service)
    return "\n".join(said), good


def test_what_is_known_passes() -> None:
    service = Service(pypi_flask=FLASK_IS_GOOD, pypi_keras=KERAS_IS_NOT)
    said, good = judged(service)
    assert good
    assert "requirements/web.txt: 1 packages looked up" in said
    assert "UNKNOWN" not in said
    assert service.asked == ["pypi", "pypi"]


def test_what_is_unknown_fails_and_says_what_helps() -> None:
    said, good = judged(Service(pypi_flask=FLASK_IS_GOOD, pypi_keras=KERAS_IS_NOT), known=[])
    assert not good
    assert "UNKNOWN VULNERABILITY in keras 2.12.0: CVE-2024-3660, GHSA-x4wf-678h-2pmq" in said
    assert "fixed in 2.13.1" in said


def test_the_same_identifier_of_another_package_is_not_known() -> None:
    other = [Known("tensorflow", ("CVE-2024-3660",), "", date(2027, 2, 1))]
    assert not judged(Service(pypi_flask=FLASK_IS_GOOD, pypi_keras=KERAS_IS_NOT), known=other)[1]


def test_what_was_to_be_looked_at_again_fails() -> None:
    service = Service(pypi_flask=FLASK_IS_GOOD, pypi_keras=KERAS_IS_NOT)
    said, good = judged(service, today=date(2027, 2, 2))
    assert not good
    assert "LOOK AGAIN at keras 2.12.0" in said


def test_an_index_without_advisories_is_not_taken_for_safety() -> None:
    said, good = judged(Service(pypi_flask=SKIPPED, pypi_keras=SKIPPED))
    assert good
    assert "pypi answers, but knows no package at all" in said
    assert "osv cannot be reached" in said
    assert said.endswith("NOTHING WAS AUDITED. Run it again where a service answers.")


def test_without_any_service_nothing_is_claimed() -> None:
    said, good = judged(Service())
    assert good
    assert "pypi cannot be reached" in said
    assert "NOTHING WAS AUDITED" in said


def test_the_second_service_is_asked_when_the_first_knows_nothing() -> None:
    service = Service(pypi_keras=SKIPPED, osv_flask=FLASK_IS_GOOD, osv_keras=KERAS_IS_NOT)
    said, good = judged(service, known=[])
    assert not good
    assert "UNKNOWN VULNERABILITY in keras" in said
    assert sorted(service.asked) == ["osv", "osv", "pypi", "pypi"]


def test_half_an_answer_still_fails_on_what_it_found() -> None:
    said, good = judged(Service(pypi_keras=KERAS_IS_NOT), known=[])
    assert not good
    assert "requirements/web.txt: nothing was audited" in said


def test_an_entry_that_nothing_calls_for_is_named() -> None:
    entry = Known("keras", ("CVE-2024-3660", "CVE-1999-0001"), "", date(2027, 2, 1))
    said, good = judged(Service(pypi_flask=FLASK_IS_GOOD, pypi_keras=KERAS_IS_NOT), known=[entry])
    assert good
    assert "CVE-1999-0001 of keras was not found" in said
    assert "CVE-2024-3660 of keras was not found" not in said


@pytest.mark.parametrize("odd", ["", "[]", "null", "{}", "Traceback", '{"dependencies": null}'])
def test_what_is_no_answer_is_none(odd: str) -> None:
    assert advisories.read_answer(odd) == Answer()


def test_each_python_gets_its_own_pins() -> None:
    lock = "# made by make lock\none==1 ; python_full_version < '3.11' \\\n    --hash=sha256:0\ntwo==2\n"
    assert advisories.pins(lock, "3.10") == ["one==1", "two==2"]
    assert advisories.pins(lock, "3.11") == ["two==2"]


@pytest.mark.parametrize(("name", "python"), advisories.LOCKS)
def test_every_locked_package_is_asked_about(name: str, python: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    always = set(re.findall(r"^([\w.-]+==\S+) \\$", text, re.M))
    asked = advisories.pins(text, python)
    assert always <= set(asked)
    assert len(asked) == len({pin.partition("==")[0] for pin in asked})


def test_the_list_has_a_reason_for_packages_that_are_locked() -> None:
    known = advisories.read_known(advisories.KNOWN.read_text(encoding="utf-8"))
    bot = (ROOT / "requirements" / "bot.txt").read_text(encoding="utf-8")
    for entry in known:
        assert f"\n{entry.package}==" in bot
        assert len(entry.why) > 40
        assert all(re.fullmatch(r"CVE-\d{4}-\d{4,}", one) for one in entry.ids)
    named = [(entry.package, one) for entry in known for one in entry.ids]
    assert len(named) == len(set(named))
