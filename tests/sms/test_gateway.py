"""The webhook: only what Twilio signed is stored, once, sealed, and answered without asking anybody."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from escalation.ports import Ports
from escalation.sms.inbound import claim_next
from escalation.store.session import reading
from escalation.store.sms_tables import SmsInbound
from tests.fakes import Clock, ScriptedBot
from tests.sms.phone import NUMBER, new_sid
from web.app import create_app
from web.config import Settings
from web.sms.gateway import NOTHING, PATH
from web.sms.signature import HEADER

TOKEN, WORLD = "12345", "https://meld.example"


@pytest.fixture
def app(house: Ports) -> Flask:
    return create_app(Settings(public_url=WORLD, twilio_auth_token=TOKEN), house)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as opened:
        yield opened


def deliver(client: FlaskClient, form: dict[str, str], *, token: str = TOKEN) -> tuple[int, str]:
    signature = RequestValidator(token).compute_signature(WORLD + PATH, form)
    answer = client.post(PATH, data=form, headers={HEADER: signature})
    return answer.status_code, answer.get_data(as_text=True)


def message(**more: str) -> dict[str, str]:
    told = {"MessageSid": new_sid(), "From": NUMBER, "Body": "Help me", "NumMedia": "0"}
    return told | more


def stored(house: Ports) -> list[SmsInbound]:
    with reading(house.sessions) as session:
        return list(session.scalars(select(SmsInbound)))


def test_a_signed_message_is_stored_and_answered_with_nothing(
    client: FlaskClient, house: Ports
) -> None:
    assert deliver(client, message()) == (200, NOTHING)
    assert len(stored(house)) == 1


def test_the_answer_is_xml(client: FlaskClient) -> None:
    form = message()
    signature = RequestValidator(TOKEN).compute_signature(WORLD + PATH, form)
    answer = client.post(PATH, data=form, headers={HEADER: signature})
    assert answer.mimetype == "text/xml"
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_not_signed_is_refused_and_not_stored(client: FlaskClient, house: Ports) -> None:
    assert deliver(client, message(), token="other")[0] == 403
    assert client.post(PATH, data=message()).status_code == 403
    assert stored(house) == []


def test_a_second_delivery_is_answered_alike_and_changes_nothing(
    client: FlaskClient, house: Ports
) -> None:
    form = message()
    assert {deliver(client, form) for _ in range(20)} == {(200, NOTHING)}
    assert len(stored(house)) == 1


def test_unknown_and_empty_parameters_are_no_trouble(client: FlaskClient, house: Ports) -> None:
    odd = message(Body="", NumMedia="abc", New="ż", Empty="", OptOutType="STOP")
    assert deliver(client, odd)[0] == 200
    assert deliver(client, message(Body="😀" * 800))[0] == 200
    assert len(stored(house)) == 2


@pytest.mark.parametrize("wrong", [{"MessageSid": ""}, {"MessageSid": "../x"}, {"From": ""}])
def test_what_is_no_message_is_refused(
    client: FlaskClient, house: Ports, wrong: dict[str, str]
) -> None:
    assert deliver(client, message(**wrong))[0] == 400
    assert stored(house) == []


def test_neither_number_nor_words_stand_in_the_table(client: FlaskClient, house: Ports) -> None:
    deliver(client, message(Body="My secret"))
    (row,) = stored(house)
    assert row.sealed is not None
    for told in (row.sealed, row.number_digest, row.sid.encode()):
        assert b"secret" not in told
        assert NUMBER.encode() not in told


def test_the_webhook_asks_no_bot(client: FlaskClient, bot: ScriptedBot) -> None:
    deliver(client, message())
    assert bot.turns == []


def test_the_same_message_by_eight_requests_at_once_is_one(
    app: Flask, house: Ports, clock: Clock
) -> None:
    form = message()
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(deliver(app.test_client(), form)[0]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 8
    assert len(stored(house)) == 1
    clock.forward(seconds=2)
    claimed = claim_next(house)
    assert claimed is not None and claimed.inbound.text == "Help me"
    assert NUMBER not in repr(claimed) + repr(claimed.inbound)
