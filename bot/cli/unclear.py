"""`jiafang unclear …`: a person looks through what was not understood before any of it leaves (rulings 43)."""

from __future__ import annotations

from pathlib import Path

import click

SCHOOL = click.option("--school", "key", help="Its key in the configuration; needed when there are several.")
BY = click.option("--by", metavar="NAME", help="Who looks; kept. Default: who is logged in.")
IDS = click.argument("ids", nargs=-1, required=True, type=int, metavar="ID…")


@click.group()
def unclear() -> None:
    """Look through what was not understood, masked; export what may be shown."""


@unclear.command("list")
@click.option("--all", "every", is_flag=True, help="Also what was approved or rejected.")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@BY
@SCHOOL
def unclear_list(every: bool, as_json: bool, by: str | None, key: str | None) -> None:
    """Print the masked words, what was asked before them and what was read; kept for 90 days."""
    from bot.cli.unclear_rows import print_rows

    print_rows(every, as_json, by, key)


@unclear.command()
@IDS
@BY
@SCHOOL
def approve(ids: tuple[int, ...], by: str | None, key: str | None) -> None:
    """Let these be exported; somebody must have looked at them, in `list`."""
    from bot.cli.unclear_rows import decide
    from models.unclear import APPROVED

    decide(APPROVED, ids, by, key)


@unclear.command()
@IDS
@BY
@SCHOOL
def reject(ids: tuple[int, ...], by: str | None, key: str | None) -> None:
    """Never export these, for instance because the words still tell whose they are."""
    from bot.cli.unclear_rows import decide
    from models.unclear import REJECTED

    decide(REJECTED, ids, by, key)


@unclear.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.jsonl")
@SCHOOL
def export(file: Path, key: str | None) -> None:
    """Write what was approved as JSON lines {"id","text","ref","context","result"}, nobody's name in them."""
    from bot.cli.unclear_rows import write_rows

    write_rows(file, key)
