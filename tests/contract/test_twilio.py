"""Every call that we make to Twilio is valid by Twilio's own OpenAPI description, served by Prism.

The description is not part of this repository; without it, or without ``npx``, the first half is skipped. The second
half is always run: the names that we send, and what each documented code does to who sends.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from twilio.rest import Client

from escalation.outbox import SendError
from escalation.sms.codes import meaning_of, meanings
from escalation.sms.telephone import NoAnswerError, RefusedError
from escalation.transports.twilio_client import told_as_send_errors, twilio_client
from escalation.transports.twilio_messages import TwilioTelephone
from escalation.transports.twilio_sms import TwilioCarrier
from tests.sms.fake_telephone import REPORTER
from tests.sms.twilio_server import ACCOUNT, DIES, NUMBER, TOKEN, FakeTwilio, serving

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = Path("shared") / "twilio" / "twilio_api_v2010.json"
"""Beside the repository, or higher up."""

PRISM = "@stoplight/prism-cli@5.14.2"
STARTS_WITHIN_SECONDS = 120
SID, PHONE_SID = "SM" + "a" * 32, "PN" + "a" * 32
CALLBACK = "https://meld.example/sms/status"

NAMES_OF_A_MESSAGE = {"To", "From", "Body", "SmartEncoded", "StatusCallback"}
NAMES_OF_A_PAGE = {"To", "From", "Body"}


@pytest.fixture(scope="module")
def prism() -> Iterator[str]:
    """The address of Prism with Twilio's description, refusing every request that does not fit it."""
    places = (above / DESCRIPTION for above in ROOT.parents)
    description = next((one for one in places if one.exists()), None)
    if description is None or shutil.which("npx") is None:
        pytest.skip(
            "Twilio's OpenAPI description or npx is not here: calls were not held against it"
        )
    port = _free_port()
    # Not ``--errors``: that also refuses Twilio's own examples, whose addresses are no URIs. A request that does not
    # fit is refused all the same.
    command = ["npx", "--yes", PRISM, "mock", "-p", str(port), str(description)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # npx starts others, which must end with it
    )
    url = f"http://127.0.0.1:{port}"
    try:
        if not _answers(url, process):
            pytest.skip("Prism did not start: calls were not held against the description")
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(url, timeout=5, trust_env=False)
        except httpx.HTTPError:
            time.sleep(0.5)
        else:
            return True
    return False


def client_at(url: str) -> Client:
    return twilio_client(account_sid=ACCOUNT, auth_token=TOKEN, api_base=url)


def telephone_at(url: str) -> TwilioTelephone:
    return TwilioTelephone(client_at(url), sender=NUMBER, callback=CALLBACK)


CALLS: dict[str, Callable[[str], object]] = {
    "a message": lambda url: telephone_at(url).send(REPORTER, "Zażółć €", ref="a" * 32),
    "a message without an address to call": lambda url: TwilioTelephone(
        client_at(url), sender=NUMBER, callback=""
    ).send(REPORTER, "words", ref="a" * 32),
    "the list of messages": lambda url: telephone_at(url).sent_to(REPORTER),
    "an emptied message": lambda url: telephone_at(url).blank(SID),
    "a deleted message": lambda url: telephone_at(url).delete(SID),
    "a page": lambda url: TwilioCarrier(client_at(url), sender=NUMBER).carry(
        REPORTER, "Acute case.", key="k"
    ),
    "the account": lambda url: client_at(url).api.v2010.accounts(ACCOUNT).fetch(),
    "our number": lambda url: client_at(url).incoming_phone_numbers.list(
        phone_number=NUMBER, limit=1, page_size=1
    ),
    "our number's address": lambda url: (
        client_at(url)
        .incoming_phone_numbers(PHONE_SID)
        .update(sms_url="https://meld.example/sms/twilio", sms_method="POST")
    ),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_call_fits_twilios_description(prism: str, call: Callable[[str], object]) -> None:
    with told_as_send_errors():
        call(prism)


def test_a_call_that_does_not_fit_is_refused(prism: str) -> None:
    """The tests above are worth nothing if Prism lets everything pass."""
    with pytest.raises(SendError), told_as_send_errors():
        client_at(prism).messages.create(from_=NUMBER, body="to nobody", to=None)
    with pytest.raises(SendError), told_as_send_errors():
        client_at(prism).messages("no-such-id").delete()


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with serving(FakeTwilio()) as fake:
        yield fake


def test_a_message_carries_these_names_and_no_others(twilio: FakeTwilio) -> None:
    telephone_at(twilio.url).send(REPORTER, "words", ref="a" * 32)
    (taken,) = twilio.taken
    assert taken.names == NAMES_OF_A_MESSAGE
    assert taken.callback == f"{CALLBACK}/{'a' * 32}"


def test_a_page_carries_these_names_and_no_others(twilio: FakeTwilio) -> None:
    TwilioCarrier(client_at(twilio.url), sender=NUMBER).carry(REPORTER, "Acute case.", key="k")
    (taken,) = twilio.taken
    assert taken.names == NAMES_OF_A_PAGE


@pytest.mark.parametrize("code", sorted(set(meanings()) - {20503}))
def test_every_code_is_told_as_the_table_says(twilio: FakeTwilio, code: int) -> None:
    twilio.failures = [code]
    with pytest.raises(RefusedError) as caught:
        telephone_at(twilio.url).send(REPORTER, "words", ref="a" * 32)
    assert caught.value.code == code
    assert caught.value.permanent is meaning_of(code).permanent


@pytest.mark.parametrize("failure", [20503, 500, DIES])
def test_what_may_have_been_taken_is_told_apart(twilio: FakeTwilio, failure: int | str) -> None:
    twilio.failures = [failure]
    with pytest.raises(NoAnswerError) as caught:
        telephone_at(twilio.url).send(REPORTER, "words", ref="a" * 32)
    assert not caught.value.permanent


def test_nobody_there_is_tried_again() -> None:
    with pytest.raises(SendError) as caught:
        telephone_at(f"http://127.0.0.1:{_free_port()}").send(REPORTER, "words", ref="a" * 32)
    assert not caught.value.permanent
    assert REPORTER not in repr(caught.value)
