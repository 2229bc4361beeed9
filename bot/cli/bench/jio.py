"""JioNLP, where somebody has installed it: finds the times of a Chinese sentence, and nothing else that ours does."""

from __future__ import annotations

import contextlib
import importlib
import io
from collections.abc import Callable
from datetime import datetime

#: Not one of our extras: it is Apache-2.0, but comes with jiojio, which is GPL-3.0, and 100 MB of wheels.
HOW = "understand: `pip install jionlp` puts JioNLP beside it (100 MB; it brings jiojio, GPL-3.0)"


def finder(now: datetime) -> Callable[[str], object] | None:
    """Its search for times; none when it is not installed."""
    try:
        # It greets on the output, which may be read by a program.
        with contextlib.redirect_stdout(io.StringIO()):
            jionlp = importlib.import_module("jionlp")
    except ImportError:
        return None
    since = now.timestamp()

    def find(text: str) -> object:
        try:
            return jionlp.ner.extract_time(text, time_base=since)
        except ValueError:  # how it says that it cannot read something
            return None

    return find
