"""The worker's process: the timers of ``escalation.worker`` with the carriers that the settings name."""

from __future__ import annotations

import logging
import signal
import sys
import threading

from escalation import worker
from escalation.duty.paging import EMAIL, SMS, Carrier, PageSender
from escalation.transports.console import ConsoleCarrier
from escalation.transports.smtp_mail import SmtpCarrier
from escalation.transports.twilio_sms import TwilioCarrier
from web.config import Settings
from web.faults import keep_quiet
from web.ports import build_ports

from .children import READY


def work(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C; the item at hand is finished first."""
    keep_quiet()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    ports = build_ports(settings)
    sender = PageSender(ports, carriers(settings), desk_url=settings.world_url)
    sys.stdout.write(READY + "\n")
    sys.stdout.flush()
    worker.run(ports, sender, stop)


def carriers(settings: Settings) -> dict[str, Carrier]:
    """Return who carries pages: Twilio and SMTP where they are set, the console where they are not."""
    return {SMS: _sms(settings), EMAIL: _email(settings)}


def _sms(settings: Settings) -> Carrier:
    if not (settings.twilio_account_sid and settings.twilio_auth_token and settings.twilio_from):
        return ConsoleCarrier(SMS)
    return TwilioCarrier(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        sender=settings.twilio_from,
        api_base=settings.twilio_api_base,
    )


def _email(settings: Settings) -> Carrier:
    if not (settings.smtp_url and settings.smtp_from):
        return ConsoleCarrier(EMAIL)
    return SmtpCarrier(settings.smtp_url, sender=settings.smtp_from)
