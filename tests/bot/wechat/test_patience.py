"""A push waits for its turn to write for so long and no longer, however often it is taken up again (rel.I2)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from bot.wechat import turns
from handlers.turn import Answer, Turn
from models.base import Sessions, writing
from models.errors import Refused
from tests.bot.wechat.conftest import Webhooked


@pytest.mark.rule("rel.I2")
def test_the_second_attempt_waits_for_what_the_first_has_left(here: Webhooked, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    @contextmanager
    def watched(factory: Sessions, patience: float, silence: float) -> Iterator[Session]:
        waits.append(patience)
        with writing(factory, patience, silence) as session:
            yield session

    def refuse(turn: Turn) -> Answer | None:
        time.sleep(0.3)
        raise Refused("rounds_over")

    monkeypatch.setattr(turns, "writing", watched)
    here.answering = refuse
    here.say("可以")
    first, second = waits
    assert first == pytest.approx(turns.PATIENCE, abs=0.2)
    assert second < first - 0.25
