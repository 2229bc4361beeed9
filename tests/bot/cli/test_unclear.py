"""`jiafang unclear`: nothing leaves the school that nobody has looked at (rulings 43)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot import config as configuration
from bot.cli import main
from bot.config import SANDBOX_FILE
from bot.keys import master_key
from bot.understand import run as understand
from models.base import make_engine, sessions, writing
from models.sealed import use_master_key
from models.tables import METADATA
from models.unclear import Doubt, Unclear
from tests.cast import at, enter

SAID = [
    ("下周三8点去〔名〕家", Doubt("teacher", "none", "book", "time:ampm")),
    ("〔名〕爸爸那个啥", Doubt("guardian", "confirmation", "ask", "unknown")),
    ("我是〔名〕的二姨", Doubt("guardian", "none", "unknown", "unknown")),
]


@pytest.fixture(autouse=True)
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A school with three messages that were not understood."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JIAFANG_DATA", str(tmp_path))
    monkeypatch.setenv("JIAFANG_CONFIG", str(SANDBOX_FILE))
    use_master_key(master_key(configuration.load()))
    engine = make_engine(f"sqlite:///{tmp_path / 'jiafang.db'}")
    METADATA.create_all(engine)
    with writing(sessions(engine)) as session:
        cast = enter(session, "demo")
        for text, doubt in SAID:
            Unclear.keep(session, cast.school.id, text, doubt, at("11-23 08:05"))
    engine.dispose()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]):
    """Runs one command: exit status, what it printed, what it complained of."""

    def run(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["unclear", *map(str, words)])
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def test_the_list_shows_the_masked_words_and_how_they_were_read(run) -> None:
    status, out, _ = run("list")
    assert status == 0
    assert out.splitlines()[0].split() == (
        ["1", "11月23日（周一）上午8:05", "teacher", "none", "book", "time:ampm", "new", "下周三8点去〔名〕家"]
    )


def test_who_has_looked_is_kept(run) -> None:
    run("list", "--by", "周建国")
    run("reject", "2", "--by", "陈静")
    told = json.loads(run("list", "--all", "--json", "--by", "王敏")[1])
    assert [(row["state"], row["looked_by"]) for row in told] == [
        ("new", "王敏"),
        ("rejected", "陈静"),
        ("new", "王敏"),
    ]


@pytest.mark.rule("rulings.43")
def test_only_what_was_approved_is_written_and_nobody_is_named(run, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    run("list")
    run("approve", "1", "2")
    run("reject", "2")
    assert run("export", file)[:2] == (0, f"1 in {file}\n")
    assert [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] == [
        {
            "id": "unclear-1", "text": "下周三8点去〔名〕家", "ref": "2026-11-23T08:05",
            "context": {"role": "teacher", "pending": "none"},
            "result": {"intent": "book", "ask": ["time:ampm"]},
        }
    ]  # fmt: skip


def test_an_exported_row_is_one_that_can_be_read_again(run, tmp_path: Path) -> None:
    run("list")
    run("approve", "2")
    run("export", tmp_path / "rows.jsonl")
    (again,) = understand((tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines(), "guardian")
    assert json.loads(again)["id"] == "unclear-2"


@pytest.mark.rule("rulings.43")
@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("export", "rows.jsonl"), "nothing is approved"),
        (("approve", "1"), "1: nobody has looked yet"),
        (("approve", "1", "9"), "9: nothing of that number"),
    ],
)
def test_nothing_leaves_that_nobody_has_looked_at(run, words: tuple[str, ...], line: str) -> None:
    status, out, err = run(*words)
    assert (status, out) == (1, "")
    assert line in err
    assert not Path("rows.jsonl").exists()
