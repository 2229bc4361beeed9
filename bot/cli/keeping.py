"""The commands of whoever looks after the machine: database, configuration, doctor."""

from __future__ import annotations

import sys

import click

from bot import config as configuration


@click.group()
def db() -> None:
    """Bring the database to this release, or say whether it is there."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this release; nothing changes when it is there already."""
    from models.base import make_engine
    from models.migrations import upgrade

    config = configuration.load()
    config.data.mkdir(parents=True, exist_ok=True)
    upgrade(make_engine(config.database_url))
    click.echo("the database is at this release")


@db.command("check")
def db_check() -> None:
    """Say whether the database is reachable and at this release; exit 1 if not."""
    from bot.doctor import database

    found = list(database(configuration.load()))
    for finding in found:
        click.echo(finding.line)
    sys.exit(any(finding.grade == "fail" for finding in found))


@click.group()
def config() -> None:
    """Show what is set, secrets masked; make a master key."""


@config.command("show")
def config_show() -> None:
    """Print the configuration that the other commands would use; secrets are masked."""
    from bot.shown import shown

    click.echo(shown(configuration.load()))


@config.command("key")
def config_key() -> None:
    """Write a fresh master key where the configuration says; an existing one is never replaced."""
    from bot.keys import key_file, new_key_file

    path = key_file(configuration.load())
    if path.exists():
        raise click.ClickException(f"{path} exists; it opens everything sealed so far, and stays")
    new_key_file(path)
    click.echo(f"wrote {path}; keep a copy in another place: without it the sealed data is lost")


@click.command()
def doctor() -> None:
    """Look at everything and say what to do about what is wrong; exit 1 if something fails."""
    from bot.doctor import examine
    from bot.lock import as_it_runs

    failed = False
    for finding in examine(as_it_runs(configuration.load())):
        click.echo(finding.line)
        failed |= finding.grade == "fail"
    sys.exit(failed)
