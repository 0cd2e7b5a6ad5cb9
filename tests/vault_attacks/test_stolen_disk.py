"""A stolen disk: database, salt and settings, without any password, receipt or token. It opens nothing.

Each attack is also tried with the one thing that was missing, and then it succeeds: so it can succeed.
"""

from __future__ import annotations

from hashlib import blake2b, sha256

import pytest
from sqlalchemy import select

from escalation.store.session import reading
from escalation.store.tables import ReceiptRow
from escalation.vault import receipts
from escalation.vault.sealing import CannotOpenError, derive, unwrap
from escalation.vault.tokens import token_keys
from tests.vault_attacks.conftest import CARE_WORDS, CLOSED_WORDS, SHARED_WORDS, Target
from tests.vault_attacks.thief import everything_at_rest, plunder

WORDS = (CLOSED_WORDS, CARE_WORDS, SHARED_WORDS)


def read(found: list[bytes]) -> set[str]:
    """Return which of the told words stand in what was opened."""
    return {words for words in WORDS for plain in found if words.encode() in plain}


def test_no_word_lies_open(target: Target) -> None:
    raw, texts = everything_at_rest(target.house)
    assert read(list(raw)) == set()
    assert read([text.encode() for text in texts]) == set()


def test_everything_at_rest_opens_no_case_closed_or_open(target: Target) -> None:
    assert plunder(target.house) == []


def test_with_a_screeners_private_key_the_same_attack_reads_all_of_care(target: Target) -> None:
    assert read(plunder(target.house, [target.anna.screener.private_key])) == set(WORDS)


def test_with_a_reporters_token_it_reads_that_conversation_alone(target: Target) -> None:
    found = plunder(target.house, [token_keys(target.care.token).key])
    assert read(found) == {CARE_WORDS}


def test_with_a_receipt_it_reads_that_conversation_alone(target: Target) -> None:
    vault = target.house.vault
    keys = receipts.receipt_keys(target.receipt, salt=vault.receipt_salt, cost=vault.receipt_cost)
    assert read(plunder(target.house, [keys.key])) == {CLOSED_WORDS}


def test_no_fast_digest_verifies_a_receipt(target: Target) -> None:
    """Whoever guesses receipts has to pay Argon2id for every guess: nothing quicker tells a right one."""
    salt, typed = target.house.vault.receipt_salt, target.receipt.encode()
    with reading(target.house.sessions) as session:
        lookups = set(session.scalars(select(ReceiptRow.lookup)))
        wrapped = list(session.scalars(select(ReceiptRow.wrapped_key)))
    quick = {
        hashed
        for seed in (typed, salt + typed, typed + salt)
        for hashed in (
            blake2b(seed, digest_size=32).digest(),
            sha256(seed).digest(),
            derive(seed, "np-rcpt-lookup"),
            derive(seed, "np-rcpt-key"),
        )
    }
    assert not quick & lookups
    for key in quick:
        for box in wrapped:
            with pytest.raises(CannotOpenError):
                unwrap(key, box)
    slow = receipts.receipt_keys(target.receipt, salt=salt, cost=target.house.vault.receipt_cost)
    assert slow.lookup in lookups


def test_a_receipt_of_another_installation_finds_nothing(target: Target) -> None:
    keys = receipts.receipt_keys(
        target.receipt, salt=b"another salt....", cost=target.house.vault.receipt_cost
    )
    with reading(target.house.sessions) as session:
        assert keys.lookup not in set(session.scalars(select(ReceiptRow.lookup)))
