"""Text messages through Twilio: one out, those that lie there, one deleted."""

from __future__ import annotations

from datetime import datetime

from twilio.rest import Client

from ..sms.telephone import Accepted, Found, RefusedError
from .twilio_client import told_as_send_errors

GONE = 20404
LOOKED_AT = 50
"""How many of the latest messages to one number are looked at; they are deleted soon after they arrived."""


class TwilioTelephone:
    """``callback``: the address that Twilio calls with each status, up to the reference at its end; empty for none."""

    def __init__(self, client: Client, *, sender: str, callback: str) -> None:
        self._client = client
        self._sender = sender
        self._callback = callback

    def send(self, number: str, text: str, *, ref: str) -> Accepted:
        """Hand over one message. Raises SendError."""
        options = {"status_callback": f"{self._callback}/{ref}"} if self._callback else {}
        with told_as_send_errors():
            # What we hand over is what must arrive: the text was made plain where that costs no spelling.
            made = self._client.messages.create(
                to=number, from_=self._sender, body=text, smart_encoded=False, **options
            )
            return Accepted(sid=str(made.sid), status=str(made.status))

    def sent_to(self, number: str) -> list[Found]:
        """Return the latest messages to a number. Raises SendError.

        Not asked by day of sending: what Twilio has queued and not sent yet has none, and would not be found.
        """
        with told_as_send_errors():
            listed = self._client.messages.list(
                to=number, from_=self._sender, limit=LOOKED_AT, page_size=LOOKED_AT
            )
        return [
            Found(
                sid=str(one.sid),
                status=str(one.status),
                body=one.body or "",
                created_at=one.date_created if isinstance(one.date_created, datetime) else None,
            )
            for one in listed
        ]

    def delete(self, sid: str) -> bool:
        """Delete a message; False when it was gone. Raises SendError."""
        try:
            with told_as_send_errors():
                self._client.messages(sid).delete()
        except RefusedError as error:
            if error.code == GONE:
                return False
            raise
        return True

    def blank(self, sid: str) -> None:
        """Take the words out. Raises SendError."""
        with told_as_send_errors():
            self._client.messages(sid).update(body="")
