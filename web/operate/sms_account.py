"""Looks at our account at Twilio through its API, and sets there what can be set that way. Prints no number in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from escalation.outbox import SendError
from escalation.transports.twilio_client import told_as_send_errors, twilio_client
from web.config import Settings
from web.sms.gateway import PATH as INBOUND_PATH

from .problems import OperatorError

SERVICE_NAME = "Niet-Pluis"
LOOKED_AT = 50


@dataclass(frozen=True)
class Look:
    """One thing that was looked at; when not ``good``, ``said`` says what to do."""

    what: str
    good: bool
    said: str


@dataclass(frozen=True)
class Account:
    """What the API shows of our account: the number of TWILIO_FROM and the Messaging Services."""

    status: str
    type: str
    number: Any
    services: tuple[Any, ...]
    service_of_number: Any


def look(settings: Settings) -> list[Look]:
    """Look at everything that the API shows. Raises OperatorError when it shows nothing."""
    account = read(_client(settings), settings)
    return [
        _state(account),
        _public(settings),
        *_number(account, settings),
        *_service(account, settings),
        Look(
            "redaction",
            True,
            "each message is deleted after it has arrived; the API does not show whether Message Redaction "
            "is on, and we do not need it",
        ),
    ]


def change(settings: Settings, *, really: bool) -> Iterator[str]:
    """Yield each change, and make it when ``really``. Raises OperatorError for what Twilio refuses."""
    if not settings.public_url.startswith("https://"):
        raise OperatorError("Set PUBLIC_URL to the https address by which the world calls us.")
    client = _client(settings)
    account = read(client, settings)
    if account.number is None:
        raise OperatorError("TWILIO_FROM is not a number of this account. Buy one with SMS first.")
    wanted = _inbound_url(settings)
    if (account.number.sms_url, account.number.sms_method) != (wanted, "POST"):
        yield f"number {_short(settings)}: messages go to {wanted}"
        if really:
            _do(lambda: account.number.update(sms_url=wanted, sms_method="POST"))
    if account.service_of_number is None:
        yield f"Messaging Service {SERVICE_NAME!r}: made, with number {_short(settings)} in it"
        if really:
            _make_service(client, account)
    else:
        yield from _correct_service(account.service_of_number, really=really)


def read(client: Any, settings: Settings) -> Account:
    """Ask the API. Raises OperatorError."""

    def ask() -> Account:
        shown = client.api.v2010.accounts(settings.twilio_account_sid).fetch()
        numbers = client.incoming_phone_numbers.list(
            phone_number=settings.twilio_from, limit=1, page_size=1
        )
        number = numbers[0] if numbers else None
        services = tuple(client.messaging.v1.services.list(limit=LOOKED_AT, page_size=LOOKED_AT))
        own = [one for one in services if number and _holds(one, number.sid)]
        return Account(
            status=str(shown.status),
            type=str(shown.type),
            number=number,
            services=services,
            service_of_number=own[0] if own else None,
        )

    account: Account = _do(ask)
    return account


def _holds(service: Any, number_sid: str) -> bool:
    return any(one.sid == number_sid for one in service.phone_numbers.list(limit=LOOKED_AT))


def _state(account: Account) -> Look:
    if account.status != "active":
        return Look("account", False, f"{account.status}: see the billing page of the console")
    if account.type == "Trial":
        return Look("account", False, "a trial: it sends to verified numbers only. Upgrade it.")
    return Look("account", True, account.status)


def _public(settings: Settings) -> Look:
    if settings.public_url.startswith("https://"):
        return Look("PUBLIC_URL", True, settings.public_url)
    return Look("PUBLIC_URL", False, "set it to our https address: Twilio's signatures are over it")


def _number(account: Account, settings: Settings) -> Iterator[Look]:
    number = account.number
    if number is None:
        yield Look("number", False, "TWILIO_FROM is not a number of this account")
        return
    can = bool((number.capabilities or {}).get("sms"))
    yield Look(
        "number", can, f"{_short(settings)} {'can' if can else 'cannot'} send and receive SMS"
    )
    right = (number.sms_url, number.sms_method) == (_inbound_url(settings), "POST")
    yield Look("webhook", right, "right" if right else "run: nietpluis sms setup --yes")


def _service(account: Account, settings: Settings) -> Iterator[Look]:
    service = account.service_of_number
    if service is None:
        yield Look(
            "service", False, "no Messaging Service holds the number: nietpluis sms setup --yes"
        )
        return
    wrong = list(_correct_service(service, really=False))
    yield Look("service", not wrong, "; ".join(wrong) or "right")
    yield Look(
        "HELP and STOP",
        True,
        "the API does not show Advanced Opt-Out: compare with nietpluis sms texts",
    )


def _make_service(client: Any, account: Account) -> None:
    def make() -> None:
        service = client.messaging.v1.services.create(
            friendly_name=SERVICE_NAME, smart_encoding=False, use_inbound_webhook_on_number=True
        )
        service.phone_numbers.create(phone_number_sid=account.number.sid)

    _do(make)


def _correct_service(service: Any, *, really: bool) -> Iterator[str]:
    wanted = {"smart_encoding": False, "use_inbound_webhook_on_number": True}
    why = {
        "smart_encoding": "letters stay as they were written",
        "use_inbound_webhook_on_number": "messages go where the number says",
    }
    changes = {name: value for name, value in wanted.items() if getattr(service, name) is not value}
    for name in changes:
        yield f"Messaging Service: {name} is set to {wanted[name]} ({why[name]})"
    if changes and really:
        _do(lambda: service.update(**changes))


def _do(what: Any) -> Any:
    try:
        with told_as_send_errors():
            return what()
    except SendError as error:
        raise OperatorError(
            f"Twilio did not do that ({error.status}). Are TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN "
            "right, and may this account do it? Otherwise do it in Twilio's console: docs/operations.md"
        ) from None


def _client(settings: Settings) -> Any:
    if not settings.has_twilio:
        raise OperatorError("Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM first.")
    return twilio_client(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        api_base=settings.twilio_api_base,
    )


def _inbound_url(settings: Settings) -> str:
    return f"{settings.world_url}{INBOUND_PATH}"


def _short(settings: Settings) -> str:
    return f"…{settings.twilio_from[-3:]}"
