"""The operator's command line: ``nietpluis``. Each command parses, calls, and says what came of it."""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from importlib.metadata import version as installed_version
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from escalation.signal import DESK_LANGUAGES, SIDES
from web.config import InvalidSettingError, Settings
from web.faults import keep_memory_private, keep_quiet
from web.keeping import backup, purge, restore
from web.operate.children import dump_no_core
from web.operate.problems import OperatorError
from web.operate.sms_commands import sms


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(installed_version("nietpluis"), prog_name="nietpluis")
def cli() -> None:
    """Niet-Pluis: run it, train it, look after it, measure it."""


cli.add_command(sms)


@cli.command()
def up() -> None:
    """Start everything on this machine; Ctrl-C stops it."""
    from web.operate.up import up as start_everything

    start_everything(Settings.from_environment())


@cli.command()
def train() -> None:
    """Train the bot if what it learns from has changed."""
    from web.operate.places import DataDirectory, bot_python
    from web.operate.progress import Progress
    from web.operate.training import train_if_stale

    data = DataDirectory(Settings.from_environment().data_directory)
    data.prepare()
    model = train_if_stale(data, bot_python(), Progress())
    click.echo(f"The bot is trained: {model}")


@cli.command()
def doctor() -> None:
    """Tell what is missing and which settings are in force; exit code 1 when something is missing."""
    from web.operate.doctor import examine, report

    settings = Settings.from_environment()
    findings = examine(settings)
    for line in report(findings, settings):
        click.echo(line)
    sys.exit(0 if all(finding.good for finding in findings) else 1)


@cli.command()
def worker() -> None:
    """Run the timers and send what waits in the outbox (part of `up`)."""
    from web.operate.working import work

    work(Settings.from_environment())


@cli.command()
def version() -> None:
    """Print the version."""
    click.echo(installed_version("nietpluis"))


@cli.group()
def screener() -> None:
    """Invite screeners, list them, end somebody's access."""


@screener.command("invite")
@click.argument("name")
@click.option("--side", type=click.Choice(SIDES), default="care", show_default=True)
@click.option(
    "--role",
    type=click.Choice(["screener", "coordinator", "administrator"]),
    default="screener",
    show_default=True,
    help="An administrator looks after people and cannot read cases.",
)
@click.option(
    "--language", type=click.Choice(DESK_LANGUAGES), default=None, help="Language of the desk."
)
def screener_invite(name: str, side: str, role: str, language: str | None) -> None:
    """Make a link with which NAME can join, once."""
    from web.operate.people import invite_screener

    settings = Settings.from_environment()
    chosen = language or settings.default_language
    for line in invite_screener(settings, name=name, side=side, role=role, language=chosen):
        click.echo(line)


@screener.command("list")
def screener_list() -> None:
    """List screeners and open invitations."""
    from web.operate.people import screener_table

    for line in screener_table(Settings.from_environment()):
        click.echo(line)


@screener.command("revoke")
@click.argument("name")
def screener_revoke(name: str) -> None:
    """End NAME's access, or withdraw the invitation; cases in hand return to the queue."""
    from web.operate.people import revoke_screener

    click.echo(revoke_screener(Settings.from_environment(), name=name))


@cli.group()
def audit() -> None:
    """Who did what at the desk: a chain that shows where it was tampered with."""


@audit.command("verify")
@click.argument("noted", required=False)
def audit_verify(noted: str | None) -> None:
    """Check the whole chain, and that the head hash NOTED earlier is still in it; exit code 1 when not."""
    from web.operate.auditing import verify_chain

    for line in verify_chain(Settings.from_environment(), noted=noted):
        click.echo(line)


@audit.command("show")
@click.option("--rows", type=click.IntRange(1, 10_000), default=50, show_default=True)
def audit_show(rows: int) -> None:
    """Show the latest events, the newest first."""
    from web.operate.auditing import chain_table

    for line in chain_table(Settings.from_environment(), rows):
        click.echo(line)


@cli.command()
@click.option("--side", type=click.Choice(SIDES), default="care", show_default=True)
@click.option("--week", "day", type=click.DateTime(["%Y-%m-%d"]), help="Any day of the week.")
def roster(side: str, day: datetime | None) -> None:
    """Show who has duty in a week, and when nobody has."""
    from web.operate.duty_week import roster_lines
    from web.operate.people import ports_of

    ports = ports_of(Settings.from_environment())
    for line in roster_lines(ports, side=side, day=day.date() if day else None):
        click.echo(line)


@cli.command()
@click.argument("task", type=click.Choice(["intents", "urgency", "language", "fields"]))
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--json", "as_json", is_flag=True, help="For machines: one JSON object.")
def evaluate(task: str, files: tuple[Path, ...], as_json: bool) -> None:
    """Measure on your own data: JSON lines in FILES, one table out.

    \b
    intents:   {"lang": "pl", "text": "…", "intent": "report_concern"}
    urgency:   {"lang": "pl", "text": "…", "acute": true, "flags": ["confined"]}
    language:  {"lang": "pl", "text": "…"}
    fields:    whole conversations, as in tests/evaluation/conversations
    """
    from web.operate.evaluation import evaluate_files

    click.echo(evaluate_files(task, files, Settings.from_environment(), as_json=as_json))


@cli.command()
@click.argument("languages", nargs=-1)
def languages(languages: tuple[str, ...]) -> None:
    """Say what a language still lacks (docs/adding-a-language.md). Without a code: all that were begun."""
    from .operate.languages import begun, missing_in

    lacking = False
    for language in languages or begun():
        missing = list(missing_in(language))
        lacking = lacking or bool(missing)
        click.echo(
            f"{language}: " + ("complete" if not missing else f"{len(missing)} things missing")
        )
        for one in missing:
            click.echo(f"  {one}")
    sys.exit(1 if lacking else 0)


for command in (purge, backup, restore):
    cli.add_command(command)


def main() -> None:
    """Run the command line; every known trouble ends in one sentence and exit code 1."""
    os.umask(0o077)  # what we write is for nobody else on this machine
    keep_quiet()
    # Every command: a worker sees messages, a restore holds the key of the backups.
    dump_no_core()
    keep_memory_private()
    signal.signal(signal.SIGTERM, _end)
    try:
        cli()
    except OperatorError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except InvalidSettingError as error:
        click.echo(f"Setting {error}. `nietpluis doctor` lists all settings.", err=True)
        sys.exit(1)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(143)


if __name__ == "__main__":
    main()
