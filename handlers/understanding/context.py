"""What a message is read against: who speaks, who is in reach, what was asked last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from handlers.understanding.roster import Known, Roster, Teacher

__all__ = ["Context", "Known", "OpenVisit", "Question", "Roster", "Teacher"]


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """A visit that is still ahead of the speaker; `start` is naive school time."""

    id: int | str = ""
    student: str = ""
    start: datetime | None = None
    form: str = ""
    teacher: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked last: rating, single_choice, yes_no or free_text."""

    type: str
    text: str = ""
    scale: tuple[int, int] = (1, 5)
    labels: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """`pending` is what the speaker owes an answer to: confirmation, offer, survey, shown,
    choice, consent, record, took_place or none."""

    role: str = "teacher"
    me: str = ""
    roster: Roster = field(default_factory=Roster)
    visits: tuple[OpenVisit, ...] = ()
    visit: OpenVisit | None = None
    confirmed: OpenVisit | None = None
    pending: str = "none"
    question: Question | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    quick_replies: Mapping[str, str] = field(default_factory=dict)
    mode: str = ""
    days: tuple[date, date] | None = None  #: first and last of the days already spoken of: a weekday alone is of them
