"""A steady load at the real door: so many messages a second, none of the accepted lost; then one phone floods."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import click
import sqlalchemy as sa

from bot import valkey
from bot.cli.bench.doors import opened
from bot.cli.bench.figures import Found
from bot.cli.bench.paced import Paced, post_paced
from bot.cli.bench.place import Place, place
from bot.cli.bench.posting import Post
from bot.cli.bench.webhook import HOST, PORT, account_of, asked, confirmed, said
from bot.ports import next_free
from jobs.upkeep import Upkeep
from models.inbox import LET_BE, Inbound
from models.notification import Notification
from models.visit import Visit

RATE, SECONDS = 100, 60
FLOOD = 50  #: messages a second from one phone
WARM = 4  #: seconds before what counts
SPELL = 4  #: seconds from one message of a phone to its next
BURST = 40  #: what an account has unless it says otherwise; the sandbox's own lets more in
#: What they say, each in this order and beginning with another; one in four is a yes to a proposal or an answer.
TALK = ("confirm", "my_visits", "child_teachers", "smalltalk")


def measure(database: str | None, rate: int = RATE, seconds: int = SECONDS, doors: int = 1) -> Found:
    """First everybody, then half as many beside one phone that floods; on PostgreSQL maybe at several doors.

    Before that a few seconds at a quarter of the pace: a door that has just opened puts its statements into words.
    """
    with place(database, BURST) as here, valkey.running(here.config.data / "redis"):
        spell, half = min(SPELL, seconds), max(rate // 2, 1)
        many, few = rate * spell, max(rate // 4, 1)
        openids = asked(here, many + half * spell + 1 + few)
        where = f"{here.database}, {doors} of gunicorn with 8 threads"
        found = Found("load", f"{rate} messages a second for {seconds} s, {where}")
        with _opened(here, doors) as urls, _checkpoints(here):
            warm = post_paced(urls, _talk(here, openids[-few:], few * WARM), few)
            steady = post_paced(urls, _talk(here, openids[:many], rate * seconds), rate)
            found.rows["steady"] = steady.figures()
            others, flood = _flooded(here, urls, openids[many:-few], half, seconds)
        found.rows |= {"beside a flood": others.figures(), "the flood": flood.figures()}
        groups = (few, few * WARM), (many, rate * seconds), (half * spell, half * seconds), (1, FLOOD * seconds)
        found.also = _counted(here, sum(_yeses(*group) for group in groups), warm, steady, others, flood)
    return found


def _talk(here: Place, openids: list[str], many: int) -> list[Post]:
    """So many messages, each person's as far apart as can be, and of all kinds at any time."""
    account, kinds = account_of(here), len(TALK)
    rounds = (
        [said(account, [openid], TALK[(n + who) % kinds])[0] for who, openid in enumerate(openids)]
        for n in itertools.count()
    )
    return list(itertools.islice(itertools.chain.from_iterable(rounds), many))


def _yeses(people: int, many: int) -> int:
    """How many of these people come to their yes within so many messages of their talk."""
    return sum(-who % len(TALK) * people + who < many for who in range(people))


@contextmanager
def _opened(here: Place, many: int) -> Iterator[list[str]]:
    with ExitStack() as stack:
        numbers = range(many) if many > 1 else [None]
        yield [stack.enter_context(opened("ours", next_free(HOST, PORT), here.config, n)) for n in numbers]


def _flooded(here: Place, urls: list[str], openids: list[str], rate: int, seconds: int) -> tuple[Paced, Paced]:
    """All but one at their pace, and the one at fifty a second."""
    talk, flood = _talk(here, openids[:-1], rate * seconds), _talk(here, openids[-1:], FLOOD * seconds)
    with ThreadPoolExecutor(2) as pool:
        others = pool.submit(post_paced, urls, talk, rate)
        one = pool.submit(post_paced, urls, flood, FLOOD)
        return others.result(), one.result()


def _counted(here: Place, yeses: int, *parts: Paced) -> dict[str, float]:
    """What the database has of it; fails when anything accepted is lost, or had another effect than one."""
    accepted = sum(part.accepted for part in parts)
    with here.sessions() as session:
        kept = session.scalar(sa.select(sa.func.count()).select_from(Inbound)) or 0
        let_be = session.scalar(sa.select(sa.func.count()).where(Inbound.state == LET_BE)) or 0
        told = sa.select(sa.func.count()).where(Notification.kind == "visit.confirmed")
        news, visits = session.scalar(told) or 0, session.scalar(sa.select(sa.func.count(Visit.id))) or 0
    # What was refused may have been stored all the same, when the answer alone was lost.
    lost = max(accepted - kept, 0)
    missing = sum(part.refused + part.unsaid for part in parts)
    if lost or news != confirmed(here) or news < yeses - missing:
        raise click.ClickException(f"load: {accepted} accepted, {kept} kept; {yeses} said yes, {news} told")
    return {"lost": lost, "let be": let_be, "asked": visits, "said yes, once each": news}


@contextmanager
def _checkpoints(here: Place) -> Iterator[None]:
    """What the beat does beside the web process: it takes SQLite's log into the database."""
    upkeep, over = Upkeep(here.sessions, "bench"), threading.Event()

    def beat() -> None:
        while not over.wait(1):
            upkeep.keep()

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
