"""A play (剧本) as written: one line is one step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SPOKEN = re.compile(r"(?P<who>\S+?)\s+(?P<sign>>|<!|<)(?:\s+(?P<what>.*))?$", re.DOTALL)
REMARK = re.compile(r"\s{2,}#(\s.*)?$")
LATER = re.compile(r"\+(\d+)\s*([mhd])$")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class BadPlay(ValueError):
    """A line that is no step; the message names file and line."""


@dataclass(frozen=True)
class Step:
    """`verb` is one of school, clock, says, hears, hears_not, fault, runs, fails."""

    number: int
    line: str
    verb: str
    who: str = ""
    what: str = ""


def read_script(path: Path) -> list[Step]:
    """The steps of a file, in order; raises `BadPlay` at the first line that is none."""
    steps = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = REMARK.sub("", raw.strip())
        if line and not line.startswith("#"):
            steps.append(_step(path, number, line))
    return steps


def _step(path: Path, number: int, line: str) -> Step:
    for sign, verb in (("@", "clock"), ("=!", "fails"), ("=", "runs"), ("!", "fault")):
        if line.startswith(sign):
            return Step(number, line, verb, what=line.removeprefix(sign).strip())
    if line.split()[0] == "school" and len(line.split()) == 2:
        return Step(number, line, "school", what=line.split()[1])
    spoken = SPOKEN.match(line)
    if spoken is None:
        raise BadPlay(f"{path}:{number}: not a step: {line}")
    verb = {">": "says", "<": "hears", "<!": "hears_not"}[spoken["sign"]]
    return Step(number, line, verb, spoken["who"], (spoken["what"] or "").strip())


def moment(what: str, now: datetime | None, zone: ZoneInfo) -> datetime:
    """`2026-11-23 08:05` of the school's clock, or `+10m`, `+2h`, `+3d` from now; raises ValueError."""
    later = LATER.match(what)
    if later:
        if now is None:
            raise ValueError("the first @ names a day and an hour")
        return now + timedelta(**{UNITS[later[2]]: int(later[1])})
    return datetime.fromisoformat(what).replace(tzinfo=zone)
