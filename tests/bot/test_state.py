"""The dialogue state that travels with each turn."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime, timedelta, timezone

import pytest
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet

from bot.components.state import (
    CURRENT,
    DialogueState,
    StateUnreadableError,
    TurnState,
    open_state,
    seal_state,
)
from bot.components.tracker_store import SealedTrackerStore

NOW = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
KEY = b"k" * 32
STATE = DialogueState({"own_words": "Łódź en één", "asked": ["x"], "failed": 1}, ["minors:yes"])


def sealed(state: DialogueState = STATE, *, hours: float = 24) -> str:
    return seal_state(state, key=KEY, now=NOW, hours=hours)


def test_what_is_sealed_can_be_opened_again() -> None:
    assert open_state(sealed(), key=KEY, now=NOW) == STATE


def test_no_state_is_an_empty_one() -> None:
    assert open_state(None, key=KEY, now=NOW) == DialogueState()


def test_it_shows_nothing_of_what_was_told() -> None:
    assert b"own_words" not in b64decode(sealed())


@pytest.mark.parametrize("broken", ["", "not base64!", b64encode(b"x" * 60).decode()])
def test_anything_else_is_unreadable(broken: str) -> None:
    with pytest.raises(StateUnreadableError):
        open_state(broken, key=KEY, now=NOW)


def test_another_key_cannot_open_it() -> None:
    with pytest.raises(StateUnreadableError):
        open_state(sealed(), key=b"o" * 32, now=NOW)


def test_a_changed_byte_is_noticed() -> None:
    changed = bytearray(b64decode(sealed()))
    changed[40] ^= 1
    with pytest.raises(StateUnreadableError):
        open_state(b64encode(changed).decode(), key=KEY, now=NOW)


def test_it_expires() -> None:
    one_hour = sealed(hours=1)
    assert open_state(one_hour, key=KEY, now=NOW + timedelta(minutes=59)) == STATE
    with pytest.raises(StateUnreadableError):
        open_state(one_hour, key=KEY, now=NOW + timedelta(minutes=60))


def test_its_length_says_little_about_what_was_told() -> None:
    short = DialogueState({"own_words": "a"})
    long = DialogueState({"own_words": "a" * 1_500})
    assert len(sealed(short)) == len(sealed(long))


async def _through_the_store(domain: Domain, before: DialogueState) -> TurnState:
    store, turn = SealedTrackerStore(domain), TurnState(before)
    token = CURRENT.set(turn)
    try:
        tracker = await store.retrieve("c")
        tracker.update(SlotSet("minors", "yes"), domain)
        await store.save(tracker)
        return turn
    finally:
        CURRENT.reset(token)


def test_the_tracker_is_made_from_the_state_and_leaves_it_behind(domain: Domain) -> None:
    import asyncio

    turn = asyncio.run(_through_the_store(domain, DialogueState({"purpose": "report"})))
    assert turn.after == {"purpose": "report", "minors": "yes"}


def test_a_slot_that_is_no_longer_known_is_left_out(domain: Domain) -> None:
    import asyncio

    turn = asyncio.run(_through_the_store(domain, DialogueState({"of_an_older_version": 1})))
    assert turn.after == {"minors": "yes"}


def test_outside_a_turn_the_store_knows_and_keeps_nothing(domain: Domain) -> None:
    import asyncio

    async def look() -> None:
        store = SealedTrackerStore(domain)
        tracker = await store.retrieve("c")
        tracker.update(SlotSet("minors", "yes"), domain)
        await store.save(tracker)
        assert (await store.retrieve("c")).get_slot("minors") is None
        assert list(await store.keys()) == []

    asyncio.run(look())
    assert not issubclass(SealedTrackerStore, InMemoryTrackerStore)
