"""A hundred thousand inputs that nobody should send: read, refused in the one foreseen way, or kept as they were.

Each attack makes its inputs from a seed of its own, so that a failure comes back in the next run.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import httpx
import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from escalation import triage
from escalation.bot import BotTurn
from escalation.errors import (
    BotUnavailableError,
    EmptyMessageError,
    MessageTooLongError,
    StateUnreadableError,
)
from escalation.intake import MAX_MESSAGE_CHARS, clean_text
from escalation.lines import MalformedLineError, line_from_dict
from escalation.signal import FIELDS, InvalidValueError, clean, printable
from escalation.transports.rasa_bot import RasaBot
from escalation.vault import receipts, sealing
from escalation.vault.passwords import Argon2Cost
from escalation.vault.tokens import token_keys
from tests.attack import inputs
from web.chat.forms import read_answer
from web.chat.session import reporter_session
from web.desk.forms import safe_next, storable
from web.rendering import render_arg, render_line, with_phones
from web.streams import event, last_event_id

PAIR = sealing.new_key_pair()
LOCALES = ("nl", "en", "ar", "uk")
Attack = Callable[[Random], None]


def texts(random: Random) -> None:
    typed = inputs.text(random, 30)
    shown = printable(typed)
    assert printable(shown) == shown
    assert not set(shown) & set("\0\x1b\x7f\u202e\u2066")
    try:
        kept = clean_text(typed)
    except EmptyMessageError:
        return
    assert kept == kept.strip() == clean_text(kept)
    kept.encode("utf-8")


def huge_texts(random: Random) -> None:
    typed = inputs.text(random, 3) * random.choice((100, 3_000)) + "x" * MAX_MESSAGE_CHARS
    with pytest.raises(MessageTooLongError):
        clean_text(typed + "x")


def numbers_of_receipts(random: Random) -> None:
    typed = inputs.text(random, 4)
    if random.random() < 0.5:
        digits = (random.choice(inputs.DIGITS[:70]) for _ in range(random.choice((15, 16, 17))))
        typed = random.choice((" ", "-", "", "\u200f")).join(digits)
    digits = receipts.normalise(typed)
    assert digits is None or (len(digits) == 16 and digits.isascii() and digits.isdigit())


def fields_of_the_signal(random: Random) -> None:
    name, given = random.choice((*FIELDS, "what")), inputs.value(random)
    try:
        kept = clean(name, given)
    except InvalidValueError:
        return
    again = clean(name, kept)
    assert again == kept or (isinstance(kept, str) and again == kept.strip())  # cut at a space


def forms(random: Random) -> None:
    names = (
        "text",
        "choice",
        "tick",
        "tick",
        "language",
        "client_id",
        "csrf",
        inputs.text(random, 1),
    )
    form = MultiDict([(random.choice(names), inputs.text(random, 6)) for _ in range(5)])
    answer = read_answer(form)
    assert 0 < len(answer.client_id) <= 64
    assert answer.choice is None or answer.text is None
    storable(inputs.text(random, 6)).encode("utf-8")


def events(random: Random) -> None:
    data = inputs.text(random, 8)
    sent = event(data, event_id=7, name="turns")
    head, _, body = sent.partition("\n")
    assert (head, sent[-2:]) == ("event: turns", "\n\n")
    lines = body[:-2].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert all(one.startswith(("id: ", "data: ")) for one in lines)


def arguments(random: Random) -> None:
    given = inputs.argument(random)
    shown = render_arg(given, random.choice(LOCALES))
    # What people typed comes as text; a term is a sentence of ours.
    if isinstance(given, str) or (isinstance(given, dict) and given.get("kind") == "text"):
        assert not set(shown) & set("\0\x1b\u202e")


def phones(random: Random) -> None:
    text = inputs.text(random, 6)
    html = str(with_phones(text, [inputs.text(random, 1), "112", text[:5]]))
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("<") == html.count("<a href=") + html.count("</a>")


def lines(random: Random) -> None:
    given = inputs.line(random)
    if not isinstance(given, dict):
        return
    try:
        line = line_from_dict(given)
    except MalformedLineError:
        return
    assert line_from_dict(line.to_dict()) == line or "nan" in repr(line)
    render_line(line, random.choice(LOCALES))


def triaged(random: Random) -> None:
    text, language = (
        inputs.text(random, 3),
        random.choice(("nl", "en", "ar", "bg", "hu", None, "x")),
    )
    for flag in triage.read_text(text, language).flags:
        assert flag.evidence in text or not text.isprintable()


def tokens_and_keys(random: Random) -> None:
    one, other = inputs.text(random, 6), inputs.text(random, 6)
    keys = token_keys(one)
    assert keys.lookup != keys.key
    assert (token_keys(other) == keys) == (other[:512] == one[:512]) or len(one + other) > 200


def sealed_records(random: Random) -> None:
    record, place = {"text": clean_or_dot(inputs.text(random, 8))}, f"turn {random.randrange(9)}"
    sealed = sealing.seal_record(PAIR.public, record, context=place)
    assert sealing.open_record(PAIR.private, sealed, context=place) == record
    spoilt = bytearray(sealed)
    spoilt[random.randrange(len(spoilt))] ^= 1 << random.randrange(8)
    cut = sealed[: random.randrange(len(sealed))]
    for broken, where in ((bytes(spoilt), place), (cut, place), (sealed, place + "0")):
        with pytest.raises(sealing.CannotOpenError):
            sealing.open_record(PAIR.private, broken, context=where)


def wrapped_secrets(random: Random) -> None:
    key, plain = random.randbytes(32), random.randbytes(random.choice((0, 16, 32)))
    wrapped = sealing.wrap(key, plain)
    assert sealing.unwrap(key, wrapped) == plain
    spoilt = bytearray(wrapped)
    spoilt[random.randrange(len(spoilt))] ^= 1
    for wrong, box in ((random.randbytes(32), wrapped), (key, bytes(spoilt)), (key, wrapped[:-1])):
        with pytest.raises(sealing.CannotOpenError):
            sealing.unwrap(wrong, box)


ATTACKS: list[tuple[Attack, int]] = [
    (texts, 20_000),
    (huge_texts, 50),
    (numbers_of_receipts, 20_000),
    (fields_of_the_signal, 10_000),
    (forms, 8_000),
    (events, 8_000),
    (arguments, 8_000),
    (phones, 5_000),
    (lines, 3_000),
    (triaged, 1_500),
    (tokens_and_keys, 6_000),
    (sealed_records, 1_500),
    (wrapped_secrets, 5_000),
]
BOT_ANSWERS = 1_500
HEADERS = 5_000
REQUESTS = 10_000
"""How many requests tests/attack/test_requests.py sends."""


@pytest.mark.parametrize(("attack", "times"), ATTACKS, ids=lambda one: getattr(one, "__name__", ""))
def test_whatever_comes_is_read_or_refused(attack: Attack, times: int) -> None:
    random, done = Random(inputs.SEED), 0
    for _ in range(times):
        attack(random)
        done += 1
    assert done == times


def test_it_is_a_hundred_thousand() -> None:
    assert sum(times for _, times in ATTACKS) + BOT_ANSWERS + HEADERS + REQUESTS >= 100_000


def test_what_a_malicious_bot_answers_is_a_turn_or_nothing() -> None:
    random, heard = Random(inputs.SEED), {"turn": 0, "nothing": 0}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=inputs.reply(random)))
    bot = RasaBot(base_url="http://bot.invalid", secret="x" * 16)
    bot._client = httpx.Client(transport=transport, base_url="http://bot.invalid")
    turn = BotTurn(
        conversation="c", text="x", choice=None, language="nl", language_chosen=True, channel="web",
        level="normal", flags=(), acute_now=False, state=None, state_key=b"k" * 32,
    )  # fmt: skip
    for _ in range(BOT_ANSWERS):
        try:
            reply = bot.answer(turn)
        except (BotUnavailableError, StateUnreadableError):
            heard["nothing"] += 1
            continue
        heard["turn"] += 1
        for one in reply.lines:
            if one.line:
                render_line(one.line, random.choice(LOCALES)).full_text.encode("utf-8")
                sealing.seal_record(PAIR.public, one.line.to_dict(), context="turn")
    assert sum(heard.values()) == BOT_ANSWERS
    assert min(heard.values()) > BOT_ANSWERS // 10, heard


def test_a_line_within_a_line_does_not_grow_without_end() -> None:
    inner: dict[str, Any] = {"kind": "text", "value": "ha"}
    for _ in range(60):
        inner = {"kind": "said_in", "language": "en", "source": "{a}{a}", "args": {"a": inner}}
    assert len(render_arg(inner, "en")) < 20


def test_cookies_languages_and_places_in_a_stream(app: Flask) -> None:
    random, done = Random(inputs.SEED), 0
    for _ in range(HEADERS):
        raw = inputs.text(random, 4).encode("utf-8", "surrogatepass").decode("latin-1")
        environ = {
            "HTTP_COOKIE": random.choice(("s=", "d=", "__Host-s=", "")) + raw,
            "HTTP_ACCEPT_LANGUAGE": random.choice(("nl;q=", "*", "")) + raw,
            "HTTP_LAST_EVENT_ID": random.choice(("", "9" * 20, raw)),
            "QUERY_STRING": f"lang={raw}&next={raw}&after={raw}",
        }
        with app.test_request_context("/chat", environ_overrides=environ):
            app.preprocess_request()
            session = reporter_session()
            assert session is None or (session.conversation_id and session.token)
            assert 0 <= last_event_id() < 10**9
            where = safe_next(raw)
            assert where == "/desk" or where.startswith(("/desk/", "/desk?", "/desk#"))
        done += 1
    assert done == HEADERS


def test_a_password_of_any_kind_gives_a_key() -> None:
    random, cheap = Random(inputs.SEED), Argon2Cost(memory_kib=19_456, passes=2)
    keys = {
        receipts.receipt_keys(inputs.text(random) + str(n), salt=b"s" * 16, cost=cheap).lookup
        for n in range(20)
    }
    assert len(keys) == 20


def clean_or_dot(text: str) -> str:
    """Return the text as a message would be kept."""
    return printable(text).encode("utf-8", "replace").decode("utf-8") or "."


def test_the_inputs_are_what_they_are_called() -> None:
    random = Random(inputs.SEED)
    some = [inputs.text(random) for _ in range(500)]
    joined = "".join(some)
    assert {"\0", "\u202e", "\u2028"} <= set(joined)
    assert any("\ud800" <= one <= "\udfff" for one in joined)
    assert json.dumps([inputs.value(random) for _ in range(50)])
