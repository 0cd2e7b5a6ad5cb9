"""SMS through Twilio, with its own library. What Twilio says about an error decides whether to try again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from requests import RequestException
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ..outbox import SendError

TIMEOUT_SECONDS = 10.0
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500


class TwilioCarrier:
    """Sends text messages from one number. ``api_base`` is another address than Twilio's own, for tests."""

    def __init__(self, *, account_sid: str, auth_token: str, sender: str, api_base: str) -> None:
        http = _client_for(api_base) if api_base else TwilioHttpClient(timeout=TIMEOUT_SECONDS)
        self._client = Client(account_sid, auth_token, http_client=http)
        self._sender = sender

    def carry(self, address: str, text: str, *, key: str) -> None:
        """Send one message. Raises SendError: transient for a busy or failing service, permanent for a refusal."""
        try:
            self._client.messages.create(to=address, from_=self._sender, body=text)
        except TwilioRestException as error:
            transient = error.status == TOO_MANY_REQUESTS or error.status >= SERVER_ERROR
            raise SendError(
                f"twilio_{error.code or error.status}", permanent=not transient
            ) from None
        except RequestException as error:
            raise SendError(f"twilio_{type(error).__name__}", permanent=False) from None


def _client_for(api_base: str) -> TwilioHttpClient:
    """Return a client that goes to ``api_base`` wherever the library would go to Twilio."""

    class Elsewhere(TwilioHttpClient):  # type: ignore[misc]
        def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
            path = url.split("/", 3)[3]
            send: Callable[..., Any] = super().request
            return send(method, f"{api_base.rstrip('/')}/{path}", *args, **options)

    return Elsewhere(timeout=TIMEOUT_SECONDS)
