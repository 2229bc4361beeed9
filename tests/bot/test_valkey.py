"""The queue's own server: on a socket that only we can open, gone when we are."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot import valkey
from bot.config import Config, Redis

HOLD = """
import sys, time
from pathlib import Path
from bot import valkey
with valkey.running(Path(sys.argv[1])) as url:
    print(url, flush=True)
    time.sleep(60)
"""


def test_what_it_holds_survives_its_end(tmp_path: Path) -> None:
    for _ in range(2):
        with valkey.running(tmp_path / "redis") as url:
            client = valkey.connect(url)
            client.incr("times")
    with valkey.running(tmp_path / "redis"):
        assert client.get("times") == b"2"
        assert stat.S_IMODE(valkey.socket_of(tmp_path / "redis").stat().st_mode) == 0o700


def test_it_ends_when_its_owner_is_killed_and_the_next_one_finds_room(tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    url = owner.stdout.readline().strip()
    owner.kill()
    owner.communicate()
    end = time.monotonic() + 10
    while valkey.wait(url, 0.1):
        assert time.monotonic() < end
    with valkey.running(tmp_path) as again:
        assert valkey.connect(again).ping()


def test_a_deep_folder_gets_a_socket_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["very-long-name"] * 8)
    with valkey.running(deep) as url:
        assert len(url) < 108
        assert valkey.connect(url).ping()


def test_somebody_elses_server_is_left_alone(tmp_path: Path) -> None:
    with valkey.running(tmp_path / "a"):
        (tmp_path / "b").mkdir()
        (tmp_path / "b/redis.sock").symlink_to(tmp_path / "a/redis.sock")
        with pytest.raises(valkey.NoServer, match="another server answers"):
            valkey.make_room(tmp_path / "b")


def test_the_environment_wins_over_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config(tmp_path, tmp_path, tmp_path)
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert valkey.address(config) == f"unix://{tmp_path}/redis/redis.sock"
    named = replace(config, redis=Redis(url="redis://127.0.0.1:1/0"))
    assert valkey.address(named) == "redis://127.0.0.1:1/0"
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:2/0")
    assert valkey.address(named) == "redis://127.0.0.1:2/0"
