"""Machine translation: beside the words and never in their place, with names and numbers as they were typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from escalation import conversation
from escalation.errors import TranslationFailedError
from escalation.ports import Ports
from escalation.translating import translate_safely
from escalation.transports.libretranslate import LibreTranslate
from tests.builders import Joined
from tests.desk.desk import Desk, open_case, tell
from tests.fakes import ScriptedBot
from web import ports as wired


class Shouting:
    """A machine that shouts, and loses what it is told to lose."""

    def __init__(self, loses: str = "") -> None:
        self.loses = loses
        self.seen: list[str] = []

    def translate(self, text: str, *, source: str, target: str) -> str:
        """Translate."""
        self.seen.append(text)
        return (
            f"{target}: {text.upper()}".replace(self.loses, "")
            if self.loses
            else f"{target}: {text.upper()}"
        )


@pytest.fixture
def shouting(app: Flask, house: Ports) -> Shouting:
    machine = Shouting()
    app.extensions[wired.EXTENSION] = replace(house, translator=machine)
    return machine


def test_numbers_names_and_addresses_never_go_to_the_machine() -> None:
    machine = Shouting()
    text = "she lives with Maria Kowalska in Den Haag, call 06 12 34 56 78 or write a.b@example.org"
    answer = translate_safely(machine, text, source="en", target="nl")
    for kept in ("Maria Kowalska", "Den Haag", "06 12 34 56 78", "a.b@example.org"):
        assert kept in answer
        assert kept not in machine.seen[0]
    assert "SHE LIVES WITH" in answer


def test_a_translation_that_lost_a_number_is_thrown_away() -> None:
    with pytest.raises(TranslationFailedError):
        translate_safely(Shouting("[[0]]"), "come at 23:00", source="en", target="nl")


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    class Same:
        def translate(self, text: str, *, source: str, target: str) -> str:
            return text

    if "[[" not in text:
        assert translate_safely(Same(), text, source="en", target="nl") == text.strip()


def test_the_words_stay_and_the_translation_stands_beside_them(
    desk: Desk, house: Ports, bot: ScriptedBot, shouting: Shouting
) -> None:
    told = tell(house, bot, "proszę o pomoc")
    path = open_case(desk, told.id)
    desk.send(f"{path}/turns/2/translate")
    assert "proszę o pomoc Machine translation: en: PROSZĘ O POMOC" in desk.text


def test_the_person_reads_the_translation_and_the_screeners_words_under_it(
    desk: Desk, house: Ports, bot: ScriptedBot, shouting: Shouting, app: Flask
) -> None:
    told = tell(house, bot, "proszę o pomoc")
    path = open_case(desk, told.id)
    desk.send(f"{path}/take")
    desk.send(f"{path}/messages", text="are you safe?", translate="yes")
    assert "are you safe? Machine translation: pl: ARE YOU SAFE?" in desk.text
    view = conversation.view(house, conversation_id=told.id, token=told.token)
    assert view.turns[-1].text == "are you safe?"
    assert view.turns[-1].translations == {"pl": "pl: ARE YOU SAFE?"}


def test_a_machine_that_is_away_sends_nothing_and_gives_the_text_back(
    desk: Desk, house: Ports, bot: ScriptedBot, app: Flask, anna: Joined
) -> None:
    away = LibreTranslate("http://127.0.0.1:9?api_key=x")
    app.extensions[wired.EXTENSION] = replace(house, translator=away)
    told = tell(house, bot, "proszę o pomoc")
    path = open_case(desk, told.id)
    desk.send(f"{path}/take")
    desk.send(f"{path}/messages", text="are you safe?", translate="yes")
    assert desk.status == 503
    assert desk.typed().strip() == "are you safe?"
    view = conversation.view(house, conversation_id=told.id, token=told.token)
    assert view.turns[-1].author == "system"


def test_without_a_machine_nothing_offers_one(desk: Desk, house: Ports, bot: ScriptedBot) -> None:
    open_case(desk, tell(house, bot, "proszę o pomoc").id)
    assert "Translate" not in desk.text
