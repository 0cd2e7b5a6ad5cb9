"""What the tests of the bot share: the texts, a way to talk to the actions, and real servers, started once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain

from bot.components.nlg import TemplateAndArguments
from tests.bot.running import Servers, train
from tests.bot.talking import Talk

ROOT = Path(__file__).resolve().parents[2]
BOT = ROOT / "bot"


@pytest.fixture(scope="session")
def domain() -> Domain:
    """The domain as Rasa reads it."""
    return Domain.load([str(BOT / "domain")])


@pytest.fixture(scope="session")
def texts(domain: Domain) -> TemplateAndArguments:
    """The component that makes lines."""
    return TemplateAndArguments(domain=domain)


@pytest.fixture
def talk(texts: TemplateAndArguments) -> Talk:
    """A conversation with the actions themselves, in Dutch; the test says which intent a text has."""
    return Talk(texts)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of everything that is there to learn from."""
    return train(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def servers(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A real ``rasa run`` and a real action server, both at debug level."""
    running = Servers(model, tmp_path_factory.mktemp("logs"))
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()
