"""A number, the sender's or one in a message, stands in clear in no log, metric, error, file or address of ours."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from twilio.request_validator import RequestValidator

from escalation.outbox import send_due
from escalation.ports import Ports
from escalation.sms.handling import handle_due
from escalation.sms.outgoing import write_due_messages
from escalation.store.session import make_engine
from tests.builders import build_house, join
from tests.fakes import Clock, ScriptedBot
from tests.sms.phone import new_sid
from tests.sms.twilio_server import ACCOUNT, DIES, NUMBER, TOKEN, FakeTwilio, serving
from tests.web.script import answer
from web.app import create_app
from web.config import Settings
from web.faults import quiet_record
from web.operate.doctor import examine, report
from web.operate.senders import sender_of
from web.rendering import speak
from web.sms.gateway import PATH
from web.sms.signature import HEADER

WORLD, METRICS_TOKEN = "https://meld.example", "a-token-of-prometheus"
SENDER = "+31687654321"
TYPED = "+31623456789"
FORMS = [part.lstrip("+") for part in (SENDER, TYPED)]


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with serving(FakeTwilio()) as fake:
        yield fake


@pytest.fixture
def settings(tmp_path: Path, twilio: FakeTwilio) -> Settings:
    return Settings(
        data_directory=tmp_path,
        public_url=WORLD,
        metrics_token=METRICS_TOKEN,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_from=NUMBER,
        twilio_api_base=twilio.url,
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(settings: Settings, clock: Clock, twilio: FakeTwilio) -> Iterator[Ports]:
    twilio.clock = clock
    engine = make_engine(settings.database_url_or_embedded)
    built = build_house(engine, ScriptedBot(answer), clock)
    join(built, "Anna")
    yield replace(built, speak=speak, address=WORLD)
    engine.dispose()


@pytest.fixture
def app(house: Ports, settings: Settings) -> Flask:
    return create_app(settings, house)


@pytest.fixture(autouse=True)
def quiet_log() -> Iterator[None]:
    """Our processes log by this (``web.faults.keep_quiet``): of other people's code only the place."""
    usual = logging.getLogRecordFactory()
    logging.setLogRecordFactory(quiet_record)
    yield
    logging.setLogRecordFactory(usual)


def deliver(app: Flask, path: str, **form: str) -> None:
    signature = RequestValidator(TOKEN).compute_signature(WORLD + path, form)
    app.test_client().post(path, data=form, headers={HEADER: signature})


def shown_in_clear(text: str) -> list[str]:
    """Return which of the numbers stand in ``text``, in whatever way they are written."""
    bare = "".join(letter for letter in text if letter not in " -()+.")
    return [form for form in FORMS if form in bare]


def test_the_search_does_find() -> None:
    assert shown_in_clear("call +31 6 234-567-89 now") == [FORMS[1]]


def test_a_number_is_found_nowhere_in_clear(
    app: Flask,
    house: Ports,
    settings: Settings,
    clock: Clock,
    twilio: FakeTwilio,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)  # of everybody, and everything that they have to say
    text = f"call me on {TYPED} please, or 06 23 45 67 89"
    for form in ({"Body": text}, {"Body": text, "NumMedia": "many"}, {"Body": ""}):
        deliver(app, PATH, MessageSid=new_sid(), From=SENDER, To=NUMBER, **form)
    app.test_client().post(PATH, data={"From": SENDER, "Body": text})  # not signed
    clock.forward(seconds=5)
    handle_due(house)
    write_due_messages(house)
    sender = sender_of(house, settings)
    twilio.failures = [20429, 500, DIES]
    for _ in range(8):
        send_due(house, sender)
        clock.forward(minutes=1)
    for taken in list(twilio.taken):
        path = taken.callback.removeprefix(WORLD)
        told = {"MessageSid": taken.sid, "To": SENDER, "From": NUMBER, "ErrorCode": "30003"}
        deliver(app, path, MessageStatus="undelivered", **told)
    assert twilio.taken  # or nothing was tried
    assert {one.to for one in twilio.taken} == {SENDER}

    metrics = app.test_client().get(
        "/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}
    )
    assert metrics.status_code == 200
    said = "\n".join(report(examine(settings), settings))
    printed = "".join(capfd.readouterr())
    assert caplog.records
    logged = "\n".join(f"{one.name} {one.getMessage()} {one.exc_text}" for one in caplog.records)
    for shown in (metrics.get_data(as_text=True), said, printed, logged):
        assert shown_in_clear(shown) == []
    callbacks = " ".join(one.callback for one in twilio.taken)
    assert shown_in_clear(callbacks) == []
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        for form in (*FORMS, *(one[2:] for one in FORMS)):
            for encoding in ("utf-8", "utf-16-le"):
                assert form.encode(encoding) not in content, path.name
