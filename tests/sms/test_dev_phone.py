"""The phone for development: there in development only, and then the whole way in and out."""

from __future__ import annotations

from pathlib import Path

import pytest

from escalation.outbox import send_due
from escalation.ports import Ports
from escalation.sms.handling import handle_due
from tests.fakes import Clock
from web.app import create_app
from web.config import Settings
from web.operate.senders import sender_of

HERE = "/dev/phone/"


def test_a_text_goes_the_whole_way_and_its_answer_is_shown(
    house: Ports, clock: Clock, tmp_path: Path
) -> None:
    current = Settings(data_directory=tmp_path, dev_phone=1)
    client = create_app(current, house).test_client()
    sent = client.post(HERE, data={"number": "+31600000009", "text": "My boss took my passport"})
    assert sent.status_code == 303
    clock.forward(seconds=2)
    handle_due(house)
    send_due(house, sender_of(house, current))
    page = client.get(f"{HERE}?number=%2B31600000009").get_data(as_text=True)
    assert "My boss took my passport" in page
    assert "Is anybody under 18?" in page
    assert "segment" in page
    assert "Is anybody under 18?" not in client.get(HERE).get_data(as_text=True)


@pytest.mark.parametrize(
    "current",
    [
        Settings(),
        Settings(dev_phone=1, public_url="https://meld.example"),
        Settings(dev_phone=1, trusted_proxies=1),
        Settings(
            dev_phone=1, twilio_account_sid="AC1", twilio_auth_token="x", twilio_from="+31970"
        ),
    ],
)
def test_outside_development_there_is_no_such_page(house: Ports, current: Settings) -> None:
    client = create_app(current, house).test_client()
    assert client.get(HERE).status_code == 404
    assert client.post(HERE, data={"text": "x"}).status_code == 404


def test_nobody_from_elsewhere_sees_it(house: Ports, tmp_path: Path) -> None:
    client = create_app(Settings(data_directory=tmp_path, dev_phone=1), house).test_client()
    assert client.get(HERE).status_code == 200
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get(HERE, environ_overrides=elsewhere).status_code == 404
