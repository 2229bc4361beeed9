"""`jiafang bench`: ours and, in the same run, the bare floor beside it; everything on this machine only."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable

import click

from bot.cli.bench.figures import Found

#: What can be measured, each in a module of that name; `memory` takes long and is not among all.
BENCHES = ("webhook", "load", "send", "due", "understand", "lists")


def run(what: str, database: str | None, as_json: bool, **size: int) -> None:
    """Runs one benchmark, or all of them, and prints what it found."""
    if what == "api":
        raise click.UsageError("api: there is no JSON API yet")
    found = []
    for name in BENCHES if what == "all" else (what,):
        click.echo(f"measuring {name} ...", err=True)
        measure: Callable[..., Found] = importlib.import_module(f"bot.cli.bench.{name}").measure
        found.append(measure(database, **size))
        if not as_json:
            click.echo("\n".join(found[-1].lines()))
    if as_json:
        click.echo(json.dumps([each.as_json() for each in found], indent=2))
