"""A guardian's yes, the whole turn through the real server, beside an echo that only decrypts and encrypts."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from urllib.parse import urlencode

import click
import sqlalchemy as sa

from bot import valkey
from bot.app import create_app
from bot.cli.bench import doors, town
from bot.cli.bench.figures import Figures, Found, percentile
from bot.cli.bench.place import Place, place
from bot.cli.bench.posting import Post, Run, post_all
from bot.config import Account
from bot.ports import next_free
from bot.sandbox import pushes
from bot.sandbox.sealing import seal_push
from handlers.registry import GUARDIAN, command_for
from models import sealed
from models.base import writing
from models.conversation import Conversation
from models.identity import Identity
from models.visit import Visit
from models.visit_life import CONFIRMED

HOST, PORT = "127.0.0.1", 8700
ROUNDS, ALONE, TOGETHER, CONNECTIONS = 5, 40, 80, 8
_numbers = itertools.count(10**15)


def measure(database: str | None, rounds: int = ROUNDS) -> Found:
    """Latency one after the other, throughput over eight connections; ours and floor by turns."""
    with place(database) as here, valkey.running(here.config.data / "redis"):
        spare, openids = 3, asked(here, rounds * (ALONE + TOGETHER) + 3)
        statements = _statements(here, openids[:spare])
        with doors.opened("ours", next_free(HOST, PORT), here.config) as ours, _floor(here) as floor:
            runs = _rounds(account_of(here), openids[spare:], ours, floor, rounds)
        agreed = confirmed(here)
        if any(run.failed for kind in runs.values() for run in kind) or agreed != len(openids):
            raise click.ClickException(f"webhook: {agreed} of {len(openids)} turns did what they should")
        found = Found("webhook", f"a guardian's yes, {here.database}, gunicorn with 8 threads")
        found.rows = {name: _figures(runs[f"{name} alone"], runs[f"{name} together"]) for name in ("ours", "floor")}
    for figure in ("p50 ms", "p99 ms", "turns/s"):
        found.compare(figure)
    found.also["statements per turn"] = statements
    return found


def _floor(here: Place) -> AbstractContextManager[str]:
    return doors.opened("floor", next_free(HOST, PORT + 1), here.config)


def account_of(here: Place) -> Account:
    """The account that everybody writes to."""
    return here.config.wechat[town.ACCOUNT]


def asked(here: Place, many: int) -> list[str]:
    """So many mothers who have written before and are asked about a visit."""
    now = datetime.now(UTC)
    with writing(here.sessions, 60) as session:
        families = town.settle(session, many, now)
        town.propose(session, families, now)
        rows = session.scalars(sa.select(Identity.id)).all()
        session.add_all(Conversation(identity_id=row, data_key=sealed.new_key(), changed_at=now) for row in rows)
    here.count()
    return [family.openid for family in families]


def said(account: Account, openids: Sequence[str], intent: str = "confirm") -> list[Post]:
    """What each says, signed and encrypted; a guardian's example of that intent."""
    command = command_for(GUARDIAN, intent)
    words, now = (command.__doc__ or "").strip(), int(time.time())
    posts = []
    for openid in openids:
        xml = pushes.push_xml(account, openid, now, "text", pushes.text(words, next(_numbers)))
        push = seal_push(account, openid, xml, now)
        posts.append(Post(f"/wechat/{account.name}?{urlencode(push.query)}", push.body))
    return posts


def _statements(here: Place, openids: Sequence[str]) -> float:
    """SQL statements of one turn, in this process."""
    client, counted = create_app(here.config, here.sessions).test_client(), [0]

    def count(*_: object) -> None:
        counted[0] += 1

    for post in said(account_of(here), openids):
        # The first ones find caches empty.
        counted[0] = 0
        sa.event.listen(here.engine, "before_cursor_execute", count)
        client.post(post.path, data=post.body)
        sa.event.remove(here.engine, "before_cursor_execute", count)
    return counted[0]


def _rounds(account: Account, openids: list[str], ours: str, floor: str, rounds: int) -> dict[str, list[Run]]:
    left = iter(openids)
    runs: dict[str, list[Run]] = {f"{name} {how}": [] for name in ("ours", "floor") for how in ("alone", "together")}
    for _ in range(rounds):
        for how, many, connections in (("alone", ALONE, 1), ("together", TOGETHER, CONNECTIONS)):
            posts = said(account, list(itertools.islice(left, many)))
            for name, url in (("floor", floor), ("ours", ours)):
                runs[f"{name} {how}"].append(post_all(url, posts, connections))
    return runs


def _figures(alone: Sequence[Run], together: Sequence[Run]) -> Figures:
    took, busy = list(_took(alone)), list(_took(together))
    return {
        "p50 ms": percentile(took, 0.5),
        "p99 ms": percentile(took, 0.99),
        "busy p50 ms": percentile(busy, 0.5),
        "busy p99 ms": percentile(busy, 0.99),
        "turns/s": len(busy) / sum(run.seconds for run in together),
    }


def _took(runs: Sequence[Run]) -> Iterator[float]:
    return itertools.chain.from_iterable(run.took for run in runs)


def confirmed(here: Place) -> int:
    """How many visits have been said yes to."""
    with here.sessions() as session:
        return session.scalar(sa.select(sa.func.count()).where(Visit.state == CONFIRMED)) or 0
