"""The commands that stay: the supervisor, and each of its processes alone for a district's own supervisor."""

from __future__ import annotations

import click

from bot import config as configuration


@click.command()
@click.option("--port", type=int, help="Where to look, instead of the configured port.")
def run(port: int | None) -> None:
    """Start everything and keep it going until Ctrl-C."""
    from bot.run import run as supervise

    supervise(configuration.load(), port)


@click.command()
@click.option("--door", type=click.IntRange(0, 99), help="Which of several doors here, from 0: so many ports further.")
def web(door: int | None) -> None:
    """Serve WeChat's webhook, the mini-program's API and the pages."""
    from bot.process import begin, serve_web
    from bot.server import keep_to_core

    config = configuration.load()
    if door is not None:
        keep_to_core(door)
        config = config.listening(config.web.port + door, config.sandbox.port)
    serve_web(begin(config, "web"))


@click.command()
def worker() -> None:
    """Do what the queue says, for one queue."""
    from bot.process import begin
    from jobs.worker import work

    work(begin(configuration.load(), "worker"))


@click.command()
def beat() -> None:
    """Find what has become due; any number may run."""
    from bot.process import begin
    from jobs.beat import run as strike

    strike(begin(configuration.load(), "beat"))


@click.command()
def sandbox() -> None:
    """Serve a WeChat of our own; it refuses a configuration that names a real account."""
    from bot.process import begin
    from jobs.coming import Coming

    config = configuration.load()
    if not config.sandbox.enabled:
        raise configuration.ConfigError(f"{config.source}: [sandbox] enabled is not true")
    from bot.sandbox.web import serve

    serve(begin(config, "sandbox"), Coming)
