"""Who listens: what the school names is there when it starts, and holds up nobody."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from bot.tables import ConfigError
from bot.wechat import recogniser


def slow(audio: bytes) -> str:
    time.sleep(0.5)
    return "too late"


WRONG = {
    "no such module": ("nowhere.at_all:listen", "ModuleNotFoundError No module named 'nowhere'"),
    "no such function": ("bot.sandbox.media:listen", "AttributeError"),
    "no function": ("bot.sandbox.media:LIFE", "is no function"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_there_stops_the_start_with_one_line(account, name):
    named, said = WRONG[name]
    with pytest.raises(ConfigError) as refusal:
        recogniser.of(replace(account, recogniser=named))
    assert str(refusal.value).startswith(f"[wechat.demo] recogniser: {named}: ")
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_nobody_listens_unless_somebody_is_named(account):
    assert recogniser.of(replace(account, recogniser="")) is None


def test_who_listens_too_long_is_not_waited_for(account, monkeypatch):
    monkeypatch.setattr(recogniser, "PATIENCE", 0.05)
    listen = recogniser.of(replace(account, recogniser=f"{__name__}:slow"))
    with pytest.raises(TimeoutError):
        listen(b"")
