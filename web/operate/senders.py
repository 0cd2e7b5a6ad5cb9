"""Who carries what to whom: Twilio and SMTP where they are set, the console where they are not."""

from __future__ import annotations

from typing import Any

from escalation.duty.paging import EMAIL, SMS, Carrier, PageSender
from escalation.outbox import SMS as REPORTER_SMS
from escalation.outbox import SMS_GOODBYE, SMS_REDACT, ByKind
from escalation.ports import Ports
from escalation.sms.goodbye import GoodbyeSender
from escalation.sms.outgoing import message_of
from escalation.sms.pace import NumberPace
from escalation.sms.sending import RedactionSender, SmsSender
from escalation.sms.telephone import Telephone
from escalation.transports.console import ConsoleCarrier, ConsoleTelephone
from escalation.transports.dev_phone import DevTelephone
from escalation.transports.smtp_mail import SmtpCarrier
from escalation.transports.twilio_client import twilio_client
from escalation.transports.twilio_messages import TwilioTelephone
from escalation.transports.twilio_sms import TwilioCarrier
from web.config import Settings

STATUS_PATH = "/sms/status"
"""Where Twilio says how far a message is (``web.sms.status``)."""


def sender_of(ports: Ports, settings: Settings) -> ByKind:
    """Return the sender of everything that the outbox holds."""
    telephone = _telephone(settings)
    return ByKind(
        {
            "page": PageSender(ports, carriers(settings), desk_url=settings.world_url),
            REPORTER_SMS: SmsSender(ports, telephone, message_of),
            SMS_GOODBYE: GoodbyeSender(ports, telephone),
            SMS_REDACT: RedactionSender(ports, telephone),
        }
    )


def pace_of(settings: Settings) -> NumberPace:
    """Return how fast text messages may leave from our number."""
    return NumberPace(settings.twilio_from or "console", settings.sms_per_second)


def carriers(settings: Settings) -> dict[str, Carrier]:
    """Return who carries pages to people on duty."""
    return {SMS: _sms(settings), EMAIL: _email(settings)}


def _telephone(settings: Settings) -> Telephone:
    if settings.has_dev_phone:
        return DevTelephone(settings.run_directory)
    if not settings.has_twilio:
        return ConsoleTelephone()
    # Without an address that the world knows Twilio would refuse the message for the callback's sake.
    callback = f"{settings.world_url}{STATUS_PATH}" if settings.public_url else ""
    return TwilioTelephone(_client(settings), sender=settings.twilio_from, callback=callback)


def _sms(settings: Settings) -> Carrier:
    if not settings.has_twilio:
        return ConsoleCarrier(SMS)
    return TwilioCarrier(_client(settings), sender=settings.twilio_from)


def _client(settings: Settings) -> Any:
    return twilio_client(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        api_base=settings.twilio_api_base,
    )


def _email(settings: Settings) -> Carrier:
    if not (settings.smtp_url and settings.smtp_from):
        return ConsoleCarrier(EMAIL)
    return SmtpCarrier(settings.smtp_url, sender=settings.smtp_from)
