"""`jiafang bench`: every benchmark runs and compares; how fast it was is for people to judge."""

from __future__ import annotations

import click
import pytest

from bot.cli import bench
from bot.cli.bench import due, lists, load, memory, send, understand, webhook
from bot.cli.bench.figures import Found, percentile
from bot.sandbox.big_school import ASKED


def test_ours_stands_beside_the_floor() -> None:
    found = Found("due", "500 rows", {"floor": {"ms": 2.0}, "ours": {"ms": 5.0}}, also={"rows": 500})
    found.compare("ms")
    assert found.as_json()["ratios"] == {"ms ours/floor": 2.5}
    assert [line.split() for line in found.lines()][1:] == [
        ["ms"],
        ["floor", "2.000"],
        ["ours", "5.000"],
        ["x2.50", "ms", "ours/floor"],
        ["rows:", "500"],
    ]


@pytest.mark.parametrize(("part", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_one_of_the_values(part: float, value: int) -> None:
    assert percentile(list(range(100, 0, -1)), part) == value


def test_there_is_no_api_to_measure_yet() -> None:
    with pytest.raises(click.UsageError, match="no JSON API yet"):
        bench.run("api", None, as_json=False)


def test_a_sentence_is_understood_while_nobody_waits() -> None:
    found = understand.measure(None, messages=60, processes=1)
    assert set(found.rows) == {"teacher", "guardian", "floor"}
    assert found.rows["teacher"]["mean ms"] < 5


@pytest.mark.slow
def test_a_small_outbox_is_searched_and_left_as_it_was() -> None:
    found = due.measure(None, rows=10_000, rounds=1)
    assert list(found.ratios) == [f"{figure} ms ours 10,000/floor 10,000" for figure in ("find", "claim", "look")]


@pytest.mark.slow
def test_a_small_outbox_is_emptied() -> None:
    found = send.measure(None, letters=40, rounds=1)
    assert min(row["messages/s"] for row in found.rows.values()) > 0


@pytest.mark.slow
def test_some_guardians_say_yes_at_the_real_door() -> None:
    found = webhook.measure(None, rounds=1)
    assert found.also["statements per turn"] <= 20
    assert found.as_json()["rows"]["ours"]["p50 ms"] > 0


@pytest.mark.slow
@pytest.mark.rule("rel.I5")
def test_every_list_of_a_school_of_3600_guardians_takes_less_than_a_tenth_of_a_second() -> None:
    found = lists.measure(None, rounds=3)
    # What the process itself works: by the clock a busy machine may take several times as long.
    assert {name: row["cpu ms"] for name, row in found.rows.items() if row["cpu ms"] >= 100} == {}
    assert len(found.rows) == sum(map(len, ASKED.values()))


@pytest.mark.slow
@pytest.mark.rule("rel.I1", "rel.T16")
def test_under_load_and_beside_a_flood_nothing_that_was_accepted_is_lost() -> None:
    found = load.measure(None, rate=20, seconds=3)
    assert found.also["lost"] == 0
    # Of three seconds' flood the bucket lets in some forty.
    assert found.also["let be"] > 0 == found.rows["steady"]["refused"]


@pytest.mark.slow
def test_some_turns_more_take_no_more_memory() -> None:
    found = memory.measure(None, turns=1500)
    assert found.ratios["resident MB after 1500/after 150"] < 1.1
