"""In which language a conversation goes on: what a detector is sure of is not enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from escalation import conversation as conv
from escalation.bot import BotLine, BotReply, BotTurn, Detected
from escalation.casefile import RECENT_TURNS, Turn
from escalation.lines import Choice, Line
from escalation.ports import Ports
from escalation.signal import LANGUAGES
from escalation.sms.handling import handle_due
from escalation.sms.inbound import Inbound, store_inbound
from escalation.spoken import OFFER, is_spoken_now
from escalation.store.session import reading
from escalation.store.tables import Conversation
from tests.builders import build_house, join
from tests.fakes import ASK_MINORS, Clock, ScriptedBot

AT = datetime(2026, 3, 4, 22, 13, tzinfo=UTC)
CHOSEN = Line("choice", "Yes")
ASK_PLACE = Line("utter_ask_place_text", "Where is it?", asks="place_text")

SHORT = [
    ("ru", "Помогнете ми, шефът ни бие", "хотел Линде, Маастрихт"),
    ("ru", "Помогнете ми, шефът ни бие", "в хотел Линде в Маастрихт"),
    ("ru", "Помогнете ми, шефът ни бие", "ул. Граф Игнатиев 5, вход Б"),
    ("bg", "Помогите, нас бьёт начальник", "в Роттердаме у порта"),
    ("uk", "Помогите, нас бьёт начальник", "Оксана Шевченко, Київ"),
    ("ru", "Допоможіть, нас бʼє начальник", "завод в Роттердаме"),
    ("bg", "Допоможіть, нас бʼє начальник", "Роттердам, порт, ворота 12"),
    ("pt", "Ayuda, el jefe nos pega", "restaurante do Porto, Amsterdam"),
    ("es", "Ajuda, o patrão bate em nós", "casa de Juan en Rotterdam"),
    ("nl", "Help, the boss beats us", "Van der Valk hotel in Den Haag"),
    ("nl", "Help, the boss beats us", "kerkstraat 12 boven de bakker in den haag"),
    ("en", "Help, de baas slaat ons", "Golden Dragon restaurant, Main Street 4"),
    ("nl", "Yardım edin, patron bizi dövüyor", "hotel Linde, Maastricht"),
    ("nl", "Pomocy, szef nas bije", "Kerkstraat 12, Den Haag"),
    ("pt", "Ajutor, șeful ne bate", "casa de la Amsterdam"),
    ("nl", "Segítség, a főnök ver minket", "hotel Linde, Maastricht"),
]

SENTENCES = [
    ("ru", "Помогнете ми, шефът ни бие", "Меня и моих друзей здесь держат без документов"),
    ("uk", "Помогите, нас бьёт начальник", "Мене та моїх друзів тримають тут без документів"),
    ("ru", "Допоможіть, нас бʼє начальник", "Мы работаем по 14 часов в день и нам не платят"),
    ("bg", "Помогите, нас бьёт начальник", "Мен и моите приятели ни държат тук без документи"),
    ("pt", "Ayuda, el jefe nos pega", "O meu chefe ficou com o meu passaporte e não me paga"),
    ("es", "Ajuda, o patrão bate em nós", "Mi jefe tiene mi pasaporte y no me deja salir"),
    ("nl", "Help, the boss beats us", "Mijn baas heeft mijn paspoort en wij mogen niet weg"),
    ("en", "Help, de baas slaat ons", "MY BOSS HAS MY PASSPORT AND HE DOES NOT PAY US"),
    ("tr", "Help, the boss beats us", "Patronum pasaportumu aldı ve bana para vermiyor"),
    ("en", "Yardım edin, patron bizi dövüyor", "he took my passport and we cannot leave the house"),
]


DANGER = [
    ("uk", "Мене замкнули в кімнаті"),
    ("pl", "Zamknął mnie w pokoju"),
    ("en", "Please help me now"),
    ("ar", "أنا محبوسة في غرفة"),
    ("tr", "Bana yardım edin lütfen"),
    ("hu", "Segítsen, bezártak a szobába"),
]


class HearingBot(ScriptedBot):
    """Is always sure to have heard ``heard``; says ``lines``."""

    heard: Detected | None = None
    lines: tuple[Line, ...] = (ASK_MINORS,)

    def answer(self, turn: BotTurn) -> BotReply:
        """Answer with the same lines."""
        lines = tuple(BotLine(line) for line in self.lines)
        return replace(super().answer(turn), lines=lines, detected=self.heard)


@pytest.fixture
def bot() -> HearingBot:
    return HearingBot()


@pytest.fixture
def house(engine: Engine, bot: HearingBot, clock: Clock) -> Ports:
    built = build_house(engine, bot, clock)
    join(built, "Anna")
    return replace(built, languages=LANGUAGES)


class Talk:
    """Somebody writes, on the page or by text message, and the bot hears what it is told to hear."""

    def __init__(self, house: Ports, bot: HearingBot, clock: Clock, channel: str, guess: str):
        self._house, self._bot, self._clock, self._channel = house, bot, clock, channel
        self._sids = 0
        if channel == "web":
            self._opened = conv.open_conversation(house, suggested=guess)

    def says(self, text: str, heard_in: str, confidence: float = 1.0) -> str:
        """Write, and return the language of the conversation afterwards."""
        self._bot.heard = Detected(heard_in, confidence)
        if self._channel == "web":
            opened = self._opened
            conv.receive(self._house, conversation_id=opened.id, token=opened.token, text=text)
        else:
            self._sids += 1
            store_inbound(self._house, Inbound(f"SM{self._sids:032x}", "+31612345678", text))
            self._clock.forward(seconds=5)
            handle_due(self._house)
        with reading(self._house.sessions) as session:
            return session.query(Conversation).one().language

    def lines(self) -> list[Line]:
        """Return what the bot said on the page."""
        opened = self._opened
        seen = conv.view(self._house, conversation_id=opened.id, token=opened.token)
        return [turn.line for turn in seen.turns if turn.author == "bot" and turn.line]


def turn(number: int, *, text: str | None = None, line: Line | None = None) -> Turn:
    author = "reporter" if text is not None or line == CHOSEN else "bot"
    return Turn(id=number, author=author, line=line, text=text, at=AT)


@pytest.mark.parametrize("by_text_message", [False, True])
@pytest.mark.parametrize("asked", [ASK_MINORS, ASK_PLACE])
@pytest.mark.parametrize(("heard", "before", "text"), SHORT)
def test_an_address_or_a_few_words_change_nothing(
    heard: str, before: str, text: str, asked: Line, by_text_message: bool
) -> None:
    said = (turn(2, line=asked), turn(1, text=before))
    assert not is_spoken_now(Detected(heard, 1.0), text, said, by_text_message=by_text_message)


@pytest.mark.parametrize("by_text_message", [False, True])
@pytest.mark.parametrize(("heard", "before", "text"), SENTENCES)
def test_a_whole_sentence_changes_the_language(
    heard: str, before: str, text: str, by_text_message: bool
) -> None:
    said = (turn(2, line=ASK_MINORS), turn(1, text=before))
    assert is_spoken_now(Detected(heard, 0.9), text, said, by_text_message=by_text_message)
    assert not is_spoken_now(Detected(heard, 0.89), text, said, by_text_message=by_text_message)


def test_a_question_for_something_that_is_no_field_is_a_question_like_any_other() -> None:
    odd = turn(2, line=Line("utter_odd", "And?", asks="nothing_that_we_know"))
    said = (odd, turn(1, text="Help, the boss beats us"))
    text = "Mijn baas heeft mijn paspoort en wij mogen niet weg"
    assert is_spoken_now(Detected("nl", 1.0), text, said, by_text_message=True)


def test_a_button_pressed_or_a_long_talk_is_speaking_the_language() -> None:
    heard, text = Detected("ru", 1.0), "я здесь живу"
    assert is_spoken_now(heard, text, (turn(1, text="Привет"),), by_text_message=True)
    pressed = (turn(2, line=CHOSEN), turn(1, text="Привет"))
    assert not is_spoken_now(heard, text, pressed, by_text_message=True)
    of_others = tuple(turn(number, line=ASK_MINORS) for number in range(RECENT_TURNS))
    assert not is_spoken_now(Detected("ru", 0.4), "да", of_others, by_text_message=True)


@pytest.mark.parametrize(("heard", "text"), DANGER)
def test_a_few_words_of_danger_change_the_language_unless_a_name_is_asked_for(
    heard: str, text: str
) -> None:
    pressed = (turn(3, line=ASK_MINORS), turn(2, line=CHOSEN), turn(1, line=ASK_MINORS))
    asked_where = (turn(3, line=ASK_PLACE), *pressed[1:])

    def changes(before: tuple[Turn, ...], confidence: float, *, acute: bool) -> bool:
        detected = Detected(heard, confidence)
        return is_spoken_now(detected, text, before, by_text_message=False, acute=acute)

    assert changes(pressed, 0.9, acute=True)
    assert not changes(pressed, 0.89, acute=True)
    assert not changes(pressed, 1.0, acute=False)
    assert not changes(asked_where, 1.0, acute=True)


@pytest.mark.parametrize(("heard", "before", "text"), SHORT[:2] + SHORT[6:])
def test_an_address_changes_nothing_in_danger_either(heard: str, before: str, text: str) -> None:
    said = (turn(2, line=ASK_PLACE), turn(1, text=before))
    detected = Detected(heard, 1.0)
    assert not is_spoken_now(detected, text, said, by_text_message=True, acute=True)


@pytest.mark.parametrize("channel", ["web", "sms"])
def test_danger_told_after_an_answer_is_answered_in_its_language(
    house: Ports, bot: HearingBot, clock: Clock, channel: str
) -> None:
    talk = Talk(house, bot, clock, channel, "nl")
    assert talk.says("Ik wil iets melden over mijn werk", "nl") == "nl"
    assert talk.says("Mam na imię Ewa", "pl") == "nl"
    assert talk.says("Zamknął mnie w pokoju", "pl") == "pl"


def test_languages_are_offered_only_where_the_language_stays(
    house: Ports, bot: HearingBot, clock: Clock
) -> None:
    languages = (Choice("language:pl", "Polski"), Choice("language:en", "English"))
    question = replace(ASK_MINORS, choices=(*ASK_MINORS.choices, *languages))
    bot.lines = (Line(OFFER, "{first} {second}"), question)
    talk = Talk(house, bot, clock, "web", "nl")
    assert talk.says("Ik wil iets melden over mijn werk", "nl") == "nl"
    assert talk.says("Mam na imię Ewa", "pl") == "nl"
    assert talk.lines()[-2:] == list(bot.lines)
    assert talk.says("Zamknął mnie w pokoju", "pl") == "pl"
    assert talk.lines()[-2:] == [question, ASK_MINORS], "and nothing in between"


def test_where_a_place_is_asked_for_even_a_long_one_changes_nothing(
    house: Ports, bot: HearingBot, clock: Clock
) -> None:
    talk = Talk(house, bot, clock, "sms", "")
    bot.lines = (ASK_PLACE,)
    assert talk.says("Help, the boss beats us", "en") == "en"
    assert talk.says("op de hoek van de straat bij het oude station", "nl") == "en"
    story = "ik weet niet waar het is want wij komen nooit buiten en de ramen zijn dicht"
    assert talk.says(story, "nl") == "nl"


def test_on_a_page_whose_language_is_a_guess_a_short_sentence_is_enough(
    house: Ports, bot: HearingBot, clock: Clock
) -> None:
    talk = Talk(house, bot, clock, "web", "en")
    assert talk.says("hotel Linde, Maastricht", "nl") == "en"
    assert talk.says("hola", "es", 0.85) == "en"
    assert talk.says("no hablo inglés", "es", 0.95) == "es"


def test_the_first_words_by_text_message_tell_the_language_and_the_next_few_do_not(
    house: Ports, bot: HearingBot, clock: Clock
) -> None:
    talk = Talk(house, bot, clock, "sms", "")
    assert talk.says("👋", "en", 0.1) == "nl"
    assert talk.says("Помогнете", "bg", 0.4) == "bg"
    assert talk.says("хотел Линде", "ru") == "bg"
    assert talk.says("1", "en") == "bg"


def test_answering_by_number_is_speaking_the_language(
    house: Ports, bot: HearingBot, clock: Clock
) -> None:
    talk = Talk(house, bot, clock, "sms", "")
    assert talk.says("Помогнете", "bg", 0.4) == "bg"
    assert talk.says("2", "en") == "bg"
    assert talk.says("я здесь живу", "ru") == "bg"


def test_what_was_chosen_is_never_changed(house: Ports, bot: HearingBot, clock: Clock) -> None:
    opened = conv.open_conversation(house, language="en")
    bot.heard = Detected("nl", 1.0)
    text = "Mijn baas heeft mijn paspoort en wij mogen niet weg"
    conv.receive(house, conversation_id=opened.id, token=opened.token, text=text)
    assert conv.view(house, conversation_id=opened.id, token=opened.token).language == "en"
