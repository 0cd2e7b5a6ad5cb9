"""``nietpluis sms``: our number at Twilio, looked at, set, and what must be put in by hand."""

from __future__ import annotations

import sys

import click

from web.config import Settings


@click.group()
def sms() -> None:
    """Text messages: check and set our number at Twilio."""


@sms.command()
def check() -> None:
    """Look at the account, the number and its addresses; exit code 1 when something is wrong."""
    from .sms_account import look

    looks = look(Settings.from_environment())
    for one in looks:
        click.echo(f"{'ok     ' if one.good else 'WRONG  '}  {one.what:<14} {one.said}")
    sys.exit(0 if all(one.good for one in looks) else 1)


@sms.command()
@click.option("--dry-run", is_flag=True, help="Say what would be changed, and change nothing.")
@click.option("--yes", "really", is_flag=True, help="Change it.")
def setup(dry_run: bool, really: bool) -> None:
    """Set the number's address for messages, and make or correct the Messaging Service."""
    from .sms_account import change

    if dry_run == really:
        raise click.UsageError("Say either --dry-run or --yes.")
    changes = list(change(Settings.from_environment(), really=really))
    for one in changes:
        click.echo(f"{'changed' if really else 'would change'}: {one}")
    if not changes:
        click.echo("Nothing to change.")
    click.echo("By hand: nietpluis sms texts")


@sms.command()
def texts() -> None:
    """Print the answers to HELP, STOP and START in every language, for Twilio's console."""
    from .sms_texts import lines

    for line in lines():
        click.echo(line)
