"""Sealing: who can open what, and that a record cannot be moved or changed."""

from __future__ import annotations

import threading
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.errors import BusyError
from escalation.vault import passwords, receipts
from escalation.vault.passwords import Argon2Cost, slow_key
from escalation.vault.sealing import (
    PAD_BLOCK_BYTES,
    CannotOpenError,
    new_key_pair,
    open_bytes,
    open_record,
    seal_bytes,
    seal_record,
    unwrap,
    wrap,
)
from escalation.vault.tokens import new_token, token_keys

PAIR = new_key_pair()
CHEAP = Argon2Cost(memory_kib=19_456, passes=2)


@given(st.dictionaries(st.text(max_size=20).filter(lambda s: s.isprintable()), st.integers()))
def test_what_is_sealed_opens_again(record: dict[str, int]) -> None:
    sealed = seal_record(PAIR.public, record, context="turn:a:1")
    assert open_record(PAIR.private, sealed, context="turn:a:1") == record


def test_another_key_another_place_or_a_changed_byte_opens_nothing() -> None:
    sealed = seal_record(PAIR.public, {"text": "secret"}, context="turn:a:1")
    changed = bytes([sealed[0] ^ 1]) + sealed[1:]
    attempts = [
        (new_key_pair().private, sealed, "turn:a:1"),
        (PAIR.private, sealed, "turn:a:2"),
        (PAIR.private, changed, "turn:a:1"),
        (PAIR.private, b"", "turn:a:1"),
    ]
    for key, box, context in attempts:
        with pytest.raises(CannotOpenError):
            open_record(key, box, context=context)


def test_sealed_records_grow_in_blocks() -> None:
    sizes = {len(seal_record(PAIR.public, {"t": "x" * n}, context="c")) for n in range(0, 200)}
    assert len(sizes) == 1
    longer = len(seal_record(PAIR.public, {"t": "x" * 300}, context="c"))
    assert longer - sizes.pop() == PAD_BLOCK_BYTES


def test_neither_half_of_a_tokens_keys_gives_the_other() -> None:
    keys = token_keys(new_token())
    assert keys.lookup != keys.key
    assert unwrap(keys.key, wrap(keys.key, b"secret")) == b"secret"
    with pytest.raises(CannotOpenError):
        unwrap(keys.lookup, wrap(keys.key, b"secret"))


def test_nothing_secret_shows_in_a_repr() -> None:
    token = new_token()
    assert token not in repr(token_keys(token))
    assert PAIR.private.hex() not in repr(PAIR)


def test_a_receipt_has_sixteen_digits_and_survives_how_people_write_it() -> None:
    receipt = receipts.new_receipt()
    assert len(receipt) == 16
    assert receipt.isdecimal()
    assert receipts.normalise(f"  {receipts.grouped(receipt).replace(' ', ' - ')}. ") == receipt


@given(st.text(max_size=60))
def test_any_text_is_a_receipt_or_none(typed: str) -> None:
    digits = receipts.normalise(typed)
    assert digits is None or (len(digits) == 16 and digits.isascii())


def test_lookup_and_key_of_a_receipt_differ_and_depend_on_the_installation() -> None:
    here = receipts.receipt_keys("1" * 16, salt=b"a" * 16, cost=CHEAP)
    there = receipts.receipt_keys("1" * 16, salt=b"b" * 16, cost=CHEAP)
    assert len({here.lookup, here.key, there.lookup, there.key}) == 4


def test_argon2_never_runs_below_the_floor() -> None:
    with pytest.raises(ValueError, match="floor"):
        Argon2Cost(memory_kib=1024, passes=1)
    assert len(slow_key("p", salt=b"s" * 16, cost=CHEAP)) == 32


@given(st.binary(max_size=2000))
def test_any_bytes_sealed_open_again_and_never_twice_alike(plain: bytes) -> None:
    one, other = seal_bytes(PAIR.public, plain), seal_bytes(PAIR.public, plain)
    assert open_bytes(PAIR.private, one) == open_bytes(PAIR.private, other) == plain
    assert one != other


@given(st.binary(max_size=200), st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_whatever_byte_is_changed_the_box_stays_shut(plain: bytes, where: int, by: int) -> None:
    sealed = bytearray(seal_bytes(PAIR.public, plain))
    sealed[where % len(sealed)] ^= by
    # The last bit of a public point is ignored by X25519, yet it is part of the nonce: it does not open either.
    with pytest.raises(CannotOpenError):
        open_bytes(PAIR.private, bytes(sealed))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.binary())
def test_only_the_same_key_unwraps(key: bytes, other: bytes, plain: bytes) -> None:
    wrapped = wrap(key, plain)
    assert unwrap(key, wrapped) == plain
    if other != key:
        with pytest.raises(CannotOpenError):
            unwrap(other, wrapped)


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_keys_and_boxes_of_any_size_are_refused_and_never_crash(key: bytes, box: bytes) -> None:
    for attempt in (open_bytes, unwrap):
        with pytest.raises(CannotOpenError):
            attempt(key, box)


DIGITS = [chr(code) for code in range(0x110000) if unicodedata.digit(chr(code), None) is not None]
SCRIPTS = [zero for zero in DIGITS if unicodedata.decimal(zero, None) == 0]


@pytest.mark.parametrize("zero", SCRIPTS, ids=lambda zero: unicodedata.name(zero))
def test_the_digits_of_every_script_are_taken(zero: str) -> None:
    typed = "".join(chr(ord(zero) + digit) for digit in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0) * 2)[:16]
    assert receipts.normalise(receipts.grouped(typed)) == "1234567890123456"


@given(st.text(alphabet="0123456789", min_size=16, max_size=16), st.data())
def test_a_receipt_survives_scripts_mixed_and_signs_between(
    receipt: str, data: st.DataObject
) -> None:
    zeros = data.draw(st.lists(st.sampled_from(SCRIPTS), min_size=16, max_size=16))
    signs = st.lists(st.sampled_from([" ", "-", ".", ""]), min_size=16, max_size=16)
    typed = "".join(
        chr(ord(zero) + int(digit)) + sign
        for zero, digit, sign in zip(zeros, receipt, data.draw(signs), strict=True)
    )
    assert receipts.normalise(typed) == receipt


def test_a_flood_of_log_ins_is_told_that_it_is_busy_and_a_receipt_still_gets_its_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 60.0)
    told: list[str] = []

    def log_in() -> None:
        try:
            passwords.password_key("p", salt=b"s" * 16, cost=CHEAP)
            told.append("in")
        except BusyError:
            told.append("busy")

    crowd = [threading.Thread(target=log_in) for _ in range(passwords.WAITING_MAX + 5)]
    reporter = threading.Thread(
        target=lambda: told.append(str(len(slow_key("1" * 16, salt=b"s" * 16, cost=CHEAP))))
    )
    with passwords._one_at_a_time:  # somebody is at it
        for thread in [*crowd, reporter]:
            thread.start()
        while told.count("busy") < 5:
            threading.Event().wait(0.01)
        assert set(told) == {"busy"}
    for thread in [*crowd, reporter]:
        thread.join()
    assert told.count("busy") == 5
    assert told.count("in") == passwords.WAITING_MAX
    assert told.count("32") == 1


def test_who_waited_long_enough_is_told_that_it_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 0.0)
    with passwords._one_at_a_time, pytest.raises(BusyError):
        passwords.password_key("p", salt=b"s" * 16, cost=CHEAP)
    assert passwords.password_key("p", salt=b"s" * 16, cost=CHEAP)
