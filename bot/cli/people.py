"""The commands about who belongs to the school: roster and binding codes."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def roster() -> None:
    """Import students, guardians and teachers from a file; give a class another homeroom teacher."""


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--school", "key", help="Its key in the configuration; needed when there are several.")
@click.option("--yes", is_flag=True, help="Also when rows have errors or more would leave than usual; nobody asks.")
def roster_import(file: Path, dry_run: bool, key: str | None, yes: bool) -> None:
    """Import FILE (.xlsx or .csv); the same file twice changes nothing."""
    from bot.cli.school import import_roster

    import_roster(file, dry_run, key, yes)


@roster.command("homeroom")
@click.argument("class_name", metavar="CLASS")
@click.argument("teacher")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--school", "key", help="Its key in the configuration; needed when there are several.")
def roster_homeroom(class_name: str, teacher: str, dry_run: bool, key: str | None) -> None:
    """Give CLASS another homeroom teacher: TEACHER by name or staff number. Visits stay with who arranged them."""
    from bot.cli.homeroom import change_homeroom

    change_homeroom(class_name, teacher, dry_run, key)


@click.command()
@click.option("--class", "class_name", help="One class only.")
@click.option("--school", "key", help="Its key in the configuration; needed when there are several.")
@click.option(
    "--page", "file", type=click.Path(dir_okay=False, path_type=Path), help="Slips to print and cut: FILE.html."
)
def codes(class_name: str | None, key: str | None, file: Path | None) -> None:
    """Print the binding codes that nobody has used yet; making them anew makes the old ones worthless."""
    from bot.cli.codes import print_codes

    print_codes(class_name, key, file)
