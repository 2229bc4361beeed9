"""What a guardian wants."""

from __future__ import annotations

from handlers.understanding.reading import Reading
from handlers.understanding.utterance import Utterance


def read_guardian(said: Utterance) -> Reading:
    return Reading("message")
