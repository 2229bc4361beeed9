"""The sandbox's file: chats, windows, permits and tokens survive a restart; real accounts never enter."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.accounts import RealAccount
from bot.sandbox.platform import Platform
from bot.sandbox.store import Store


def test_everything_is_there_again_after_a_restart(bot: Any, clock: Any, tmp_path: Path, mother: str) -> None:
    def start() -> Platform:
        return Platform([bot.account], clock.now, lambda account: "http://127.0.0.1:9/", tmp_path / "sandbox.db")

    first = start()
    first.add_phone("demo", mother, "张小明妈妈", following=True)
    first.courier.carry = lambda push: []  # type: ignore[method-assign]
    with first.lock:
        first.message(mother, "text", {}, "老师好")
        first.windows.take(mother, clock.now())
        first.permits.accept(mother, "tpl-visit")
        token = first.tokens.stable("demo")[0]
    first.close()
    again = start()
    assert [message.text for message in again.messages(mother)] == ["老师好"]
    assert again.windows.left(mother, clock.now())[0] == 4
    assert again.permits.left(mother, "tpl-visit") == 1
    assert again.tokens.stable("demo")[0] == token
    again.close()


def test_what_is_put_again_keeps_its_place(tmp_path: Path) -> None:
    store = Store(tmp_path / "sandbox.db")
    for key in ("first", "second", "first"):
        store.put("phone", key, key)
    assert list(store.all("phone")) == ["first", "second"]
    store.close()


def test_a_real_account_is_refused(bot: Any, clock: Any) -> None:
    real = replace(bot.account, appid="wx1234567890abcdef")
    with pytest.raises(RealAccount, match="invented accounts only"):
        Platform([real], clock.now, lambda account: "")
