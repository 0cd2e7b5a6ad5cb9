"""Rasa's tracker, made from the state that came with the turn and gone when the turn is over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, DEFAULT_SLOT_NAMES
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from .quiet_logs import install
from .state import CURRENT


class SealedTrackerStore(TrackerStore):
    """Keeps nothing: reads the turn's state from its task's context and leaves the new one there.

    A tracker starts with one ``action_listen`` and a SlotSet for each slot that is set, so a turn costs the same
    however many went before. ``retrieve`` and ``save`` never raise: Rasa would fall back to a store in memory.
    """

    def __init__(
        self, domain: Domain | None = None, event_broker: EventBroker | None = None, **kwargs: Any
    ) -> None:
        """``kwargs`` are the other entries of endpoints.yml; none is used."""
        install()
        super().__init__(domain, event_broker)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        """Return the tracker of the turn that is being handled, empty outside one."""
        tracker = self.init_tracker(sender_id)
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        turn = CURRENT.get()
        if turn is not None:
            for name, value in turn.before.slots.items():
                if name in tracker.slots:
                    tracker.update(SlotSet(name, value))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Leave the slots that are set in the turn's state. Does nothing outside a turn."""
        turn = CURRENT.get()
        if turn is None:
            return
        turn.after = {
            slot.name: slot.value
            for slot in tracker.slots.values()
            if slot.value is not None and slot.name not in DEFAULT_SLOT_NAMES
        }
        if tracker.latest_message is not None and tracker.latest_message.parse_data:
            turn.detected = tracker.latest_message.parse_data.get("language")

    async def keys(self) -> Iterable[str]:
        """Return no conversation: none is kept."""
        return []
