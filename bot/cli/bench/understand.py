"""Understanding a sentence with two thousand names in reach, beside one search for any of the names, and JioNLP."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from statistics import mean, median

import click

from bot.cli.bench import jio, town
from bot.cli.bench.figures import Figures, Found, percentile
from bot.sandbox.demo import demo_roster
from handlers import topics
from handlers.registry import GUARDIAN, TEACHER, examples
from handlers.understanding import Context, Known, OpenVisit, Roster, read, read_moment

NAMES, MESSAGES, PROCESSES = 2000, 2000, 3
IMPORTS = "import time; t = time.perf_counter(); import handlers.understanding; print(time.perf_counter() - t)"


def measure(database: str | None, messages: int = MESSAGES, processes: int = PROCESSES) -> Found:
    """Milliseconds a message; no database has part in it."""
    called = town.names(NAMES)
    begun = time.perf_counter()
    roster = Roster.of([Known(n, name, f"{n // town.SEATS}") for n, name in enumerate(called)])
    built = time.perf_counter() - begun
    now = datetime(2026, 11, 23, 8, 5)  # noqa: DTZ001 - the school's wall clock
    visit = OpenVisit(1, called[0], now + timedelta(days=5))
    teacher = Context("teacher", roster=roster, visits=(visit,))
    guardian = Context("guardian", roster=roster, visits=(visit,), visit=visit, pending="confirmation")
    any_name = re.compile("|".join(map(re.escape, called)))
    found = Found("understand", f"{messages} messages, {NAMES} names in reach")
    for part, context in ((TEACHER, teacher), (GUARDIAN, guardian)):
        said = _said(part, called, messages // 2)
        found.rows[part] = _figures(lambda text, context=context: read(text, now, context), said)  # type: ignore[misc]
    found.rows["floor"] = _figures(any_name.search, _said(TEACHER, called, messages // 2))
    found.compare("mean ms", TEACHER)
    find = jio.finder(now)
    if find is None:
        click.echo(jio.HOW, err=True)
    else:
        said = _said(TEACHER, called, messages // 2)
        found.rows["times"] = _figures(lambda text: read_moment(text, now, teacher), said)
        found.rows["jionlp"] = _figures(find, said)
        found.compare("p50 ms", "times", "jionlp")
        found.compare("p50 ms", TEACHER, "jionlp")
    found.also = {"roster ms": built * 1000, "import ms": median(_imported() for _ in range(processes)) * 1000}
    return found


def _said(part: str, called: Sequence[str], many: int) -> list[str]:
    """What the handlers give as examples (of teachers' those with a name), with other names in them."""
    assert topics  # fills the list of examples
    lot = random.Random(20261123)
    known = re.compile("|".join(re.escape(line.name) for line in demo_roster().students))
    texts = [text for text in examples(part) if part == GUARDIAN or known.search(text)]
    return [known.sub(lot.choice(called), texts[n % len(texts)]) for n in range(many)]


def _figures(way: Callable[[str], object], said: Sequence[str]) -> Figures:
    for text in said[:20]:
        way(text)
    took = []
    for text in said:
        begun = time.perf_counter()
        way(text)
        took.append((time.perf_counter() - begun) * 1000)
    return {"mean ms": mean(took), "p50 ms": percentile(took, 0.5), "p99 ms": percentile(took, 0.99)}


def _imported() -> float:
    done = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, timeout=60, check=True)
    return float(done.stdout)
