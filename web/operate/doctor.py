"""``nietpluis doctor``: what is missing on this machine, and which settings are in force."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from escalation import triage
from escalation.desk.factors import site_of
from escalation.signal import LANGUAGES
from escalation.sms.counts import count_all
from escalation.store.session import make_engine, make_sessions, reading
from web.config import Settings

from .backup_keys import public_half
from .backups import list_backups
from .places import ROOT, DataDirectory, bot_python, need_free_port
from .problems import OperatorError
from .services import answers
from .training import model_path

PROBE_SECONDS = 3
PYTHON_OF_THE_BOT = "3.10"
OWN_SETTINGS = {
    "NIETPLUIS_MODELS": "models, in the data directory",
    "NIETPLUIS_BOT_PYTHON": ".venv-bot/bin/python",
    "NIETPLUIS_RASA_PORT": "a free one",
    "NIETPLUIS_ACTIONS_PORT": "a free one",
}
"""Settings of this command line alone, with what holds when they are not set."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``said`` holds no secret; when not ``good`` it says what to do."""

    what: str
    good: bool
    said: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything that a start needs. Changes nothing but makes the data directory."""
    checks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("Python", _python),
        ("bot", _bot),
        ("model", _model),
        ("data directory", _data_directory),
        ("database", _database),
        ("Redis", _redis),
        ("text messages", _text_messages),
        ("passkeys", _passkeys),
        ("catalogues", _catalogues),
        ("lexicons", _lexicons),
        ("port", _port),
        ("backups", _backups),
    )
    return [_finding(what, check, settings) for what, check in checks]


def report(findings: Sequence[Finding], settings: Settings) -> Iterator[str]:
    """Yield one screen: the findings, then every setting with where it came from."""
    for finding in findings:
        yield f"{'ok     ' if finding.good else 'MISSING'}  {finding.what:<15} {finding.said}"
    yield ""
    rows = [(item.name, item.value or "(not set)", item.is_default) for item in settings.describe()]
    for name, otherwise in OWN_SETTINGS.items():
        given = os.environ.get(name, "").strip()
        rows.append((name, given or otherwise, not given))
    width = max(len(name) for name, _, _ in rows)
    for name, value, is_default in rows:
        yield f"{name:<{width}}  {'default    ' if is_default else 'environment'}  {value}"


def _finding(what: str, check: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(what, True, check(settings))
    except OperatorError as error:
        return Finding(what, False, str(error))


def _python(_: Settings) -> str:
    if sys.version_info < (3, 11):  # noqa: UP036 - the package itself installs on 3.10, for the bot
        raise OperatorError("Python 3.11 or newer is needed. Make the environment again with it.")
    return sys.version.split()[0]


def _bot(_: Settings) -> str:
    python = bot_python()
    asked = "import sys, importlib.metadata as m; print(sys.version.split()[0], m.version('rasa'))"
    try:
        ended = subprocess.run(
            [python, "-I", "-c", asked], capture_output=True, text=True, timeout=30, check=True
        )
        version, rasa = ended.stdout.split()
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise OperatorError(
            f"Rasa is not in the environment of {python}. Make it again with: make bootstrap"
        ) from error
    if not version.startswith(PYTHON_OF_THE_BOT):
        raise OperatorError(
            f"The bot's Python is {version}; Rasa needs {PYTHON_OF_THE_BOT}. "
            "Remove .venv-bot, then: make bootstrap"
        )
    return f"Python {version}, Rasa {rasa}"


def _model(settings: Settings) -> str:
    model = model_path(DataDirectory(settings.data_directory))
    if model.exists():
        return f"trained: {model.name}"
    return "will be trained at the next start (about two minutes)"


def _data_directory(settings: Settings) -> str:
    data = DataDirectory(settings.data_directory)
    data.prepare()
    return str(data.path)


def _database(settings: Settings) -> str:
    engine = make_engine(settings.database_url_or_embedded)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            known = engine.dialect.has_table(connection, "alembic_version")
    except Exception as error:
        raise OperatorError(
            f"No answer ({type(error).__name__}). Is the server up, and is DATABASE_URL right? "
            "An example: postgresql://user:password@host:5432/nietpluis"
        ) from error
    finally:
        engine.dispose()
    return f"{engine.dialect.name}, {'with our tables' if known else 'still empty'}"


def _redis(settings: Settings) -> str:
    if not settings.redis_url:
        return "not used: one machine needs none"
    try:
        client = redis.Redis.from_url(settings.redis_url, socket_timeout=PROBE_SECONDS)
        client.ping()
    except (redis.RedisError, ValueError) as error:
        raise OperatorError(
            f"No answer ({type(error).__name__}). Is the server up, and is REDIS_URL right? "
            "An example: redis://host:6379/0"
        ) from error
    return "answers"


def _text_messages(settings: Settings) -> str:
    if not settings.has_twilio:
        return "not sent: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM are not all set"
    engine = make_engine(settings.database_url_or_embedded)
    try:
        with reading(make_sessions(engine)) as session:
            counts = count_all(session)
    except SQLAlchemyError:
        return "Twilio; nothing sent yet"
    finally:
        engine.dispose()
    told = {**counts.states, **counts.left}
    said = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in told.items())
    return f"Twilio; {said}"


def _passkeys(settings: Settings) -> str:
    site = site_of(settings.world_url)
    if site is None:
        return "not offered, codes are: PUBLIC_URL has no https or no name"
    return f"for {site.rp_id}; at another name those that were made do not work"


def _catalogues(settings: Settings) -> str:
    missing = [name for name in LANGUAGES if not _catalogue(name).exists()]
    if missing:
        raise OperatorError(f"No catalogue for {', '.join(missing)}. Make them: make strings")
    if settings.default_language not in LANGUAGES:
        raise OperatorError(f"NIETPLUIS_DEFAULT_LANGUAGE must be one of {', '.join(LANGUAGES)}.")
    return ", ".join(LANGUAGES)


def _catalogue(language: str) -> Path:
    return ROOT / "locales" / language / "LC_MESSAGES" / "messages.po"


def _lexicons(_: Settings) -> str:
    try:
        for name in triage.languages():
            triage.load_lexicon(name)
    except triage.LexiconError as error:
        raise OperatorError(f"{error}. Correct it in escalation/triage/lexicon.") from error
    missing = sorted(set(LANGUAGES) - set(triage.languages()))
    if missing:
        raise OperatorError(f"No words of danger for {', '.join(missing)}.")
    return ", ".join(triage.languages())


def _backups(settings: Settings) -> str:
    backups = list_backups(settings)
    newest = f"newest of {backups[-1].made_on.isoformat()}" if backups else "none yet"
    if not settings.backup_public_key:
        return f"{newest}; no key is set, so none can be made: nietpluis backup key"
    public_half(settings)
    return newest


def _port(settings: Settings) -> str:
    address = f"http://127.0.0.1:{settings.port}/health"
    if answers(f"{address}/ready"):
        return f"{settings.port}: Niet-Pluis runs there now; database, bot and actions answer"
    if answers(f"{address}/live"):
        raise OperatorError(
            f"Niet-Pluis runs on port {settings.port}, but its database, its bot or the bot's "
            "actions do not answer. What `nietpluis up` shows says which."
        )
    need_free_port(settings.port, "NIETPLUIS_PORT")
    return f"{settings.port} is free"
