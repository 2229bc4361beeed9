"""The hours at which children are in class (上课时间), by the school's policy."""

from __future__ import annotations

from datetime import time

from models.policy import Policy


def spans(policy: Policy) -> list[tuple[time, time]]:
    """From when to when; raises `ValueError` for what is no such span."""
    found = []
    for written in policy.class_hours:
        first, dash, last = written.partition("-")
        span = time.fromisoformat(first.strip()), time.fromisoformat(last.strip())
        if not dash or span[0] >= span[1]:
            raise ValueError(written)
        found.append(span)
    return found


def touches(policy: Policy, begins: time, ends: time) -> bool:
    """Whether something between these hours of one school day falls into lessons."""
    return any(begins < last and first < ends for first, last in spans(policy))
