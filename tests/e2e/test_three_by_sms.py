"""Three people tell by text message, in Polish, Bulgarian and Arabic, and somebody at the desk answers each of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.e2e.house import House, free_port
from tests.e2e.sms_reporter import SmsReporter, wait_for
from tests.e2e.test_three_reporters import GREENHOUSE
from tests.sms.twilio_server import ACCOUNT, NUMBER, TOKEN, FakeTwilio, serving

HOTEL = {
    "safe_now": "yes",
    "purpose": "report",
    "own_words": (
        "работя на рецепцията на един хотел. в стая 212 има момиче, мисля че е на 15, и непрекъснато "
        "се качват различни мъже. третият току-що влезе, сега в момента"
    ),
    "place_text": "хотелът е до гарата в Маастрихт, казва се Линде",
    "victim_count": "one",
    "minors": "yes",
    "share_with": "care_and_police",
    "contact": "none",
}
NEIGHBOUR = {
    "safe_now": "yes",
    "purpose": "report",
    "own_words": (
        "بجانبنا يسكن حوالي ثمانية أشخاص فوق الدكان، وتأخذهم سيارة كل صباح في الساعة الخامسة "
        "ولا يبدو أن لهم يوم عطلة"
    ),
    "place_text": "شارع الطاحونة 14، رورموند",
    "happening": "this_week",
    "victim_count": "six_to_twenty",
    "minors": "unknown",
    "reporter_role": "citizen",
    "share_with": "care_only",
    "contact": "none",
}
PEOPLE = {"pl": GREENHOUSE, "bg": HOTEL, "ar": NEIGHBOUR}
NUMBERS = {"pl": "+48601000001", "bg": "+359881000002", "ar": "+31611000003"}
WORD = "Good evening, I am on duty. Are you safe?"


@pytest.fixture(scope="module")
def twilio() -> Iterator[FakeTwilio]:
    with serving(FakeTwilio()) as fake:
        yield fake


@pytest.fixture(scope="module")
def house(twilio: FakeTwilio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The product with a number at the stand-in for Twilio."""
    port = free_port()
    settings = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": NUMBER,
        "TWILIO_API_BASE": twilio.url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "NIETPLUIS_SMS_PER_SECOND": "50",
        "NIETPLUIS_SMS_SETTLE_MILLISECONDS": "100",
    }
    running = House(tmp_path_factory.mktemp("house"), port=port, settings=settings)
    running.start()
    yield running
    if running.process and running.process.poll() is None:
        running.stop()


@pytest.mark.parametrize("language", PEOPLE)
def test_somebody_tells_by_text_and_a_person_answers(
    house: House, twilio: FakeTwilio, language: str
) -> None:
    screener = house.join()
    plan = {name: str(value) for name, value in PEOPLE[language].items()}
    reporter = SmsReporter(house, twilio, NUMBERS[language], plan)
    reporter.text(plan["own_words"])
    reporter.answer_until_sent()

    (row,) = [row for row in screener.cases() if row["id"] == reporter.case_id]
    assert row["language"] == language
    case = screener.case(reporter.case_id)
    assert any(plan["own_words"] in str(turn["text"]) for turn in case["turns"])
    if language == "bg":
        assert row["level"] == "acute"
    assert reporter.received()

    screener.call("POST", f"/cases/{reporter.case_id}/take")
    screener.call("POST", f"/cases/{reporter.case_id}/messages", text=WORD)
    wait_for(lambda: any(WORD in text for text in reporter.received()))
    reporter.send("1 2 3")
    wait_for(lambda: reporter.turns()[-1]["text"] == "1 2 3")
    sys.stdout.write(f"\n{language}: {reporter.cost()}\n")
