"""A telephone for development: messages go into one file on this machine, for the page that looks like a phone."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from ..sms.telephone import Accepted, Found

FILE = "dev-phone.jsonl"
IN, OUT = "in", "out"


@dataclass(frozen=True)
class PhoneText:
    """One text message as the phone shows it; ``way`` is ``in`` for what the person sent."""

    number: str
    way: str
    text: str

    def __repr__(self) -> str:
        return "PhoneText(…)"


class DevTelephone:
    """Carries messages into a file below ``directory``. Only for made-up numbers: the words stand in clear."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE

    def send(self, number: str, text: str, *, ref: str) -> Accepted:
        """Write one message down; never refuses."""
        self.note(PhoneText(number, OUT, text))
        return Accepted(sid="SM" + secrets.token_hex(16), status="delivered")

    def note(self, text: PhoneText) -> None:
        """Add one message to the file."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        line = json.dumps(asdict(text), ensure_ascii=False) + "\n"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        with open(os.open(self._path, flags, 0o600), "a", encoding="utf-8") as file:
            file.write(line)

    def texts(self, number: str) -> list[PhoneText]:
        """Return what this number sent and got, in order."""
        if not self._path.exists():
            return []
        lines = self._path.read_text("utf-8").splitlines()
        return [
            one for one in (PhoneText(**json.loads(line)) for line in lines) if one.number == number
        ]

    def sent_to(self, number: str) -> list[Found]:
        """Return nothing: what was written down has arrived."""
        return []

    def delete(self, sid: str) -> bool:
        """There is nothing to delete at anybody else's."""
        return False

    def blank(self, sid: str) -> None:
        """There is nothing to empty at anybody else's."""
