"""The commands that try the bot: sentences, plays, benchmarks."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--as", "role", type=click.Choice(["teacher", "guardian", "leader", "time"]), required=True)
@click.option("--roster", type=FILE, help="Names in reach, as JSON.")
def understand(role: str, roster: Path | None) -> None:
    """Read JSON lines {"id","text","ref","context"?} and write {"id","result"}, in the same order."""
    from bot.understand import run

    try:
        known = json.loads(roster.read_text(encoding="utf-8")) if roster else None
        for line in run(sys.stdin, role, known):
            click.echo(line)
    except (json.JSONDecodeError, KeyError) as error:
        raise click.ClickException(f"a line or the roster is not in the expected form: {error}") from error


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
def play(files: tuple[Path, ...]) -> None:
    """Run scripted conversations against the whole system; exit 1 if an expectation failed."""
    from bot.sandbox.play import main

    sys.exit(main(list(files)))


@click.command()
@click.argument("what", type=click.Choice(["webhook", "send", "due", "understand", "lists", "api", "all"]))
@click.option("--db", "database", help="A database address; default: SQLite in a temporary folder.")
@click.option("--rows", type=click.IntRange(10_000), help="How far the outbox of `due` grows; default: a million.")
@click.option("--json", "as_json", is_flag=True, help="Figures for a program.")
def bench(what: str, database: str | None, rows: int | None, as_json: bool) -> None:
    """Measure ours and, in the same run, the bare floor beside it; prints ratios."""
    from bot.cli.bench import run

    if rows is not None and what != "due":
        raise click.UsageError("--rows is the size of the outbox of `bench due`")
    run(what, database, as_json, **({"rows": rows} if rows is not None else {}))
