"""`jiafang ledger`: a class's list of visits (台账), on the terminal, for a program, or as a workbook."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--class", "class_name", help="One class only.")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.option("--xlsx", "file", type=click.Path(dir_okay=False, path_type=Path), help="Into a workbook.")
@click.option("--school", "key", help="Its key in the configuration; needed when there are several.")
def ledger(class_name: str | None, as_json: bool, file: Path | None, key: str | None) -> None:
    """Print a class's list of visits; nothing in it is sealed."""
    if as_json and file:
        raise click.UsageError("--json and --xlsx exclude each other")
    from bot.cli.ledger_rows import print_ledger

    print_ledger(class_name, key, as_json, file)
