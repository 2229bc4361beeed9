"""`jiafang coverage`: how far classes are with their visits this term, in figures only."""

from __future__ import annotations

import click


@click.command()
@click.option("--class", "class_name", help="One class only.")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.option("--school", "key", help="Its key in the configuration; needed when there are several.")
def coverage(class_name: str | None, as_json: bool, key: str | None) -> None:
    """Print how many students of each class were visited this term; no names."""
    from bot.cli.coverage_rows import print_coverage

    print_coverage(class_name, key, as_json)
