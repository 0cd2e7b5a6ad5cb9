"""Opening a conversation when very many want to: nobody is refused for others, and danger waits for nothing."""

from __future__ import annotations

import base64
import json
import re
import threading
from contextlib import suppress
from dataclasses import replace
from html import unescape

import pytest
from altcha import Challenge, Payload, solve_challenge
from flask import Flask
from werkzeug.test import TestResponse

from escalation.counting import MemoryCounters
from escalation.ports import Ports
from escalation.store.session import reading
from escalation.store.tables import Conversation
from tests.fakes import ScriptedBot
from tests.web.browser import Browser
from web.admission import Admission, ProofNeededError
from web.app import create_app
from web.config import Settings
from web.proof import Proofs

DANGER = "help, he has a knife and he is going to kill her now"
ABUSER = SHELTER = "198.51.100.7"
ELSEWHERE = "203.0.113.9"
LIMITS = Settings(
    new_from_one_place_max=5,
    new_overall_max=50,
    unproven_from_one_place_max=3,
    unproven_overall_max=100,
)


@pytest.fixture
def now() -> list[float]:
    return [1_200.0]


@pytest.fixture
def counters(now: list[float]) -> MemoryCounters:
    return MemoryCounters(lambda: now[0])


@pytest.fixture
def proofs(counters: MemoryCounters) -> Proofs:
    return Proofs(counters, b"s" * 16)


@pytest.fixture
def door(counters: MemoryCounters, proofs: Proofs) -> Admission:
    return Admission(counters, LIMITS, proofs)


def solved(challenge: dict[str, object]) -> str:
    """Solve a puzzle the way a client does."""
    read = Challenge.from_dict(challenge)
    solution = solve_challenge(read)
    assert solution
    return Payload(read, solution).to_base64()


def challenge_of(door: Admission, place: str) -> dict[str, object]:
    with pytest.raises(ProofNeededError) as asked:
        door.admit(place)
    return asked.value.challenge


def rush(door: Admission, place: str = SHELTER) -> None:
    for _ in range(LIMITS.new_from_one_place_max):
        assert not door.admit(place).rush


def test_in_quiet_times_nobody_is_asked_for_anything(door: Admission, now: list[float]) -> None:
    for _ in range(20):
        rush(door)
        now[0] += 120


def test_a_proof_opens_as_always_and_once(door: Admission) -> None:
    rush(door)
    proof = solved(challenge_of(door, SHELTER))
    assert not door.admit(SHELTER, proof=proof).unproven
    with pytest.raises(ProofNeededError):
        door.admit(SHELTER, proof=proof)


def test_a_proof_of_another_house_or_of_nothing_does_not_count(
    door: Admission, proofs: Proofs, counters: MemoryCounters
) -> None:
    elsewhere = Proofs(counters, b"t" * 16).challenge()
    easy = proofs.challenge()
    easy["parameters"]["keyPrefix"] = ""
    unsolved = {"challenge": proofs.challenge(), "solution": {"counter": 1, "derivedKey": "00"}}
    bad = ["", "x", "é", "A" * 3_000, base64.b64encode(b"[" * 900).decode(), solved(elsewhere)]
    bad += [base64.b64encode(json.dumps(unsolved).encode()).decode(), solved(easy)]
    assert [proofs.fits(one) for one in bad] == [False] * len(bad)


def test_without_a_proof_one_goes_on_at_lower_service_while_there_is_room(door: Admission) -> None:
    rush(door)
    for _ in range(LIMITS.unproven_from_one_place_max):
        assert door.admit(SHELTER, without_proof=True).unproven
    with pytest.raises(ProofNeededError):
        door.admit(SHELTER, without_proof=True)
    assert not door.admit(SHELTER, proof=solved(challenge_of(door, SHELTER))).unproven


def test_what_one_place_does_is_felt_in_that_place_alone(door: Admission) -> None:
    for _ in range(500):
        with suppress(ProofNeededError):
            door.admit(ABUSER)
    admitted = door.admit(ELSEWHERE)
    assert (admitted.rush, admitted.unproven) == (False, False)


def test_very_many_from_everywhere_are_a_rush_too(door: Admission) -> None:
    for number in range(LIMITS.new_overall_max):
        assert not door.admit(f"place {number}").rush
    with pytest.raises(ProofNeededError):
        door.admit(ELSEWHERE)
    assert door.admit(ELSEWHERE, without_proof=True).unproven


def test_a_rush_ends(door: Admission, now: list[float]) -> None:
    rush(door)
    challenge_of(door, SHELTER)
    now[0] += 120
    assert not door.admit(SHELTER).rush


def test_words_of_danger_come_in_and_the_same_words_a_thousand_times_do_not(
    door: Admission,
) -> None:
    assert door.admit_danger("how much is the minimum wage", "en") is None
    assert door.admit_danger(" ", "en") is None
    admitted = [door.admit_danger(DANGER, "en") for _ in range(1_000)]
    assert admitted[0] and admitted[19] and admitted.count(None) == 980
    assert door.admit_danger("pomocy, on ma nóż i zaraz ją zabije", "pl")


# --- Through the door of the application.


@pytest.fixture
def busy(house: Ports, settings: Settings, counters: MemoryCounters) -> Flask:
    limits = {
        name: getattr(LIMITS, name)
        for name in (
            *("new_from_one_place_max", "new_overall_max"),
            *("unproven_from_one_place_max", "unproven_overall_max"),
        )
    }
    return create_app(replace(settings, **limits), replace(house, counters=counters))


