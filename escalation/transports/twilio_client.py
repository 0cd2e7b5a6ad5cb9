"""Twilio's own library, made quiet, and what its errors mean to who sends.

Twilio has no key by which a second try of the same message would be known as such, so an error says whether Twilio
may have taken the message all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from requests import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ..outbox import SendError
from ..sms.codes import code_of_http, meaning_of
from ..sms.telephone import NoAnswerError, RefusedError

TIMEOUT_SECONDS = 10.0
SERVER_ERROR = 500


def twilio_client(*, account_sid: str, auth_token: str, api_base: str) -> Client:
    """Return Twilio's client; ``api_base`` is another address than Twilio's own, for tests."""
    silent = logging.getLogger("nietpluis.twilio")
    silent.disabled = True  # the library writes addresses and bodies into its log
    http = (_elsewhere(api_base) if api_base else TwilioHttpClient)(
        timeout=TIMEOUT_SECONDS, logger=silent
    )
    return Client(account_sid, auth_token, http_client=http)


@contextmanager
def told_as_send_errors() -> Iterator[None]:
    """Turn whatever Twilio or the way to it says into a SendError with nothing of anybody in it.

    Raises RefusedError: Twilio said no, and surely took nothing. NoAnswerError: it may have.
    """
    try:
        yield
    except TwilioRestException as error:
        code = error.code or code_of_http(error.status)
        if error.status >= SERVER_ERROR:
            raise NoAnswerError(f"twilio_{code}") from None
        meaning = meaning_of(code)
        raise RefusedError(code, permanent=meaning.permanent) from None
    except ConnectTimeout:
        raise SendError("twilio_ConnectTimeout", permanent=False) from None
    except (RequestException, TwilioException, ValueError, KeyError) as error:
        # An answer that cannot be read is no answer.
        raise NoAnswerError(f"twilio_{type(error).__name__}") from None


def _elsewhere(api_base: str) -> type[TwilioHttpClient]:
    class Elsewhere(TwilioHttpClient):  # type: ignore[misc]
        def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
            path = url.split("/", 3)[3]
            send: Callable[..., Any] = super().request
            return send(method, f"{api_base.rstrip('/')}/{path}", *args, **options)

    return Elsewhere
