"""How much memory the web process has after very many turns: what grows with them would end it some night."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click
from flask.testing import FlaskClient

from bot import valkey
from bot.app import create_app
from bot.cli.bench.figures import Found
from bot.cli.bench.place import Place, place
from bot.cli.bench.posting import Post
from bot.cli.bench.webhook import account_of, asked, said
from jobs.upkeep import Upkeep

TURNS, PHONES = 100_000, 500
#: What the phones say by turns; short, for it is the number that counts.
TALK = ("smalltalk", "child_teachers")
_PAGE = os.sysconf("SC_PAGE_SIZE") / 2**20


def measure(database: str | None, turns: int = TURNS) -> Found:
    """Turns in this process, through the whole application; looked at after a tenth, a half and all of them."""
    with place(database) as here, valkey.running(here.config.data / "redis"):
        openids, upkeep = asked(here, PHONES), Upkeep(here.sessions, "bench")
        client = create_app(here.config, here.sessions).test_client()
        found = Found("memory", f"{turns} turns of {PHONES} phones in one process, {here.database}")
        stops, done, begun = {turns // 10, turns // 2, turns}, 0, time.process_time()
        while done < turns:
            for post in _round(here, openids, done // PHONES)[: turns - done]:
                _post(client, post)
                done += 1
                if done in stops:
                    cpu = (time.process_time() - begun) / done * 1000
                    found.rows[f"after {done}"] = {"resident MB": _resident(), "cpu ms a turn": cpu}
            upkeep.keep()
    found.compare("resident MB", f"after {turns}", f"after {turns // 10}")
    return found


def _round(here: Place, openids: list[str], number: int) -> list[Post]:
    return said(account_of(here), openids, TALK[number % len(TALK)])


def _post(client: FlaskClient, post: Post) -> None:
    answer = client.post(post.path, data=post.body)
    if answer.status_code != 200:
        raise click.ClickException(f"memory: a turn was answered {answer.status_code}")


def _resident() -> float:
    """What this process holds of the machine's memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