def opened_by_api(app: Flask, place: str, **body: object) -> TestResponse:
    return app.test_client().post(
        "/api/v1/conversations",
        json={"language": "en", **body},
        environ_overrides={"REMOTE_ADDR": place},
    )


def test_the_api_hands_out_a_challenge_and_takes_its_proof(busy: Flask) -> None:
    for _ in range(LIMITS.new_from_one_place_max):
        assert opened_by_api(busy, SHELTER).status_code == 201
    refused = opened_by_api(busy, SHELTER)
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    problem = refused.json
    assert problem and problem["code"] == "proof_needed"
    proof = solved(problem["challenge"])
    assert opened_by_api(busy, SHELTER, proof=proof).status_code == 201
    assert opened_by_api(busy, SHELTER, without_proof=True).status_code == 201
    assert opened_by_api(busy, SHELTER, without_proof="yes").status_code == 400
    assert opened_by_api(busy, ELSEWHERE).status_code == 201


def browser_in_rush(app: Flask) -> Browser:
    for _ in range(LIMITS.new_from_one_place_max):
        opened_by_api(app, "127.0.0.1")
    browser = Browser(app)
    browser.get("/?lang=en")
    browser.post("/start", {"language": "en"})
    return browser


def form_of(browser: Browser) -> dict[str, str]:
    form = re.search(r"<form[^>]*data-challenge.*?</form>", browser.page, re.S)
    assert form, "not the page that waits"
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[0])
    return {name: unescape(value) for name, value in pairs}


def test_without_a_script_one_button_goes_on(busy: Flask, house: Ports, bot: ScriptedBot) -> None:
    browser = browser_in_rush(busy)
    assert browser.status == 429
    assert 'href="tel:112"' in browser.page
    asked = len(bot.turns)
    answer = browser.post("/start", {**form_of(browser), "text": "", "go_on": "1"})
    assert answer.request.path == "/chat"
    assert len(browser.turns()) == 2, "the first lines stand there"
    assert len(bot.turns) == asked, "and the bot was not asked for them"
    with reading(house.sessions) as session:
        assert session.query(Conversation).filter_by(unproven=True).count() == 1
    browser.say("there are eight people in one room")
    assert "Thank you for telling us." in browser.page


def test_the_puzzle_on_the_page_can_be_solved(busy: Flask, house: Ports) -> None:
    browser = browser_in_rush(busy)
    found = re.search(r'data-challenge="([^"]*)"', browser.page)
    assert found
    proof = solved(json.loads(unescape(found[1])))
    answer = browser.post("/start", {**form_of(browser), "proof": proof, "go_on": "1"})
    assert answer.request.path == "/chat"
    with reading(house.sessions) as session:
        assert session.query(Conversation).filter_by(unproven=True).count() == 0


def test_danger_comes_in_when_there_is_no_room_and_stands_in_the_queue(
    busy: Flask, house: Ports
) -> None:
    browser = browser_in_rush(busy)
    for _ in range(LIMITS.unproven_from_one_place_max + 1):
        opened_by_api(busy, "127.0.0.1", without_proof=True)
    browser.post("/start", {**form_of(browser), "text": "what is this?", "go_on": "1"})
    assert browser.status == 429
    assert browser.typed() == "what is this?", "what was written is kept"
    answer = browser.post("/start", {**form_of(browser), "text": DANGER, "go_on": "1"})
    assert answer.request.path == "/chat"
    assert DANGER in browser.page
    with reading(house.sessions) as session:
        (case,) = session.query(Conversation).filter(Conversation.waiting_since.is_not(None))
    assert case.level_rank == 2


def test_a_fault_in_a_word_list_is_no_error_page(
    busy: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(text: str, language: str) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr("escalation.triage.read_text", broken)
    browser = browser_in_rush(busy)
    answer = browser.post("/start", {**form_of(browser), "text": DANGER, "go_on": "1"})
    assert answer.request.path == "/chat", "without danger that can be heard, by the other way in"
    assert "knife" not in caplog.text
    for _ in range(LIMITS.unproven_from_one_place_max):
        opened_by_api(busy, "127.0.0.1", without_proof=True)
    another = browser_in_rush(busy)
    another.post("/start", {**form_of(another), "text": DANGER, "go_on": "1"})
    assert another.status == 429
    assert another.typed() == DANGER


def test_fifty_people_in_a_shelter_with_an_abuser_are_all_served(busy: Flask, house: Ports) -> None:
    """All behind one address. The people's devices solve the puzzle; the abuser's do not bother."""
    outcome: list[int] = []

    def abuse() -> None:
        for _ in range(200):
            outcome.append(opened_by_api(busy, SHELTER, without_proof=True).status_code)

    served: list[int] = []

    def person() -> None:
        answer = opened_by_api(busy, SHELTER)
        if answer.status_code == 429:
            assert answer.json
            answer = opened_by_api(busy, SHELTER, proof=solved(answer.json["challenge"]))
        served.append(answer.status_code)

    threads = [threading.Thread(target=abuse)]
    threads += [threading.Thread(target=person) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert served == [201] * 50
    assert outcome.count(429) >= 200 - LIMITS.new_from_one_place_max - 3
