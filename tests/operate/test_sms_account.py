"""Our account at Twilio: what is wrong is named, what can be set is set, and only when that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from click.testing import CliRunner

from escalation.phrasebook import FACTS
from escalation.signal import LANGUAGES
from escalation.sms.words import RESERVED, bare
from tests.sms.twilio_server import ACCOUNT, NUMBER, TOKEN, FakeTwilio, serving
from web.config import Settings
from web.operate.problems import OperatorError
from web.operate.sms_account import change, look
from web.operate.sms_commands import sms
from web.operate.sms_texts import KEEP, answers, lines, texts

PHONE_SID, SERVICE_SID = "PN" + "1" * 32, "MG" + "2" * 32


@dataclass
class Console:
    """What stands in Twilio's console, and every change that was asked for."""

    type: str = "Full"
    sms_url: str = ""
    service: dict[str, object] | None = None
    changes: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    refuses: bool = False

    def answer(self, method: str, path: str, form: dict[str, str]) -> tuple[int, object] | None:
        """Answer as Twilio's API does."""
        if self.refuses:
            return 401, {"code": 20003, "message": "no", "status": 401}
        if method == "POST":
            self.changes.append((path, form))
        where = path.partition("?")[0]
        if where.endswith(f"/Accounts/{ACCOUNT}.json"):
            return 200, {"sid": ACCOUNT, "status": "active", "type": self.type}
        if "/IncomingPhoneNumbers" in where:
            return self._number(method, form)
        if where.startswith("/v1/Services"):
            return self._service(method, where, form)
        return None

    def _number(self, method: str, form: dict[str, str]) -> tuple[int, object]:
        self.sms_url = form.get("SmsUrl", self.sms_url)
        number = {
            "sid": PHONE_SID,
            "phone_number": NUMBER,
            "sms_url": self.sms_url,
            "sms_method": "POST",
            "capabilities": {"sms": True, "mms": False, "voice": False, "fax": False},
        }
        return 200, number if method == "POST" else {"incoming_phone_numbers": [number]}

    def _service(self, method: str, where: str, form: dict[str, str]) -> tuple[int, object]:
        if where.endswith("/PhoneNumbers"):
            return (201, {"sid": PHONE_SID}) if method == "POST" else (200, self._listed(PHONE_SID))
        if method == "POST":
            self.service = {
                "sid": SERVICE_SID,
                "smart_encoding": form["SmartEncoding"] == "true",
                "use_inbound_webhook_on_number": form["UseInboundWebhookOnNumber"] == "true",
            }
            return 201, self.service
        found = [self.service] if self.service else []
        return 200, {"services": found, "meta": {"key": "services", "next_page_url": None}}

    def _listed(self, sid: str) -> object:
        return {"phone_numbers": [{"sid": sid}], "meta": {"key": "phone_numbers"}}


@pytest.fixture
def console() -> Console:
    return Console()


@pytest.fixture
def settings(console: Console) -> Iterator[Settings]:
    with serving(FakeTwilio(others=console.answer)) as twilio:
        yield Settings(
            public_url="https://meld.example",
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_from=NUMBER,
            twilio_api_base=twilio.url,
        )


def wrong(settings: Settings) -> set[str]:
    return {one.what for one in look(settings) if not one.good}


def test_an_empty_account_is_set_up_and_then_all_is_well(
    settings: Settings, console: Console
) -> None:
    assert wrong(settings) == {"webhook", "service"}
    assert len(list(change(settings, really=True))) == 2
    assert wrong(settings) == set()
    assert console.sms_url == "https://meld.example/sms/twilio"
    assert list(change(settings, really=True)) == []


def test_a_dry_run_changes_nothing(settings: Settings, console: Console) -> None:
    assert len(list(change(settings, really=False))) == 2
    assert console.changes == []


def test_a_service_that_rewrites_letters_is_corrected(settings: Settings, console: Console) -> None:
    console.service = {
        "sid": SERVICE_SID,
        "smart_encoding": True,
        "use_inbound_webhook_on_number": True,
    }
    assert "service" in wrong(settings)


def test_a_trial_is_named(settings: Settings, console: Console) -> None:
    console.type = "Trial"
    assert "account" in wrong(settings)


def test_a_refusal_is_one_sentence_without_the_number(settings: Settings, console: Console) -> None:
    console.refuses = True
    with pytest.raises(OperatorError) as caught:
        look(settings)
    assert "twilio_20003" in str(caught.value)
    assert NUMBER not in str(caught.value)


def test_no_number_is_printed_in_full(settings: Settings) -> None:
    told = [one.said for one in look(settings)] + list(change(settings, really=False))
    assert NUMBER not in " ".join(told)


def test_without_settings_it_says_which(console: Console) -> None:
    with pytest.raises(OperatorError, match="TWILIO_ACCOUNT_SID"):
        look(Settings())


def test_setup_wants_to_be_told_whether_it_may() -> None:
    ended = CliRunner().invoke(sms, ["setup"])
    assert ended.exit_code == 2
    assert "--dry-run or --yes" in ended.output


def test_there_is_a_text_for_every_word_in_every_language() -> None:
    assert set(texts()) == set(KEEP) == {"HELP", "STOP", "START"}
    assert all(set(by_language) == set(LANGUAGES) for by_language in texts().values())
    assert any("112" in line for line in lines())


def test_the_number_to_call_stands_in_the_facts_alone() -> None:
    assert "112" in FACTS.read_text("utf-8")
    assert not any("112" in line.source for line in answers().values())


def test_no_answer_is_a_word_that_twilio_acts_upon() -> None:
    every = [text for by_language in texts().values() for text in by_language.values()]
    assert not {bare(text) for text in every} & RESERVED
