"""The command line `jiafang`: the one place, beside the supervisor and the plays, that puts all rooms together."""

from __future__ import annotations

import importlib
import os
import sys

import click

#: command -> (where it is, what it does). A command's module is imported when it is called: `--help` stays quick.
COMMANDS = {
    "run": (
        "bot.cli.serving:run",
        "Start everything and keep it going; without a configuration, in the sandbox.",
    ),
    "web": ("bot.cli.serving:web", "Serve WeChat's webhook, the mini-program's API and the pages."),
    "worker": ("bot.cli.serving:worker", "Do what the queue says, for one queue."),
    "beat": ("bot.cli.serving:beat", "Find what has become due; any number may run."),
    "sandbox": ("bot.cli.serving:sandbox", "Serve a WeChat of our own: API, and telephones to look at."),
    "db": ("bot.cli.keeping:db", "Bring the database to this release, or say whether it is there."),
    "config": ("bot.cli.keeping:config", "Show what is set, secrets masked; make a master key."),
    "backup": ("bot.cli.backup:backup", "Write a whole copy of the database while everything runs."),
    "restore": ("bot.cli.backup:restore", "Put a backup back; what may have been sent since is not sent again."),
    "doctor": ("bot.cli.keeping:doctor", "Look at everything and say what to do about what is wrong."),
    "roster": ("bot.cli.people:roster", "Import people from a file; give a class another homeroom teacher."),
    "codes": ("bot.cli.people:codes", "Print the binding codes that nobody has used yet."),
    "visits": ("bot.cli.visits:visits", "Bring in visits that were already held, from a file."),
    "year": ("bot.cli.year:year", "Take the classes into the next school year."),
    "ledger": ("bot.cli.ledger:ledger", "Print a class's list of visits."),
    "coverage": ("bot.cli.coverage:coverage", "Print how many students of each class were visited this term."),
    "sending": ("bot.cli.sending:sending", "Stop everything that is sent, let it go on, or say how it is."),
    "show": ("bot.cli.show:show", "Show a visit, a student or a notification."),
    "understand": ("bot.cli.trying:understand", "Say what sentences mean, JSON lines in and out."),
    "erase": ("bot.cli.erase:erase", "Erase a student's data for good; list which families have asked for it."),
    "unclear": ("bot.cli.unclear:unclear", "Look through what was not understood, masked; export what may be shown."),
    "play": ("bot.cli.trying:play", "Run scripted conversations against the whole system."),
    "bench": ("bot.cli.trying:bench", "Measure ours beside the bare floor."),
}


class LazyGroup(click.Group):
    """A group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, what) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--config", "config_file", metavar="FILE", help="Default: JIAFANG_CONFIG, ./config.toml, else the sandbox."
)
@click.option("--data", "data_folder", metavar="DIR", help="Where everything is kept. Default: as configured, ./data.")
@click.version_option(package_name="jiafang")
def cli(config_file: str | None, data_folder: str | None) -> None:
    """Home visits through a school's WeChat service account."""
    # Children and plays find the same configuration by the same names.
    if config_file:
        os.environ["JIAFANG_CONFIG"] = config_file
    if data_folder:
        os.environ["JIAFANG_DATA"] = data_folder


def main(args: list[str] | None = None) -> None:
    """Runs one command; what may be expected to go wrong is one line on stderr and a non-zero exit."""
    from bot.cli.errors import explained

    try:
        code = cli.main(args, prog_name="jiafang", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as bare:
        click.echo(bare.format_message())
        code = 0
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe went away; Python must not complain about it on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        line, code = explained(error)
        if line is None:
            raise
        click.echo(f"jiafang: {line}", err=True)
    sys.exit(code if isinstance(code, int) else 0)
