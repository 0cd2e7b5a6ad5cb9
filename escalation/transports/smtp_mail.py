"""Pages by e-mail, over SMTP with TLS."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from ..outbox import SendError

TIMEOUT_SECONDS = 10.0
PERMANENT_FROM = 500


class SmtpCarrier:
    """Sends to a mailbox. ``url``: ``smtps://user:password@host:465/?from=…`` or ``smtp://…:587`` (STARTTLS)."""

    def __init__(self, url: str, *, sender: str) -> None:
        self._url = urlsplit(url)
        self._sender = sender

    def carry(self, address: str, text: str, *, key: str) -> None:
        """Send one mail. The same ``key`` gives the same Message-ID, so that a second try is the same mail.

        Raises SendError: permanent when the server refuses for good (5xx).
        """
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, address, "Niet-Pluis"
        mail["Message-ID"] = f"<{key.replace(':', '.')}@niet-pluis>"
        mail["Importance"] = "high"
        mail.set_content(text)
        try:
            with self._connect() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            raise SendError(f"smtp_{code}", permanent=code >= PERMANENT_FROM) from None
        except smtplib.SMTPResponseException as error:
            permanent = error.smtp_code >= PERMANENT_FROM
            raise SendError(f"smtp_{error.smtp_code}", permanent=permanent) from None
        except (OSError, smtplib.SMTPException) as error:
            raise SendError(f"smtp_{type(error).__name__}", permanent=False) from None

    def _connect(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "localhost", self._url.port
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
            server.ehlo()
            if server.has_extn("starttls") or self._url.username:  # no password without TLS
                server.starttls(context=ssl.create_default_context())
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server
