"""`jiafang show …`: a visit, a student or what is owed to somebody, for people and for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

CLASS = click.option("--class", "class_name", help="The student's class, where names are the same.")
SCHOOL = click.option("--school", "key", help="Its key in the configuration; needed when there are several.")
JSON = click.option("--json", "as_json", is_flag=True, help="For a program.")
UNSEAL = click.option("--unseal", metavar="REASON", help="Also what is sealed; that it was read, and why, is kept.")

PHOTOS = click.option(
    "--photos", type=click.Path(file_okay=False, path_type=Path), help="Folder for the record's photos; needs --unseal."
)


@click.group()
def show() -> None:
    """Show a visit, a student or a notification."""


@show.command()
@click.argument("who", metavar="STUDENT|ID")
@click.option("--all", "every", is_flag=True, help="All visits of the student, the newest first.")
@CLASS
@UNSEAL
@PHOTOS
@JSON
@SCHOOL
def visit(key: str | None, as_json: bool, **wish: Any) -> None:
    """Show the student's visit that is open, else the newest; or the visit of that number."""
    from bot.cli.show_visit import Wish, show_visit

    show_visit(Wish(**wish), key, as_json)


@show.command()
@click.argument("name")
@CLASS
@UNSEAL
@JSON
@SCHOOL
def student(name: str, class_name: str | None, unseal: str | None, as_json: bool, key: str | None) -> None:
    """Show what the school has on one student."""
    from bot.cli.show_student import show_student

    show_student(name, class_name, key, as_json, unseal)


@show.command()
@click.argument("name")
@CLASS
@JSON
@SCHOOL
def notification(name: str, class_name: str | None, as_json: bool, key: str | None) -> None:
    """Show what is or was owed to a person, or to a student's family."""
    from bot.cli.show_notification import show_notification

    show_notification(name, class_name, key, as_json)
