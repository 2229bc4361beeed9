"""Who makes words of a voice message: a function that the school names, or nobody (rulings 38)."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from bot.config import Account
from bot.tables import ConfigError

Recogniser = Callable[[bytes], str]
PATIENCE = 20.0  #: seconds; who listens longer is not waited for


def of(account: Account) -> Recogniser | None:
    """The account's recogniser; `ConfigError` when what is named is not there."""
    try:
        return _named(account.recogniser) if account.recogniser else None
    except Exception as error:  # noqa: BLE001 - whatever a module does when it is imported
        why = f"{type(error).__name__} {error}".splitlines()[0]
        raise ConfigError(f"[wechat.{account.name}] recogniser: {account.recogniser}: {why}") from None


@cache
def _named(name: str) -> Recogniser:
    module, _, function = name.partition(":")
    found: Any = getattr(importlib.import_module(module), function)
    if not callable(found):
        raise TypeError("is no function")
    return _bounded(found)


def _bounded(listen: Callable[[bytes], object]) -> Recogniser:
    """The same within `PATIENCE`: a plug that hangs must hold up nobody but the voice it listens to."""

    def recognise(audio: bytes) -> str:
        heard: list[object] = []

        def attempt() -> None:
            try:
                heard.append(listen(audio))
            except Exception as bug:  # noqa: BLE001 - raised again where it is waited for
                heard.append(bug)

        thread = threading.Thread(target=attempt, name="recogniser", daemon=True)
        thread.start()
        thread.join(PATIENCE)
        words = heard[0] if heard else TimeoutError("the recogniser took too long")
        if isinstance(words, Exception):
            raise words
        if not isinstance(words, str):
            raise TypeError("the recogniser gave no text")
        return words

    return recognise
