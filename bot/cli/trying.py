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
@click.argument(
    "what", type=click.Choice(["webhook", "load", "memory", "send", "due", "understand", "lists", "api", "all"])
)
@click.option("--db", "database", help="A database address; default: SQLite in a temporary folder.")
@click.option("--rows", type=click.IntRange(10_000), help="due: how far the outbox grows; default: a million.")
@click.option("--rate", type=click.IntRange(1, 2000), help="load: messages a second; default: 100.")
@click.option("--seconds", type=click.IntRange(1, 600), help="load: for how long; default: 60.")
@click.option("--doors", type=click.IntRange(1, 8), help="load: web processes side by side; default: 1.")
@click.option("--turns", type=click.IntRange(1000, 10**6), help="memory: how many; default: 100,000.")
@click.option("--json", "as_json", is_flag=True, help="Figures for a program.")
def bench(what: str, database: str | None, as_json: bool, **sizes: int | None) -> None:
    """Measure ours and, in the same run, the bare floor beside it; prints ratios."""
    from bot.cli.bench import run

    given = {name: size for name, size in sizes.items() if size is not None}
    for name in given:
        if what != _OF[name]:
            raise click.UsageError(f"--{name} is for `bench {_OF[name]}`")
    run(what, database, as_json, **given)


#: Which benchmark a size belongs to.
_OF = {"rows": "due", "rate": "load", "seconds": "load", "doors": "load", "turns": "memory"}
