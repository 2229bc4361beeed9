"""The command line: quick to help, and what goes wrong is one line and an exit code."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import COMMANDS

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def jiafang(tmp_path: Path) -> Run:
    """The real command in a folder without a configuration."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("JIAFANG_", "REDIS_URL"))}

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot", *words]
        environment = {**clean, "PYTHONPATH": os.fspath(Path.cwd()), **environment}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False, input=""
        )

    return run


def test_help_names_every_command_and_imports_nothing_heavy(jiafang: Run) -> None:
    began = time.monotonic()
    shown = jiafang("--help")
    took = time.monotonic() - began
    assert all(f"\n  {name}" in shown.stdout for name in COMMANDS)
    assert took < 2, "0.1 s on a machine that does nothing else"
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, bot.cli; print(*sys.modules)"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"sqlalchemy", "flask", "redis", "rq", "wechatpy", "cryptography", "tomllib"} & set(loaded)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["frob"], "No such command 'frob' (see jiafang --help)"),
        (["run", "--frob"], "No such option '--frob'"),
        (["bench", "frob"], "'frob' is not one of"),
        (["--config", "nowhere.toml", "config", "show"], "cannot read nowhere.toml: No such file or directory"),
        (["roster", "import", "nowhere.xlsx"], "nowhere.xlsx"),
        (["--config", "a.toml", "config", "show"], "a.toml: [web] prot: unknown key; did you mean port?"),
        (["codes"], "the database is not at this release: jiafang db upgrade"),
        (["--config", "pg.toml", "db", "upgrade"], "the database: connection failed"),
    ],
)
def test_what_goes_wrong_is_one_line(jiafang: Run, tmp_path: Path, words: list[str], said: str) -> None:
    sandbox = Path("bot/sandbox/sandbox.toml").read_text(encoding="utf-8")
    (tmp_path / "a.toml").write_text("[web]\nprot = 1\n", encoding="utf-8")
    url = "postgresql+psycopg://nobody:canary@127.0.0.1:1/nowhere"
    (tmp_path / "pg.toml").write_text(f'{sandbox}\n[database]\nurl = "{url}"\n', encoding="utf-8")
    done = jiafang(*words)
    assert done.returncode != 0
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("jiafang: ")
    assert "canary" not in done.stderr


def test_the_doctor_says_what_to_do_and_fails_until_it_is_done(jiafang: Run) -> None:
    before = jiafang("doctor")
    assert before.returncode == 1
    assert "fail  database    is at nothing, this release needs" in before.stdout
    assert "jiafang db upgrade" in before.stdout
    assert "Traceback" not in before.stderr
    assert jiafang("db", "upgrade").returncode == 0
    assert jiafang("db", "check").returncode == 0
    assert "ok    database" in jiafang("doctor").stdout


def test_a_master_key_is_never_replaced(jiafang: Run, tmp_path: Path) -> None:
    assert jiafang("config", "key").returncode == 0
    key = (tmp_path / "data/master.key").read_text()
    again = jiafang("config", "key")
    assert again.returncode == 1
    assert "exists" in again.stderr
    assert (tmp_path / "data/master.key").read_text() == key
    assert key.strip() not in jiafang("config", "show").stdout


def test_a_folder_of_its_own_is_named_before_the_command(jiafang: Run, tmp_path: Path) -> None:
    assert f'data = "{tmp_path}/other"' in jiafang("--data", "other", "config", "show").stdout
