"""Emptying the outbox against a platform that answers at once, or after 80 ms, beside the bare posts."""

from __future__ import annotations

import gc
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median

import click
import sqlalchemy as sa
import urllib3

from bot import valkey
from bot.cli.bench import far_side, town
from bot.cli.bench.figures import Found
from bot.cli.bench.place import Place, place
from bot.clock import Clock
from bot.wechat.client import WeChat, connect
from jobs.context import World
from jobs.delivery import Delivery
from jobs.worker import AT_ONCE
from models.base import writing
from models.notification import PENDING, SENT, Notification
from models.telling import tell

LETTERS, ROUNDS, CONNECTIONS = 1152, 3, 32
DELAYS = {"0 ms": 0.0, "80 ms": 0.08}
#: The account's own pace is policy, not speed.
NO_PACE = 1_000_000
Took = tuple[float, float]  #: seconds, by the clock and of work


def measure(database: str | None, letters: int = LETTERS, rounds: int = ROUNDS) -> Found:
    """Messages a second, and milliseconds of this process's own work for each; ours and raw by turns."""
    with place(database) as here, valkey.running(here.config.data / "redis") as redis_url:
        _owe(here, letters)
        found = Found("send", f"{letters} messages due, {here.database}, {CONNECTIONS} at once")
        for name, delay in DELAYS.items():
            with far_side.running(delay) as url:
                world = _world(here, url, redis_url)
                runs = [(_bare(url, letters), _ours(world, letters)) for _ in range(rounds)]
            for who, took in zip(("floor", "ours"), zip(*runs, strict=True), strict=True):
                wall, worked = (median(each) for each in zip(*took, strict=True))
                found.rows[f"{who} {name}"] = {"messages/s": letters / wall, "cpu ms": 1000 * worked / letters}
            for figure in ("messages/s", "cpu ms"):
                found.compare(figure, f"ours {name}", f"floor {name}")
    return found


def _owe(here: Place, letters: int) -> None:
    """Every mother is owed the proposal of a visit."""
    now = datetime.now(UTC)
    with writing(here.sessions, 60) as session:
        families = town.settle(session, letters, now)
        for family, visit in zip(families, town.propose(session, families, now), strict=True):
            tell(session, visit, "visit.offer", [family.mother], now)
    here.count()


def _world(here: Place, url: str, redis_url: str) -> World:
    account = replace(here.config.wechat[town.ACCOUNT], api_base=url, pace=NO_PACE)
    config = replace(here.config, wechat={account.name: account})
    store = connect(redis_url)
    gc.freeze()  # as `jiafang run` does before its processes part
    client = WeChat(account, store, connections=CONNECTIONS)
    return World(config, here.sessions, Clock(), {account.name: client}, store, CONNECTIONS)


def _ours(world: World, letters: int) -> Took:
    """For all, from the database and back into it."""
    due = sa.update(Notification).values(state=PENDING, due_at=world.clock.now(), attempts=0, done_at=None)
    with writing(world.sessions, 60) as session:
        session.execute(due)
    delivery, begun = Delivery(world), _now()
    while delivery.deliver(AT_ONCE):
        continue
    took = _since(begun)
    with world.sessions() as session:
        sent = session.scalar(sa.select(sa.func.count()).where(Notification.state == SENT))
    if sent != letters:
        raise click.ClickException(f"send: {sent} of {letters} messages went")
    return took


def _bare(url: str, letters: int) -> Took:
    """For as many posts of the same size, by the same library over as many open connections."""
    data = {f"thing{n}": {"value": "x" * 12} for n in range(4)}
    body = json.dumps({"touser": "o" * 28, "template_id": "sandbox-visit", "client_msg_id": "jf-1-1", "data": data})
    http, sent = urllib3.PoolManager(maxsize=CONNECTIONS, block=True, retries=False), body.encode()
    address = f"{url}/cgi-bin/message/template/send?access_token=t"
    begun = _now()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda _: http.request("POST", address, body=sent).data, range(letters)))
    return _since(begun)


def _now() -> Took:
    return time.perf_counter(), time.process_time()


def _since(begun: Took) -> Took:
    wall, worked = _now()
    return wall - begun[0], worked - begun[1]
