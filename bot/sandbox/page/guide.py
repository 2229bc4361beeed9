"""The guided first visit: what a newcomer does step by step, and by what the page sees that it is done."""

import json
import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

_SATURDAY, _LATE = "{saturday}", 4


def guide(now: datetime) -> list[dict[str, Any]]:
    """The steps, with a Saturday that is far enough away for a reminder on the evening before."""
    saturday = "这周六" if now.weekday() < _LATE else "下周六"
    steps: list[dict[str, Any]] = json.loads(json.dumps(_steps()).replace(_SATURDAY, json.dumps(saturday)[1:-1]))
    return steps


@cache
def _steps() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["step"]
    return steps
