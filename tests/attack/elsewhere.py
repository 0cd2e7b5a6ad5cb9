"""Another region: an installation with its own database and desk, and a screener who is called as one of ours."""

from __future__ import annotations

from dataclasses import dataclass

from escalation.conversation import Opened
from tests.builders import Joined


@dataclass(frozen=True)
class Elsewhere:
    """A screener of the other region with a case in hand, and who told it."""

    anna: Joined
    told: Opened
