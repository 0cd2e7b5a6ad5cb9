"""Pages by SMS through Twilio. What Twilio says about an error decides whether to try again."""

from __future__ import annotations

from twilio.rest import Client

from .twilio_client import told_as_send_errors


class TwilioCarrier:
    """Sends pages from one number."""

    def __init__(self, client: Client, *, sender: str) -> None:
        self._client = client
        self._sender = sender

    def carry(self, address: str, text: str, *, key: str) -> None:
        """Send one message. Raises SendError: transient for a busy or failing service, permanent for a refusal."""
        with told_as_send_errors():
            self._client.messages.create(to=address, from_=self._sender, body=text)
