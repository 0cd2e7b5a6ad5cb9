"""Settings: read once, checked, and shown to an operator without their secrets."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from web.config import InvalidSettingError, Settings


def test_with_an_empty_environment_everything_has_a_default() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings().database_url_or_embedded.endswith("/var/nietpluis.sqlite3")


def test_settings_are_read_by_name() -> None:
    read = Settings.from_environment(
        {
            "NIETPLUIS_PORT": " 9000 ",
            "NIETPLUIS_DATA": "/srv/np",
            "DATABASE_URL": "postgresql://x/y",
        }
    )
    assert read.port == 9000
    assert read.data_directory == Path("/srv/np")
    assert read.database_url_or_embedded == "postgresql://x/y"


def test_an_empty_value_is_the_default() -> None:
    assert Settings.from_environment({"NIETPLUIS_PORT": "  "}).port == 8000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NIETPLUIS_PORT", "many"),
        ("NIETPLUIS_PORT", "0"),
        ("NIETPLUIS_ARGON2_MEMORY_KIB", "1024"),
        ("NIETPLUIS_ARGON2_PASSES", "1"),
        ("NIETPLUIS_EVENT_STREAMS_MAX", "-1"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InvalidSettingError) as refused:
        Settings.from_environment({name: value})
    assert refused.value.name == name
    assert value not in str(refused.value).removeprefix(name)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_secrets_are_neither_described_nor_printed() -> None:
    secret = "s3cret-words"
    given = Settings.from_environment(
        {
            "DATABASE_URL": f"postgresql://user:{secret}@db.internal/np",
            "REDIS_URL": f"redis://:{secret}@cache.internal:6379/0",
            "NIETPLUIS_BOT_SECRET": secret,
            "TWILIO_AUTH_TOKEN": secret,
            "SMTP_URL": f"smtps://mail:{secret}@mail.internal",
        }
    )
    described = {one.name: one for one in given.describe()}
    assert secret not in str(described)
    assert secret not in repr(given)
    assert described["DATABASE_URL"].value == "postgresql://…@db.internal/np"
    assert described["REDIS_URL"].value == "redis://…@cache.internal:6379/0"
    assert described["NIETPLUIS_BOT_SECRET"].value == "•••"


def test_every_setting_is_described_with_whether_it_was_set() -> None:
    described = {one.name: one for one in Settings(port=9000).describe()}
    assert len(described) == len(dataclasses.fields(Settings))
    assert described["NIETPLUIS_PORT"].value == "9000"
    assert not described["NIETPLUIS_PORT"].is_default
    assert described["PUBLIC_URL"].is_default


@pytest.mark.parametrize(
    ("public_url", "world", "https"),
    [
        ("", "http://127.0.0.1:8000", False),
        ("https://help.example/", "https://help.example", True),
        ("http://help.example", "http://help.example", False),
    ],
)
def test_what_the_world_calls_us(public_url: str, world: str, https: bool) -> None:
    current = Settings(public_url=public_url)
    assert current.world_url == world
    assert current.is_https is https
