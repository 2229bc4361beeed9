"""What goes wrong without being a fault of ours, in one line each."""

from __future__ import annotations

import click

#: (class, its module) by name: nothing heavy is imported only to be compared with.
EXPECTED = {
    ("ConfigError", "bot.tables"),
    ("Refused", "models.errors"),
    ("CannotStart", "bot.process"),
    ("NoServer", "bot.valkey"),
    ("OperationalError", "sqlalchemy.exc"),
    ("Busy", "models.writing"),
    ("ConnectionError", "redis.exceptions"),
    ("FileNotFoundError", "builtins"),
    ("PermissionError", "builtins"),
    ("IsADirectoryError", "builtins"),
}


def explained(error: Exception) -> tuple[str | None, int]:
    """The line to print and the exit code; no line for what is a bug, which shows its traceback."""
    if isinstance(error, click.UsageError):
        where = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
        return error.format_message().rstrip(".") + where, 2
    if isinstance(error, click.ClickException):
        return error.format_message(), error.exit_code
    if "no such table" in str(error) or "UndefinedTable" in str(error):
        return "the database is not at this release: jiafang db upgrade", 1
    if {(c.__name__, c.__module__) for c in type(error).__mro__} & EXPECTED:
        return _line(error), 1
    return None, 1


def _line(error: Exception) -> str:
    # SQLAlchemy adds the statement and its values, which nobody on a terminal should read.
    cause = getattr(error, "orig", None) or error
    words = " ".join(str(cause).split())
    return f"the database: {words}" if cause is not error else words or type(error).__name__
