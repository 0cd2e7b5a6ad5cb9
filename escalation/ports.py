"""What the use cases need from outside, wired once at start and handed in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b

from .bot import Bot
from .bus import Bus
from .counting import Counters, MemoryCounters
from .lanes import SlowLane
from .lines import Line, Spoken, spoken_plainly
from .openings import OpeningShelf
from .retention.policy import Policy
from .store.session import Sessions
from .storing_first import StoringFirst
from .translating import Translator
from .vault.passwords import Argon2Cost

LOCK_STRIPES = 256
PREPARING_AT_ONCE = 2


class ConversationLocks:
    """One turn of a conversation at a time within this process; other processes are held off by the state's version."""

    def __init__(self) -> None:
        self._locks = [threading.Lock() for _ in range(LOCK_STRIPES)]

    @contextmanager
    def hold(self, conversation_id: str) -> Iterator[None]:
        """Hold the conversation's lock (shared with one in 256 others)."""
        digest = blake2b(conversation_id.encode("ascii", "replace"), digest_size=2).digest()
        with self._locks[int.from_bytes(digest, "big") % LOCK_STRIPES]:
            yield


@dataclass(frozen=True)
class VaultSettings:
    """Costs, the salt of this installation's receipts, and the server's own key.

    ``server_key`` wraps only what must be read with nobody logged in: open conversations by text message.
    """

    receipt_salt: bytes
    receipt_cost: Argon2Cost
    password_cost: Argon2Cost
    server_key: bytes = field(repr=False)


@dataclass(frozen=True)
class Durations:
    """How long things last."""

    reporter_access: timedelta = timedelta(hours=24)
    access_after_closing: timedelta = timedelta(minutes=30)
    staff_session: timedelta = timedelta(hours=10)
    staff_idle: timedelta = timedelta(minutes=30)
    fresh_factor: timedelta = timedelta(minutes=5)
    challenge: timedelta = timedelta(minutes=5)
    invitation: timedelta = timedelta(days=7)
    reset: timedelta = timedelta(hours=24)
    four_eyes: timedelta = timedelta(hours=24)
    export: timedelta = timedelta(hours=1)
    """After a colleague agreed."""

    silence_before_queue: timedelta = timedelta(minutes=10)
    login_lock: timedelta = timedelta(minutes=5)
    presence: timedelta = timedelta(seconds=90)
    owner_silent: timedelta = timedelta(minutes=5)
    rungs: tuple[timedelta, ...] = tuple(timedelta(seconds=each) for each in (0, 60, 120, 180))
    """When each rung of the ladder is called, counted from the alarm."""

    acknowledged_lasts: timedelta = timedelta(minutes=3)
    call_again: timedelta = timedelta(minutes=5)
    sms_settles: timedelta = timedelta(seconds=1.5)
    """How long a text message waits for others of the same person that were sent before it."""

    sms_silent: timedelta = timedelta(hours=24)
    """After this silence the server forgets the number and the way into the case."""


def untranslated(source: str, language: str) -> str:
    """Return the source: what a house without catalogues says."""
    return source


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Ports:
    """Store, bus, bot, clock and settings, built once in the process's entry point."""

    sessions: Sessions
    bus: Bus
    bot: Bot
    vault: VaultSettings
    region: str
    languages: tuple[str, ...]
    clock: Callable[[], datetime] = utc_now
    translate: Callable[[str, str], str] = untranslated
    """Source and language in, words out; so that a typed label counts as the button."""

    speak: Callable[[Line, str], Spoken] = spoken_plainly
    """Line and language in, what a text message says of it out."""

    address: str = ""
    """What the world calls us, for who writes by text message."""

    translator: Translator | None = None
    """A machine for translations at the desk, where one is set."""

    counters: Counters = field(default_factory=MemoryCounters)
    openings: OpeningShelf = field(default_factory=OpeningShelf)
    slow_lane: SlowLane = field(default_factory=SlowLane)
    durations: Durations = field(default_factory=Durations)
    retention: Policy = field(default_factory=Policy)
    locks: ConversationLocks = field(default_factory=ConversationLocks)
    storing_first: StoringFirst = field(default_factory=StoringFirst)
    preparing: threading.BoundedSemaphore = field(
        default_factory=partial(threading.BoundedSemaphore, PREPARING_AT_ONCE)
    )
    """Held while a turn for the bot is prepared: the desk, which shows danger, must not compete with fifty threads."""


def rounded(moment: datetime) -> datetime:
    """Return the moment cut to five minutes: what is kept in clear tells no more than that."""
    return moment.replace(minute=moment.minute - moment.minute % 5, second=0, microsecond=0)
