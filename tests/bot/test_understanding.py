"""What a text means amid a question: an everyday answer never hides, hands over, deletes or ends the talk."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bot.actions.answers import Answer, Question, read_answer
from bot.cues import begins_with, gives, is_little_more_than

TODAY = date(2026, 5, 20)
CARE, POLICE, LATER = (
    "share_with:care_only",
    "share_with:care_and_police",
    "share_with:decide_later",
)
WHO = (CARE, POLICE, LATER)
POLICE_TOO = (POLICE, CARE, LATER)
HARMLESS = {"inform", "report_concern", "report_own_situation"}

EVERYDAY: dict[tuple[str, str], str] = {
    (
        "safe_now",
        "nl",
    ): "ja | nee | op dit moment niet | weet ik niet | jawel hoor | een beetje | ik denk het wel",
    ("safe_now", "en"): "yes | no | not now | i think so | sure | not really | im alone",
    ("safe_now", "pl"): "tak | nie | chyba tak | nie wiem | raczej tak | jestem sama | no",
    (
        "purpose",
        "nl",
    ): "ja | mezelf | over mijn buurman | weet ik niet | een vrouw | een collega | Roemenen",
    ("purpose", "en"): "me | a friend | dont know | skip | only her | my neighbour | about a girl",
    ("purpose", "pl"): "o mnie | o kims innym | nie wiem | kolezanka | sasiad | o dziewczynie",
    (
        "forms",
        "nl",
    ): "geen van deze | iets anders | werk | uitbuiting | prostitutie | ze krijgt niks | twee",
    (
        "forms",
        "en",
    ): "none of these | something else | they do not get paid | work | sex | one | drugs",
    ("forms", "pl"): "praca | nie placa | cos innego | zadne z tych | seks | nie wiem",
    (
        "happening",
        "nl",
    ): "al drie jaar | in de zomer | elke avond | een witte bus | sinds maandag | niet nu | gisteren",
    (
        "happening",
        "en",
    ): "since monday | every night | last year | not now | for two years | yesterday | in the summer",
    (
        "happening",
        "pl",
    ): "czasami | od trzech lat | codziennie | wczoraj | w lecie | nie teraz | nie pamietam",
    (
        "victim_count",
        "nl",
    ): "een vrouw | een paar | veel | Roemenen | drie meisjes | tien man | weet niet precies",
    (
        "victim_count",
        "en",
    ): "only her | a blonde woman | many | one person | about thirty | a few | just me",
    ("victim_count", "pl"): "jedna kobieta | kilka | duzo | trzy | Rumuni | nie wiem dokladnie",
    (
        "minors",
        "nl",
    ): "vast niet | ja een meisje van 16 | weet niet precies | 06 12 34 56 78 | misschien",
    ("minors", "en"): "n/a | she is 16 | no kids | maybe one | i dont think so | they look young",
    ("minors", "pl"): "chyba nie | nie wiem | tak jedna | wszyscy dorosli | ma 17 lat",
    (
        "knowledge_basis",
        "nl",
    ): "van een collega gehoord | zelf gezien | tiktok | ze vertelde het | kan ik met haar praten?",
    (
        "knowledge_basis",
        "en",
    ): "my friend told me | i saw it | she told me | a feeling | on facebook | from my window",
    (
        "knowledge_basis",
        "pl",
    ): "ona mi powiedziala | widzialam | slyszalem | kolega mowil | mam przeczucie",
    ("can_leave", "nl"): "nee | kan niet weg | ja hoor | alleen met hem | soms",
    (
        "can_leave",
        "en",
    ): "no | not alone with him | yes i can | only on sunday | they lock the door",
    ("can_leave", "pl"): "nie moge | tak | tylko w niedziele | nie wolno | drzwi sa zamkniete",
    ("own_papers", "nl"): "mijn baas heeft het | ja | kwijt | in mijn tas | afgepakt",
    ("own_papers", "en"): "my boss has it | yes | lost | they took it | in my bag",
    ("own_papers", "pl"): "szef ma | mam | zabrali | zgubilam | w torbie",
    (
        "share_with",
        "nl",
    ): "niemand | ja | nee | liever geen politie | alleen zorg | allebei | later",
    ("share_with", "en"): "nobody | yes | no | nobody is in danger | care only | both | police too",
    ("share_with", "pl"): "nikt | tak | nie | boję się policji | tylko opieka | nie chcę policji",
    (
        "contact",
        "nl",
    ): "Per telefoon | liever mailen dan bellen | 0612345678 | niet bellen | ik kom zelf terug",
    (
        "contact",
        "en",
    ): "By phone | Do not contact me | call me on +31 6 12345678 | just mail | email please",
    ("contact", "pl"): "telefon | mailem | nie dzwonic | sama wroce | 0612345678 | nie",
    ("send", "en"): "send it | the place is wrong, it is in Horst | no | change it | yes please",
    ("send", "nl"): "verstuur maar | de plaats klopt niet | nee | ja",
    ("send", "pl"): "wyslij | tak | nie, trzy kobiety | zmien miejsce",
    (
        "place_text",
        "nl",
    ): "in de buurt van het station | in holland | bij de chinees | thuis | Venlo | nee",
    (
        "place_text",
        "en",
    ): "near the station | i live there | next to me | home | at the farm | Venlo | no",
    ("place_text", "pl"): "w magazynie | obok mnie | w domu | Venlo | przy stacji | u szefa",
    (
        "own_words",
        "nl",
    ): "ze is bang | ze komen elke avond terug | ze werken zonder loon | iemand kijkt naar haar | Roemenen",
    (
        "own_words",
        "en",
    ): "she is scared | he is always watching me | i cannot talk about it | they speak polish | he is angry",
    (
        "own_words",
        "pl",
    ): "ona sie boi | biały bus | nie moge o tym rozmawiac | ktos na nia patrzy | szef krzyczy | Rumuni",
    ("danger_now", "nl"): "nee | nee hoor | nu niet",
    ("danger_now", "en"): "no | not now | no not really",
    ("danger_now", "pl"): "nie | teraz nie | chyba nie",
}
REPLIES = [
    (language, asks, text.strip())
    for (asks, language), texts in EVERYDAY.items()
    for text in texts.split("|")
]
PLAIN_CALLS = [
    ("nl", "ik wil een mens spreken", "request_human"),
    ("nl", "er komt iemand aan", "cannot_talk_safely"),
    ("nl", "ik kan nu niet praten", "cannot_talk_safely"),
    ("nl", "verwijder alles", "stop_and_delete"),
    ("nl", "in het engels graag", "change_language"),
    ("nl", "help me", "emergency"),
    ("nl", "doei", "goodbye"),
    ("en", "can i talk to a real person", "request_human"),
    ("en", "he is coming", "cannot_talk_safely"),
    ("en", "stop", "stop_and_delete"),
    ("en", "polish please", "change_language"),
    ("en", "are you a robot?", "out_of_scope"),
    ("en", "what do you mean?", "out_of_scope"),
    ("en", "what?", "out_of_scope"),
    ("en", "who reads this?", "ask_anonymity"),
    ("pl", "chcę rozmawiać z człowiekiem", "request_human"),
    ("pl", "ktoś idzie", "cannot_talk_safely"),
    ("pl", "usuń wszystko", "stop_and_delete"),
    ("pl", "po angielsku", "change_language"),
    ("pl", "pomocy", "emergency"),
    ("pl", "po co pytasz?", "out_of_scope"),
    ("pl", "a policja?", "ask_anonymity"),
]
REFUSALS = {
    "pl": "nie chcę policji | policja nie | policji nie ufam | nie dla policji | nie wszyscy | bez policji | nikt",
    "nl": "ik wil niet dat de politie dit leest | politie mag het niet zien | politie nee | alles behalve politie"
    " | niet iedereen | als het maar niet bij de politie komt | niemand | nee",
    "en": "police must not know | i dont trust the police | anyone but the police | not everybody | nobody | no"
    " | only if police cannot read it",
}


@pytest.fixture(scope="module")
def agent(model: Path) -> Agent:
    """The trained model with all its components."""
    return Agent.load(str(model))


def understand(agent: Agent, text: str, language: str, **known: Any) -> str:
    metadata = {"language": language, "language_chosen": True, "channel": "web", "level": "normal"}
    message = UserMessage(text=text, metadata={**metadata, **known})
    return str(asyncio.run(agent.processor.parse_message(message))["intent"]["name"])


def read(field: str, text: str, language: str, offered: tuple[str, ...] = ()) -> Answer | None:
    return read_answer(text, Question(field, offered), [language], TODAY)


def test_there_are_enough_everyday_replies() -> None:
    assert len(REPLIES) > 200


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: "-".join(reply))
def test_an_everyday_reply_is_taken_as_an_answer(agent: Agent, reply: tuple[str, str, str]) -> None:
    language, asks, text = reply
    assert understand(agent, text, language, asks=asks) in HARMLESS


@pytest.mark.parametrize("asks", ["forms", "minors", "own_words"])
@pytest.mark.parametrize(("language", "text", "intent"), PLAIN_CALLS)
def test_plain_words_are_heard_amid_a_question(
    agent: Agent, language: str, text: str, intent: str, asks: str
) -> None:
    assert understand(agent, text, language, asks=asks) == intent


def test_acute_words_come_before_everything(agent: Agent) -> None:
    assert understand(agent, "een witte bus", "nl", asks="happening", level="acute") == "emergency"


def test_an_own_case_amid_questions_about_rights_is_answered_as_one(agent: Agent) -> None:
    text = "mijn baas zegt dat ik 500 euro boete moet betalen"
    assert understand(agent, text, "nl", purpose="rights_question") == "ask_rights_contract"
    assert understand(agent, text, "nl") == "report_own_situation"


@pytest.mark.parametrize("offered", [WHO, POLICE_TOO])
@pytest.mark.parametrize("language", REFUSALS)
def test_a_refusal_of_the_police_is_never_consent(language: str, offered: tuple[str, ...]) -> None:
    for text in REFUSALS[language].split("|"):
        answer = read("share_with", text, language, offered)
        assert answer is not None and answer.value == "care_only", text


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "politie ook"), ("nl", "ja"), ("en", "both"), ("pl", "policja też")],
)
def test_typed_consent_counts_only_when_it_is_asked_again(language: str, text: str) -> None:
    assert read("share_with", text, language, WHO) == Answer("again")
    assert read("share_with", text, language, POLICE_TOO) == Answer("value", "care_and_police")


def test_a_question_about_the_police_is_no_consent() -> None:
    assert read("share_with", "en de politie?", "nl", POLICE_TOO) is None


@pytest.mark.parametrize("text", ["weet ik niet", "sla over"])
def test_not_knowing_what_to_write_about_is_asking_for_advice(text: str) -> None:
    assert read("purpose", text, "nl") == Answer("value", "advice")


def test_a_yes_of_the_own_language_is_no_word_of_another() -> None:
    assert read("purpose", "ja", "nl") is None
    assert read("purpose", "ja", "pl") == Answer("value", "help_self")


@pytest.mark.parametrize("text", ["06 12 34 56 78", "+31612345678", "een.naam@post.nl"])
def test_a_way_to_reach_somebody_is_no_age_and_no_number(text: str) -> None:
    assert read("minors", text, "nl") is None
    assert read("victim_count", text, "nl") is None
    contact = read("contact", text, "nl")
    assert contact is not None and contact.value in ("phone", "email")


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("nee", "nl", "skip"),
        ("i'd rather not say", "en", "skip"),
        ("nie pamietam", "pl", "unknown"),
    ],
)
def test_a_refusal_is_no_place(text: str, language: str, kind: str) -> None:
    assert read("place_text", text, language) == Answer(kind)


@pytest.mark.parametrize(
    ("field", "text", "language", "value"),
    [
        ("happening", "elke dag 12 uur", "nl", "this_week"),
        ("happening", "od trzech lat", "pl", "this_week"),
        ("happening", "in de zomer", "nl", "longer_ago"),
        ("victim_count", "drie, waarvan eentje van 16", "nl", "two_to_five"),
        ("victim_count", "1 meisje van 16", "nl", "one"),
        ("victim_count", "een paar", "nl", "two_to_five"),
        ("minors", "niemand is minderjarig", "nl", "no"),
        ("knowledge_basis", "ona mi powiedziala", "pl", "told_by_victim"),
        ("knowledge_basis", "my friend told me", "en", "heard"),
        ("forms", "they do not get paid", "en", ["labour"]),
        ("contact", "liever mailen dan bellen", "nl", "email"),
        ("contact", "not by phone, by email", "en", "email"),
        ("safe_now", "niet echt veilig", "nl", "no"),
    ],
)
def test_everyday_wordings_are_read(field: str, text: str, language: str, value: Any) -> None:
    answer = read(field, text, language)
    assert answer is not None and answer.value == value


@pytest.mark.parametrize(
    ("field", "text", "language"),
    [
        ("minors", "ze is 4 keer geslagen", "nl"),
        ("minors", "she is 16 weeks pregnant", "en"),
        ("forms", "geen prostitutie", "nl"),
        ("forms", "one", "en"),
        ("minors", "twee", "nl"),
    ],
)
def test_what_is_something_else_is_not_read(field: str, text: str, language: str) -> None:
    assert read(field, text, language) is None


def test_many_and_not_now_are_asked_once_more() -> None:
    assert read("victim_count", "veel", "nl") == Answer("again")
    assert read("happening", "not now", "en") == Answer("again")


def test_cues_are_whole_words() -> None:
    assert gives("stop_and_delete", "STOP!", ["nl"])
    assert not gives("stop_and_delete", "stopcontact", ["nl"])
    assert begins_with("question", "Hoeveel krijg ik?", ["nl"])
    assert not is_little_more_than("goodbye", "hij zei doei en liep weg met haar", ["nl"])
