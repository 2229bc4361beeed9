"""Two turns of one person at the same moment: the later one knows what the earlier one has left in the air (rel.I3)."""

from __future__ import annotations

import threading
import time

import pytest

from models.base import Sessions, writing
from models.conversation import Conversation
from models.identity import Identity
from tests.cast import at, enter

NOW = at("11-23 08:00")


@pytest.mark.rule("rel.I3")
def test_who_had_to_wait_reads_the_conversation_as_it_is_then(sessions: Sessions) -> None:
    with writing(sessions) as session:
        openid = f"openid-of-{enter(session).mother.id}"
    seen: list[str] = []

    def turn(word: str, pause: float) -> None:
        with writing(sessions, 5.0) as session:
            identity = Identity.of(session, "demo", openid, lock=True)
            assert identity is not None
            conversation = Conversation.of(session, identity.id, NOW)
            seen.append(conversation.state.get("said", ""))
            time.sleep(pause)
            conversation.keep({"said": conversation.state.get("said", "") + word}, NOW)

    turn("a", 0)
    first, second = (threading.Thread(target=turn, args=each) for each in (("b", 0.4), ("c", 0)))
    first.start()
    time.sleep(0.15)
    second.start()
    first.join()
    second.join()
    assert seen == ["", "a", "ab"]
