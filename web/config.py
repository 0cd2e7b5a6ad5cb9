"""All settings: one frozen object, read from the environment once at start. Units are in the names."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlsplit, urlunsplit

from flask import current_app

from .addresses import is_contact, is_date, is_onion, is_web

EXTENSION = "niet_pluis_settings"
DEFAULT_DATA_DIRECTORY = Path("var")


class InvalidSettingError(ValueError):
    """A setting holds a value that cannot be used. Carries the setting's name, never the value."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"{name}: expected {expected}")
        self.name = name


@dataclass(frozen=True)
class Described:
    """One setting as ``doctor`` shows it: a secret's value is never in here."""

    name: str
    value: str
    is_default: bool


@dataclass(frozen=True)
class Form:
    """What a text must be like, and how that is told to who set it wrongly."""

    fits: Callable[[str], bool]
    expected: str


ONION = Form(is_onion, "an address of an onion service (version 3) that begins with http")
WEB = Form(is_web, "an address that begins with https:// or http://")
CONTACT = Form(is_contact, "an address that begins with mailto:, https:// or tel:")
DAY = Form(is_date, "a day like 2030-12-31")


def _setting(
    name: str,
    default: object,
    *,
    least: int | None = None,
    secret: bool = False,
    form: Form | None = None,
) -> Any:
    metadata = {"name": name, "least": least, "secret": secret, "form": form}
    return field(default=default, metadata=metadata, repr=not secret)


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. An empty text means "not set"."""

    port: int = _setting("NIETPLUIS_PORT", 8000, least=1)
    data_directory: Path = field(
        default=DEFAULT_DATA_DIRECTORY,
        metadata={"name": "NIETPLUIS_DATA", "least": None, "secret": False, "form": None},
    )
    region: str = _setting("NIETPLUIS_REGION", "")
    public_url: str = _setting("PUBLIC_URL", "")
    onion_url: str = _setting("NIETPLUIS_ONION_URL", "", form=ONION)
    tor_browser_url: str = _setting(
        "NIETPLUIS_TOR_BROWSER_URL", "https://www.torproject.org/download/", form=WEB
    )
    security_contact: str = _setting("NIETPLUIS_SECURITY_CONTACT", "", form=CONTACT)
    security_expires: str = _setting("NIETPLUIS_SECURITY_EXPIRES", "", form=DAY)
    exit_url: str = _setting("NIETPLUIS_EXIT_URL", "https://www.buienradar.nl/")
    default_language: str = _setting("NIETPLUIS_DEFAULT_LANGUAGE", "nl")
    trusted_proxies: int = _setting("NIETPLUIS_TRUSTED_PROXIES", 0, least=0)

    database_url: str = _setting("DATABASE_URL", "", secret=True)
    redis_url: str = _setting("REDIS_URL", "", secret=True)
    smtp_url: str = _setting("SMTP_URL", "", secret=True)
    smtp_from: str = _setting("SMTP_FROM", "")
    server_key: str = _setting("NIETPLUIS_SERVER_KEY", "", secret=True)

    libretranslate_url: str = _setting("LIBRETRANSLATE_URL", "", secret=True)

    bot_url: str = _setting("NIETPLUIS_BOT_URL", "http://127.0.0.1:5005")
    actions_url: str = _setting("NIETPLUIS_ACTIONS_URL", "", form=WEB)
    bot_secret: str = _setting("NIETPLUIS_BOT_SECRET", "", secret=True)
    bot_timeout_seconds: int = _setting("NIETPLUIS_BOT_TIMEOUT_SECONDS", 8, least=1)

    twilio_account_sid: str = _setting("TWILIO_ACCOUNT_SID", "", secret=True)
    twilio_auth_token: str = _setting("TWILIO_AUTH_TOKEN", "", secret=True)
    twilio_from: str = _setting("TWILIO_FROM", "")
    twilio_api_base: str = _setting("TWILIO_API_BASE", "")

    sms_per_second: int = _setting("NIETPLUIS_SMS_PER_SECOND", 1, least=1)
    sms_settle_milliseconds: int = _setting("NIETPLUIS_SMS_SETTLE_MILLISECONDS", 1_500, least=0)
    sms_silent_hours: int = _setting("NIETPLUIS_SMS_SILENT_HOURS", 24, least=1)
    dev_phone: int = _setting("NIETPLUIS_DEV_PHONE", 0, least=0)

    # The floor is OWASP's least for Argon2id. Below it the program refuses to start.
    argon2_memory_kib: int = _setting("NIETPLUIS_ARGON2_MEMORY_KIB", 65_536, least=19_456)
    argon2_passes: int = _setting("NIETPLUIS_ARGON2_PASSES", 3, least=2)
    argon2_lanes: int = _setting("NIETPLUIS_ARGON2_LANES", 1, least=1)

    retention_file: str = _setting("NIETPLUIS_RETENTION_FILE", "")
    backup_public_key: str = _setting("NIETPLUIS_BACKUP_PUBLIC_KEY", "")
    backup_directory: str = _setting("NIETPLUIS_BACKUP_DIRECTORY", "")
    backup_days: int = _setting("NIETPLUIS_BACKUP_DAYS", 14, least=1)

    metrics_token: str = _setting("NIETPLUIS_METRICS_TOKEN", "", secret=True)

    # A screener's log-in ends this long after the last thing the person did, and after so many hours whatever happens.
    staff_idle_minutes: int = _setting("NIETPLUIS_STAFF_IDLE_MINUTES", 30, least=5)
    staff_session_hours: int = _setting("NIETPLUIS_STAFF_SESSION_HOURS", 10, least=1)

    # When an acute case is not acknowledged: seconds after the alarm for rungs 2, 3 and 4.
    second_rung_seconds: int = _setting("NIETPLUIS_SECOND_RUNG_SECONDS", 60, least=5)
    coordinator_seconds: int = _setting("NIETPLUIS_COORDINATOR_SECONDS", 120, least=10)
    fallback_seconds: int = _setting("NIETPLUIS_FALLBACK_SECONDS", 180, least=15)
    acknowledged_seconds: int = _setting("NIETPLUIS_ACKNOWLEDGED_SECONDS", 180, least=10)
    call_again_seconds: int = _setting("NIETPLUIS_CALL_AGAIN_SECONDS", 300, least=30)
    owner_silent_seconds: int = _setting("NIETPLUIS_OWNER_SILENT_SECONDS", 300, least=60)

    # New conversations a minute; beyond these a rush begins (web/admission.py). Nobody is refused for them.
    new_from_one_place_max: int = _setting("NIETPLUIS_NEW_FROM_ONE_PLACE_MAX", 60, least=1)
    new_overall_max: int = _setting("NIETPLUIS_NEW_OVERALL_MAX", 300, least=1)
    unproven_from_one_place_max: int = _setting(
        "NIETPLUIS_UNPROVEN_FROM_ONE_PLACE_MAX", 30, least=1
    )
    unproven_overall_max: int = _setting("NIETPLUIS_UNPROVEN_OVERALL_MAX", 300, least=1)

    event_streams_max: int = _setting("NIETPLUIS_EVENT_STREAMS_MAX", 64, least=0)
    event_heartbeat_seconds: int = _setting("NIETPLUIS_EVENT_HEARTBEAT_SECONDS", 15, least=1)
    event_stream_max_seconds: int = _setting("NIETPLUIS_EVENT_STREAM_MAX_SECONDS", 600, least=1)
    wrong_receipts_max: int = _setting("NIETPLUIS_WRONG_RECEIPTS_MAX", 30, least=1)
    wrong_receipts_overall_max: int = _setting("NIETPLUIS_WRONG_RECEIPTS_OVERALL_MAX", 300, least=1)
    wrong_receipts_window_seconds: int = _setting(
        "NIETPLUIS_WRONG_RECEIPTS_WINDOW_SECONDS", 600, least=1
    )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read every setting. Raises InvalidSettingError for a value that cannot be used."""
        source = os.environ if environ is None else environ
        given: dict[str, Any] = {}
        for item in fields(cls):
            text = source.get(item.metadata["name"], "").strip()
            if text:
                given[item.name] = _parse(text, item.default, item.metadata)
        return cls(**given)

    @property
    def rungs_seconds(self) -> tuple[int, int, int, int]:
        """When each rung of the ladder is called, in seconds after the alarm; each later than the one before.

        Raises InvalidSettingError when they are not in order.
        """
        times = (0, self.second_rung_seconds, self.coordinator_seconds, self.fallback_seconds)
        if list(times) != sorted(set(times)):
            raise InvalidSettingError(
                "NIETPLUIS_COORDINATOR_SECONDS", "more than the second rung, less than the fallback"
            )
        return times

    @property
    def has_twilio(self) -> bool:
        """True when text messages go out through Twilio."""
        return bool(self.twilio_account_sid and self.twilio_auth_token and self.twilio_from)

    @property
    def has_dev_phone(self) -> bool:
        """True where text messages are tried on a page of this machine, and nobody else can reach it."""
        return bool(self.dev_phone) and not (
            self.has_twilio or self.public_url or self.trusted_proxies
        )

    @property
    def run_directory(self) -> Path:
        """Where the parts of a running installation leave things for one another."""
        return self.data_directory / "run"

    @property
    def world_url(self) -> str:
        """What the world calls us, without a slash at the end."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        """True when the world reaches us by https, so that cookies may be Secure."""
        return self.world_url.startswith("https://")

    @property
    def database_url_or_embedded(self) -> str:
        """The database's address: the one that was set, or SQLite in the data directory."""
        return (
            self.database_url or f"sqlite:///{self.data_directory.resolve() / 'nietpluis.sqlite3'}"
        )

    @property
    def backup_directory_or_embedded(self) -> Path:
        """Where backups lie: the directory that was set, or one in the data directory."""
        return Path(self.backup_directory or self.data_directory / "backups").resolve()

    def describe(self) -> list[Described]:
        """Return every setting with its value, for an operator's eyes; passwords and keys are masked."""
        return [
            Described(
                name=item.metadata["name"],
                value=_shown(getattr(self, item.name), secret=item.metadata["secret"]),
                is_default=getattr(self, item.name) == item.default,
            )
            for item in fields(self)
        ]


def _parse(text: str, default: object, metadata: Mapping[str, Any]) -> object:
    name, least, form = metadata["name"], metadata["least"], metadata["form"]
    if isinstance(default, Path):
        return Path(text)
    if form is not None and not form.fits(text):
        raise InvalidSettingError(name, form.expected)
    if not isinstance(default, int):
        return text
    try:
        number = int(text)
    except ValueError as error:
        raise InvalidSettingError(name, "a whole number") from error
    if least is not None and number < least:
        raise InvalidSettingError(name, f"at least {least}")
    return number


def _shown(value: object, *, secret: bool) -> str:
    text = str(value)
    if not secret or not text:
        return text
    address = urlsplit(text)
    if not address.netloc:
        return "•••"
    # The host of a database or mail server helps the operator; its user and password stay out.
    host = address.netloc.rpartition("@")[2]
    masked = f"{quote('…')}@{host}" if "@" in address.netloc else host
    return urlunsplit((address.scheme, masked.replace(quote("…"), "…"), address.path, "", ""))


def settings() -> Settings:
    """Return the settings of the running application."""
    return cast(Settings, current_app.extensions[EXTENSION])


assert all(item.default is not MISSING for item in fields(Settings)), (
    "every setting needs a default"
)
