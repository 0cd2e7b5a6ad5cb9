"""Twilio's signature: the published examples, and a thousand requests against Twilio's own library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask, Response
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from escalation.store.session import make_engine
from tests.builders import build_house
from web.app import create_app
from web.config import Settings
from web.security import Guarded, register_guarded
from web.sms.signature import HEADER, check_signature, is_signed, signature_of

TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
CALL = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
REPEATED = MultiDict(
    [
        ("Sid", "CA123"),
        ("SidAccount", "AC123"),
        *(("Digits", one) for one in ("5678", "1234", "1234")),
    ]
)


def test_the_example_of_twilios_documentation() -> None:
    assert signature_of(TOKEN, URL, MultiDict(CALL)) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_the_example_with_a_parameter_that_comes_several_times() -> None:
    assert signature_of(TOKEN, URL, REPEATED) == "IK+Dwps556ElfBT0I3Rgjkr1wJU="


@pytest.mark.parametrize(
    ("token", "url", "parameters"),
    [
        ("12346", URL, CALL),
        (TOKEN, URL + "&more=1", CALL),
        (TOKEN, URL.replace("https", "http"), CALL),
        (TOKEN, URL, CALL | {"Digits": "1235"}),
        (TOKEN, URL, CALL | {"Digits": " 1234"}),
        (TOKEN, URL, CALL | {"New": ""}),
    ],
)
def test_anything_else_is_not_signed(token: str, url: str, parameters: dict[str, str]) -> None:
    assert is_signed(TOKEN, URL, MultiDict(CALL), "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
    assert not is_signed(token, url, MultiDict(parameters), "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


@pytest.mark.parametrize("given", ["", "x", "RSOYDt4T1cUTdK1PDd93/VVr8B8", "не подпис", "\udcff"])
def test_a_wrong_header_is_refused(given: str) -> None:
    assert not is_signed(TOKEN, URL, MultiDict(CALL), given)


WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
PAIRS = st.lists(st.tuples(st.text("ABCabc019", min_size=1, max_size=8), WORDS), max_size=12)
HOSTS = st.sampled_from(["meld.example", "meld.example:8443", "127.0.0.1:8000", "MELD.example"])
URLS = st.builds(
    lambda scheme, host, query: f"{scheme}://{host}/sms/status{query}",
    st.sampled_from(["http", "https"]),
    HOSTS,
    st.sampled_from(["", "?ref=1", "?a=%C4%85&b=c%20d"]),
)


@settings(max_examples=1_000, deadline=None)
@given(token=st.text("abcdef0123456789", min_size=1), url=URLS, pairs=PAIRS, changed=WORDS)
def test_it_agrees_with_twilios_own_library(
    token: str, url: str, pairs: list[tuple[str, str]], changed: str
) -> None:
    theirs, parameters = RequestValidator(token), MultiDict(pairs)
    signature = theirs.compute_signature(url, parameters)
    assert is_signed(token, url, parameters, signature)
    assert theirs.validate(url, parameters, signature_of(token, url, parameters))
    other = MultiDict([*pairs, ("Body", changed)])
    assert is_signed(token, url, other, signature) == theirs.validate(url, other, signature)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An application behind a proxy that calls it by another name, with one signed page."""
    engine = make_engine(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    current = Settings(public_url="https://meld.example", twilio_auth_token=TOKEN)
    built = create_app(current, build_house(engine))
    blueprint = Blueprint("signed_page", __name__)
    blueprint.add_url_rule("/signed", "page", lambda: Response("let in"), methods=["POST"])
    register_guarded(built, Guarded(blueprint, "twilio_signed", check_signature))
    yield built
    engine.dispose()


def test_the_address_is_the_one_that_the_world_calls(app: Flask) -> None:
    form = {"Body": " two spaces  ", "Unknown": "ż"}
    signature = RequestValidator(TOKEN).compute_signature(
        "https://meld.example/signed?a=%20b", form
    )
    client = app.test_client()
    path = "/signed?a=%20b"
    assert client.post(path, data=form, headers={HEADER: signature}).status_code == 200
    assert client.post(path, data=form).status_code == 403
    assert client.post("/signed", data=form, headers={HEADER: signature}).status_code == 403


def test_without_an_account_there_is_no_such_page(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    built = create_app(Settings(), build_house(engine))
    blueprint = Blueprint("signed_page", __name__)
    blueprint.add_url_rule("/signed", "page", lambda: Response("let in"), methods=["POST"])
    register_guarded(built, Guarded(blueprint, "twilio_signed", check_signature))
    assert built.test_client().post("/signed").status_code == 404
    engine.dispose()
