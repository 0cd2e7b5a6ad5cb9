"""Who opens a conversation, and how, when very many want to at once. Nobody is ever refused for a place's sake.

Every opening is counted for a minute, by place and over all. Beyond generous limits it is a *rush*: who brings a
proof of work (``web.proof``) opens as always. Who does not (no script, an old browser) may go on without one, as long
as not too many do; such a conversation is *unproven* and the bot answers it after the others. Words of danger open a
conversation whatever happens. What a place's own rush does it does to that place: it does not count over all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app

from escalation.counting import Counters
from escalation.errors import NietPluisError
from escalation.flood import has_been_said_too_often
from escalation.intake import hear
from escalation.ports import Ports
from escalation.signal import LANGUAGES

from .config import Settings
from .limits import place_of_request
from .proof import Proofs

EXTENSION = "niet_pluis_admission"
MINUTE = 60
OVERALL = ""

HEARD_CHARS = 4_000
"""How much of a text is listened to before a conversation is open; all of it is, once it is."""


class ProofNeededError(NietPluisError):
    """There is a rush: bring a proof, or try without one again. ``challenge`` is the puzzle."""

    code = "proof_needed"

    def __init__(self, challenge: dict[str, Any]) -> None:
        super().__init__()
        self.challenge = challenge


@dataclass(frozen=True)
class Admitted:
    """How somebody comes in. In a ``rush`` the bot is not asked for its first lines."""

    rush: bool
    unproven: bool


class Admission:
    """Decides who comes in and how."""

    def __init__(self, counters: Counters, settings: Settings, proofs: Proofs) -> None:
        self._counters = counters
        self._settings = settings
        self._proofs = proofs

    def admit(self, place: str, *, proof: str = "", without_proof: bool = False) -> Admitted:
        """Return how somebody from ``place`` comes in. Raises ProofNeededError."""
        if not self._is_rush(place):
            return Admitted(rush=False, unproven=False)
        if proof and self._proofs.fits(proof):
            return Admitted(rush=True, unproven=False)
        if without_proof and self._has_room(place):
            return Admitted(rush=True, unproven=True)
        raise ProofNeededError(self._proofs.challenge())

    def admit_danger(self, text: str, language: str) -> Admitted | None:
        """Return how somebody comes in whose words are acute; None when they are not, or cannot be read.

        The same words from very many at once are no reason any more.
        """
        heard = text[:HEARD_CHARS]
        known = language if language in LANGUAGES else LANGUAGES[0]
        assessment = hear(heard, known) if heard.strip() else None
        if assessment is None or assessment.level != "acute":
            return None
        if has_been_said_too_often(self._counters, heard, kind="words at the door"):
            return None
        return Admitted(rush=True, unproven=True)

    def _is_rush(self, place: str) -> bool:
        here = self._counters.add("opening", place, seconds=MINUTE)
        if here > self._settings.new_from_one_place_max:
            return True
        overall = self._counters.add("opening_overall", OVERALL, seconds=MINUTE)
        return overall > self._settings.new_overall_max

    def _has_room(self, place: str) -> bool:
        here = self._counters.add("unproven", place, seconds=MINUTE)
        if here > self._settings.unproven_from_one_place_max:
            return False
        overall = self._counters.add("unproven_overall", OVERALL, seconds=MINUTE)
        return overall <= self._settings.unproven_overall_max


def install_admission(app: Flask, ports: Ports, settings: Settings) -> None:
    """Give the application its door."""
    proofs = Proofs(ports.counters, ports.vault.receipt_salt)
    app.extensions[EXTENSION] = Admission(ports.counters, settings, proofs)


def admission() -> Admission:
    """Return the door of the running application."""
    return cast(Admission, current_app.extensions[EXTENSION])


def admit(*, proof: str = "", without_proof: bool = False) -> Admitted:
    """Return how whoever sent this request comes in. Raises ProofNeededError."""
    return admission().admit(place_of_request(), proof=proof, without_proof=without_proof)
