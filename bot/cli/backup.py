"""The commands that keep the school's data: a backup while everything runs, and putting one back."""

from __future__ import annotations

from pathlib import Path

import click

from bot import config as configuration
from bot.config import Config
from bot.keys import key_file, master_key
from models.restored import HeldBack
from models.sealed import use_master_key


def _opened() -> Config:
    config = configuration.load()
    use_master_key(master_key(config))
    return config


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write a whole copy of the database to FILE while everything runs; FILE must not exist."""
    from bot.backup import back_up

    config = _opened()
    copy = back_up(config, file)
    size = file.stat().st_size / 1e6
    click.echo(f"wrote {file}: {size:.1f} MB, release {copy.release}, {copy.students} students, whole")
    click.echo(f"it is worth nothing without the master key: keep {key_file(config)} in another place", err=True)


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--loaded", is_flag=True, help="The database was put back by pg_restore: only make it safe.")
def restore(file: Path | None, loaded: bool) -> None:
    """Put the backup FILE back. Nothing that may have been sent since is sent again; sending waits for your word."""
    from bot import restore as restoring

    if (file is None) != loaded:
        raise click.UsageError("name the backup, or say --loaded")
    config = _opened()
    aside = None
    if file is None:
        held = restoring.loaded(config)
    else:
        held, aside = restoring.put_back(config, file)
    for line in _told(held, aside):
        click.echo(line)


def _told(held: HeldBack, aside: Path | None) -> list[str]:
    since, until = (moment.astimezone().strftime("%Y-%m-%d %H:%M") for moment in (held.since, held.until))
    lines = [f"restored; the database that was there lies at {aside}"] if aside else ["restored"]
    lines.append(f"what fell due between {since} and {until} may have been said: nobody is told it again")
    if held.messages:
        lines.append(f"{held.messages} messages that were waiting are held back; jiafang sending release sends them")
    lines.append(f"{held.visits} visits were open then: ask their teachers what has become of them since")
    if held.erased:
        lines.append(f"{held.erased} students were erased since the copy was made, and are erased again")
    lines.append("sending is stopped: look around (jiafang show), then jiafang run and jiafang sending start")
    return lines
