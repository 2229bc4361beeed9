"""The commands about who belongs to the school: roster and binding codes."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def roster() -> None:
    """Import students, guardians and teachers from a file."""


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--school", "key", help="Its key in the configuration; needed when there are several.")
@click.option("--yes", is_flag=True, help="Also when rows have errors or more would leave than usual; nobody asks.")
def roster_import(file: Path, dry_run: bool, key: str | None, yes: bool) -> None:
    """Import FILE (.xlsx or .csv); the same file twice changes nothing."""
    from bot.cli.school import import_roster

    import_roster(file, dry_run, key, yes)


@click.command()
@click.option("--class", "class_name", help="One class only.")
@click.option("--school", "key", help="Its key in the configuration; needed when there are several.")
def codes(class_name: str | None, key: str | None) -> None:
    """Print the binding codes that nobody has used yet; making them anew makes the old ones worthless."""
    from bot.cli.school import print_codes

    print_codes(class_name, key)
