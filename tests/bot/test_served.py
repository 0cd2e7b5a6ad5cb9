"""The bot as it runs in earnest: Rasa and the action server, over HTTP."""

from __future__ import annotations

import statistics
import time

import pytest

from tests.bot.running import ServedTalk, Servers, turn_body

CANARY = "kanarie-4711"


def test_the_secret_is_needed(servers: Servers) -> None:
    assert servers.post(turn_body(None, text="hallo"), secret="a-wrong-secret-xxxx")[0] == 401


@pytest.mark.parametrize("body", [b"{", b"[]", turn_body(None), turn_body(None, choice="/restart")])
def test_what_is_not_a_turn_is_refused(servers: Servers, body: object) -> None:
    assert servers.post(body) == (400, {"code": "bad_turn"})


def test_a_state_that_cannot_be_opened_is_said_to_be_so(servers: Servers) -> None:
    status, answer = servers.post(turn_body("YWJj", text="hallo"))
    assert (status, answer) == (409, {"code": "state_unreadable"})
    first = ServedTalk(servers, "nl")
    first.press("start")
    body = turn_body(first.state, text="hallo")
    body["state_key"] = "b" * 43 + "="
    assert servers.post(body)[0] == 409


@pytest.mark.parametrize(
    "text", ["/restart", "/start", '/inform{"contact": "phone"}', "/session_start"]
)
def test_a_command_is_only_a_text(servers: Servers, text: str) -> None:
    talk = ServedTalk(servers, "nl")
    for choice in ("start", "safe_now:yes", "purpose:report"):
        talk.press(choice)
    talk.type(f"{text} en verder gaat het over de buren naast mij")
    assert talk.fields["own_words"].startswith(text)
    assert "contact" not in talk.fields


def test_the_same_turn_gives_the_same_answer(servers: Servers) -> None:
    body = turn_body(None, text="mag mijn baas mijn paspoort houden?")
    first, second = servers.post(body)[1], servers.post(body)[1]
    assert first["lines"] == second["lines"]


def test_a_chosen_language_is_not_detected_and_another_is(servers: Servers) -> None:
    talk = ServedTalk(servers, "nl")
    talk.type("szef zabral mi paszport i nie placi")
    assert talk.detected is None
    talk = ServedTalk(servers, "nl", chosen=False)
    talk.type("szef zabral mi paszport i nie placi")
    assert talk.detected is not None and talk.detected["language"] == "pl"


def test_a_dutch_hotel_receptionist(servers: Servers) -> None:
    talk = ServedTalk(servers, "nl")
    talk.press("start")
    talk.type(
        "Ik werk bij de receptie van Hotel Zonneberg in Venlo. Een meisje van hooguit 15 zit al "
        "dagen op haar kamer en er gaan steeds verschillende mannen naar haar toe."
    )
    assert talk.asks == "safe_now"
    talk.type("ja")
    assert talk.fields["reporter_role"] == "hotel_staff"
    assert talk.fields["minors"] == "maybe" and talk.fields["forms"] == ["sexual"]
    asked = [talk.asks]
    for answer in ("elke avond", "1", "ze moet al het geld afgeven", "kamer 12", "alleen zorg"):
        talk.type(answer)
        asked.append(talk.asks)
    assert asked == ["happening", "victim_count", "indicators", "vehicle", "share_with", "contact"]
    talk.press("contact:receipt_only")
    assert talk.lines[-1]["say"] == "utter_summary"
    talk.type("ja")
    assert talk.effects == {"submit": True, "receipt": True}


