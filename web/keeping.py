"""The commands about what is kept: ``nietpluis purge``, ``backup`` and ``restore``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from web.config import Settings
from web.operate.progress import Progress


class _WithDefault(click.Group):
    """A group that takes ``run`` where no command of its own is named: ``nietpluis backup FILE``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``run`` first unless a command or a question for help stands there."""
        helps = ctx.help_option_names
        if not args or (args[0] not in self.commands and args[0] not in helps):
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_WithDefault)
def purge() -> None:
    """Delete now what has been kept long enough (the worker does it by itself, a little every minute)."""


@purge.command("run")
@click.option(
    "--dry-run", is_flag=True, help="Change nothing: show what is kept and what would go."
)
def purge_run(dry_run: bool) -> None:
    """Delete now (the default)."""
    from web.operate.people import ports_of
    from web.operate.purging import preview_table, purge_now

    ports = ports_of(Settings.from_environment())
    _say(preview_table(ports) if dry_run else purge_now(ports, Progress()))


@purge.command("verify")
def purge_verify() -> None:
    """Check that nothing is left of what the ledger names, and that nobody changed the ledger."""
    from web.operate.people import ports_of
    from web.operate.purging import verified

    _say(verified(ports_of(Settings.from_environment())))


@purge.command("proof")
@click.argument("conversation")
def purge_proof(conversation: str) -> None:
    """Say when CONVERSATION (its id, or the ledger's digest) was deleted, and why."""
    from web.operate.people import ports_of
    from web.operate.purging import proof

    _say(proof(ports_of(Settings.from_environment()), conversation))


@click.group(cls=_WithDefault)
def backup() -> None:
    """Make a backup that only the holder of a private key can open, in [FILE] or the directory of backups."""


@backup.command("run")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def backup_run(file: Path | None) -> None:
    """Make one (the default)."""
    from web.operate.backups import make_backup

    _say(make_backup(Settings.from_environment(), file, Progress()))


@backup.command("key")
def backup_key() -> None:
    """Make a pair of keys for backups; the private half is shown once and kept nowhere."""
    from web.operate.backup_keys import new_pair_lines

    _say(new_pair_lines())


@backup.command("list")
def backup_list() -> None:
    """List the backups and the day on which each goes."""
    from web.operate.backups import backup_table

    _say(backup_table(Settings.from_environment()))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key-file", type=click.File("r"), help="Where the private key is; else it is asked."
)
@click.option("--replace", is_flag=True, help="Replace what is in the database.")
def restore(file: Path, key_file: Path | None, replace: bool) -> None:
    """Put FILE back, without what was deleted since. Stop everything else first."""
    from web.operate.backup_keys import private_half
    from web.operate.restoring import restore as restore_file

    if key_file is not None:
        typed = key_file.read_text()
    elif sys.stdin.isatty():
        typed = click.prompt("Private key of backups", hide_input=True)
    else:
        typed = sys.stdin.readline()
    key = private_half(typed)
    _say(restore_file(Settings.from_environment(), file, private_key=key, replace=replace))


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
