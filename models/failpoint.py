"""Named places where a fault test may end, break or delay a process; a school's own system never arms them."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

KILL, RAISE, HANG = "kill", "raise", "hang"
LONG = 2.5  #: seconds that a process hangs: longer than a push waits for its turn, shorter than WeChat's patience

#: What has happened by then, and what has not.
POINTS: dict[str, str] = {
    "in.opened": "a push is decrypted; nothing is stored",
    "in.begun": "a push has its turn to write; nothing is stored",
    "in.said": "its effect, history and outbox are flushed; its own row is not",
    "in.stored": "all of it is flushed; nothing is committed",
    "in.committed": "all of it is committed; no worker is woken, no answer is given",
    "in.woken": "a worker is woken; no answer is given",
    "hours.settled": "a visit holds its new hours; its history is not written",
    "outbox.owed": "messages are in the outbox; nothing is committed",
    "voice.taken": "a voice message is leased; its sound is not fetched",
    "voice.heard": "its words are known; they have not come in",
    "voice.entered": "its words have had their effect; the job has not ended",
    "photo.taken": "a photo is leased; it is not fetched",
    "photo.fetched": "a photo is here, without what the camera wrote; it is not kept",
    "photo.kept": "a photo is sealed in its record; nothing is committed",
    "photo.written": "a photo is kept; the job has not ended",
    "work.begun": "a job has begun; it has looked at nothing",
    "plan.done": "what is due is in the outbox; the round is not committed",
    "plan.committed": "the round is committed; nobody was told to send",
    "send.claimed": "rows are claimed; nothing is composed or committed",
    "send.composed": "letters are made; the claim is not committed",
    "send.leased": "the claim is committed; nothing was sent",
    "send.begun": "one letter is about to go",
    "send.answered": "WeChat has taken one letter; nobody knows",
    "send.settled": "outcomes are flushed; nothing is committed",
    "send.written": "outcomes are committed; the job has not ended",
    "token.fetched": "WeChat has given a token; nobody else has it",
    "beat.looked": "the beat knows what is due; it has done nothing",
    "beat.struck": "the beat has done what it saw",
}

_folder: Path | None = None


class Broken(RuntimeError):
    """What `raise` raises: a bug as far as anybody can tell."""


def arm(folder: str | None) -> None:
    """From now on a file of a point's name in the folder, with a mode in it, makes the next process there fall."""
    global _folder
    _folder = Path(folder) if folder else None


def reach(point: str) -> None:
    """The process has come to that place."""
    if _folder is not None:
        _fall(_folder, point)


def _fall(folder: Path, point: str) -> None:
    assert point in POINTS, point
    try:
        mode = (folder / point).read_text()
        # Whoever renames it is the one that falls.
        (folder / point).rename(folder / f"{point}.hit")
    except FileNotFoundError:
        return
    if mode == KILL:
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == RAISE:
        raise Broken(point)
    time.sleep(LONG)
