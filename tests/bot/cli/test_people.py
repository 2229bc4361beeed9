"""`jiafang roster import` and `jiafang codes`, as the office's administrator runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import main
from bot.config import SANDBOX_FILE
from models.base import make_engine
from models.tables import METADATA

HEAD = "学号,姓名,班级,家长姓名,关系,手机号\n"
CLASS = [f"20240{n},学生{n},三1班,母{n},妈妈,1990000000{n}\n" for n in range(9)]

pytestmark = pytest.mark.usefixtures("school_folder")


@pytest.fixture
def school_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JIAFANG_DATA", str(tmp_path))
    monkeypatch.setenv("JIAFANG_CONFIG", str(SANDBOX_FILE))
    engine = make_engine(f"sqlite:///{tmp_path / 'jiafang.db'}")
    METADATA.create_all(engine)
    engine.dispose()
    return tmp_path


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]):
    """Runs one command: exit status, what it printed, what it complained of."""

    def run(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), out, err

    return run


@pytest.fixture
def file(tmp_path: Path):
    """A roster of these lines."""

    def write(*lines: str) -> Path:
        path = tmp_path / "roster.csv"
        path.write_text(HEAD + "".join(lines), encoding="utf-8-sig")
        return path

    return write


def test_a_dry_run_reports_and_changes_nothing(run, file) -> None:
    for _ in range(2):
        status, out, _ = run("roster", "import", file(*CLASS), "--dry-run")
        assert status == 0
        assert "新增 9，变更 0" in out
        assert "什么都没有改动" in out


def test_an_import_is_done_once(run, file) -> None:
    assert "已导入" in run("roster", "import", file(*CLASS))[1]
    assert run("roster", "import", file(*CLASS))[:2] == (0, "与系统一致，没有变化\n")


def test_progress_is_told_beside_the_report(run, file) -> None:
    _, out, err = run("roster", "import", file(*CLASS))
    assert [line.split()[0] for line in err.splitlines()] == ["读取", "核对", "写入"]
    assert "读取" not in out


def test_a_row_with_an_error_is_named_and_wants_a_yes(run, file) -> None:
    status, out, err = run("roster", "import", file(*CLASS, "77,孙悦,阳光,,,\n"))
    assert status == 1
    assert "文件 第 11 行：看不懂班级“阳光”" in out
    assert err.splitlines()[-1].startswith("jiafang: 没有导入：1 行有错误")
    assert run("codes")[0] == 1  # still without anybody
    status, out, _ = run("roster", "import", file(*CLASS, "77,孙悦,阳光,,,\n"), "--yes")
    assert (status, "已导入" in out) == (0, True)


def test_many_leavers_want_a_yes(run, file) -> None:
    run("roster", "import", file(*CLASS))
    status, out, _ = run("roster", "import", file(*CLASS[1:]))
    assert status == 1
    assert "转出 学生0（三(1)班 202400）" in out
    assert "将有 1 人转出，超过 5%" in out
    assert run("roster", "import", file(*CLASS[1:]), "--yes")[0] == 0


@pytest.mark.parametrize(
    ("name", "line"),
    [("a.xls", "旧版 .xls"), ("a.pdf", "只能导入"), ("a.xlsx", "文件已损坏"), ("a.csv", "文件里没有名册")],
)
def test_a_file_that_is_none_is_refused_in_one_line(run, tmp_path: Path, name: str, line: str) -> None:
    (tmp_path / name).write_bytes(b"nothing")
    status, out, err = run("roster", "import", tmp_path / name)
    assert (status, out) == (1, "")
    assert line in err.splitlines()[-1]


def test_codes_are_printed_for_one_class_or_all(run, file) -> None:
    run("roster", "import", file(*CLASS[:2], "9,李雷,四1班,赵雅琴,妈妈,19900000077\n"))
    assert [line.split()[:3] for line in run("codes", "--class", "三（1）班")[1].splitlines()] == [
        ["三(1)班", "学生0妈妈", "母0"],
        ["三(1)班", "学生1妈妈", "母1"],
    ]
    assert len(run("codes")[1].splitlines()) == 3


@pytest.mark.parametrize(
    ("words", "status", "line"),
    [(("--class", "六9班"), 1, "没有班级"), (("--school", "other"), 2, "the configuration has demo")],
)
def test_codes_of_nobody_are_an_error(run, file, words: tuple[str, ...], status: int, line: str) -> None:
    run("roster", "import", file(*CLASS))
    ended, out, err = run("codes", *words)
    assert (ended, out) == (status, "")
    assert line in err