def test_a_polish_greenhouse_worker(servers: Servers) -> None:
    talk = ServedTalk(servers, "nl", chosen=False)
    talk.press("start")
    talk.type(
        "pracuje w szklarni kolo Horst, szef zabral mi paszport, od dwoch miesiecy nie placi, "
        "mieszkamy u szefa w 8 osob"
    )
    assert talk.fields["purpose"] == "help_self"
    assert {"G1", "L1", "L8"} <= set(talk.fields["indicators"])
    assert talk.fields["own_papers"] == "no" and talk.fields["housing_via_employer"] == "yes"
    talk.type("tak")
    assert talk.asks == "can_leave"
    said = talk.type("czy szef moze zabrac mi paszport?")
    assert "utter_rights_documents_passport" in said and talk.asks == "can_leave"
    for answer in ("nie", "nie, mam 34 lata", "tylko prawnik", "tylko opieka"):
        talk.type(answer)
    assert talk.fields["can_leave"] == "no" and talk.fields["minors"] == "no"
    assert talk.fields["share_with"] == "care_only"
    talk.type("telefon")
    talk.type("+31 6 12345678")
    assert talk.fields["contact_detail"] == "+31 6 12345678"
    talk.press("send:yes")
    assert talk.effects["submit"] is True


def test_an_english_neighbour_who_types_in_pieces(servers: Servers) -> None:
    talk = ServedTalk(servers, "en")
    for choice in ("start", "safe_now:yes", "purpose:advice"):
        talk.press(choice)
    talk.type("something is wrong with the house next door, at Kerkstraat 12 in Enschede")
    talk.type("a young woman lives there and she never leaves the house")
    talk.type("she works day and night for them")
    talk.type("they keep her passport")
    assert talk.fields["own_words"].count("\n") == 3
    assert talk.fields["place_text"] == "Kerkstraat 12, Enschede"
    assert talk.fields["can_leave"] == "no" and talk.fields["forms"] == ["labour"]
    assert talk.asks == "happening"
    talk.type("will the neighbours know that I told this?")
    assert talk.lines[0]["say"] == "utter_anonymity_name" and talk.asks == "happening"


def test_danger_that_was_read_as_acute_is_sent_after_two_answers(servers: Servers) -> None:
    talk = ServedTalk(servers, "en")
    talk.type("he has a knife and he locked her in", level="acute")
    assert talk.lines[0]["say"] == "utter_danger_call"
    talk.type("Kerkstraat 12 in Enschede", level="acute")
    talk.type("yes", level="acute")
    assert talk.effects["handoff"] == "danger" and talk.effects["submit"] is True


def test_turn_two_hundred_costs_what_turn_ten_costs(servers: Servers) -> None:
    talk = ServedTalk(servers, "nl")
    for choice in ("start", "safe_now:yes", "purpose:report"):
        talk.press(choice)
    talk.type("er is iets niet pluis in het huis aan de overkant van de straat")
    seconds, sizes = [], []
    for _ in range(200):
        started = time.perf_counter()
        talk.type("wie leest dit allemaal mee?")
        seconds.append(time.perf_counter() - started)
        sizes.append(len(talk.state or ""))
    assert len(set(sizes[1:])) == 1
    early, late = statistics.median(seconds[5:25]), statistics.median(seconds[-20:])
    assert late < 2 * early


def test_nothing_that_was_written_is_in_a_log_or_on_disk(servers: Servers) -> None:
    talk = ServedTalk(servers, "nl", chosen=False)
    talk.press("start")
    talk.press("safe_now:yes")
    talk.press("purpose:report")
    talk.type(f"{CANARY} mijn buurman houdt iemand vast in de kelder bij {CANARY}straat 12")
    talk.type(f"/{CANARY} {CANARY}?")
    talk.type(f"mijn nummer is 06-12345678 en ik heet {CANARY}")
    servers.post(turn_body(None, text=CANARY, language=CANARY))
    log = servers.log()
    assert "processor.message.parse" in log or "rasa.core.processor" in log
    for secret in (CANARY, "06-12345678", "houdt iemand vast"):
        assert secret not in log
    left = [path.name for path in servers.logs.rglob("*") if path.is_file()]
    assert sorted(left) == ["actions.log", "rasa.log"]


def test_when_the_action_server_fails_the_caller_hears_it(servers: Servers) -> None:
    """Last in this file: it stops the action server."""
    servers.actions.terminate()
    servers.actions.wait(timeout=30)
    status, answer = servers.post(turn_body(None, text=f"hallo {CANARY}"))
    assert (status, answer) == (503, {"code": "bot_failed"})
    assert CANARY not in servers.log()
