"""The arrows between the rooms: web → escalation, bot → escalation.signal, and nobody → web."""

from __future__ import annotations

import pytest

from tests.structure.sources import Module, modules

FOR_THE_BOT = "escalation.signal"
FRAMEWORKS = ("flask", "rasa", "rasa_sdk", "twilio", "werkzeug", "gunicorn", "click")
NEITHER_SHELL_NOR_NETWORK = ("subprocess", "socket", "httpx", "smtplib", "urllib.request")


def reaches(module: Module, *targets: str) -> list[str]:
    """Return the module's imports that are, or lie below, one of the targets."""
    return sorted(
        name
        for name in set(module.imports())
        if any(name == target or name.startswith(f"{target}.") for target in targets)
    )


@pytest.mark.parametrize("module", modules("escalation", "bot"), ids=lambda one: one.name)
def test_nobody_imports_web(module: Module) -> None:
    assert reaches(module, "web") == []


@pytest.mark.parametrize("module", modules("bot"), ids=lambda one: one.name)
def test_the_bot_knows_only_the_vocabulary(module: Module) -> None:
    others = [name for name in reaches(module, "escalation") if not name.startswith(FOR_THE_BOT)]
    assert others in ([], ["escalation.signal"])


@pytest.mark.parametrize("module", modules("escalation", "web"), ids=lambda one: one.name)
def test_nobody_imports_the_bot(module: Module) -> None:
    assert reaches(module, "bot") == []


@pytest.mark.parametrize("module", modules("escalation"), ids=lambda one: one.name)
def test_the_domain_knows_no_framework(module: Module) -> None:
    if not module.name.startswith("escalation.transports."):
        assert reaches(module, *FRAMEWORKS, *NEITHER_SHELL_NOR_NETWORK) == []


def test_the_vocabulary_needs_the_standard_library_alone() -> None:
    (signal,) = [one for one in modules("escalation") if one.name == FOR_THE_BOT]
    assert {name.split(".")[0] for name in signal.imports()} <= {
        "__future__",
        "collections",
        "dataclasses",
        "re",
        "typing",
    }


def test_relative_imports_are_followed() -> None:
    """The arrows above are worth nothing if ``from ..store import x`` passes unseen."""
    (conversation,) = [one for one in modules() if one.name == "escalation.conversation"]
    (pages,) = [one for one in modules() if one.name == "web.app"]
    assert any(name.startswith("escalation.") for name in conversation.imports())
    assert any(name.startswith("web.config") for name in pages.imports())
