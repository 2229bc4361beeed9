"""Whom to visit next (P12): key students and what fell through first, neighbours together; a tap begins the booking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.neighbours import shared
from handlers.pupils import full
from handlers.registry import TEACHER, Words, command, command_for, tapped
from handlers.running import run
from handlers.texts import say
from handlers.turn import Say, TapMaker, Turn
from models.conversation import Tap
from models.coverage import Period, Standing
from models.duties import Duties
from models.person import Person
from models.student import Student
from models.whom_next import Next, addresses, owed_by

POOL = 40  #: so many addresses are opened at most to look for neighbours
TOGETHER = 3  #: homes near each other that are proposed in one go: an afternoon's round


@dataclass(frozen=True)
class Proposal:
    """A child to be visited, and why; or near whom it lives."""

    standing: Standing
    near: str = ""  #: the child to whom it is near
    place: str = ""


@command(TEACHER, "whom_next")
def whom_next(turn: Turn, words: Words) -> Say:
    """下一个该家访谁"""
    duties = Duties.of(turn.person)
    if not (duties.homeroom or duties.taught or duties.mentees):
        return Say(say("whom.no_students"))
    owed = owed_by(turn.session, turn.person, Period.of(turn.school, turn.now), turn.now)
    if not owed.children or (owed.share and not owed.share.owed):
        return Say(say("whom.share_done" if owed.share else "whom.nobody"))
    found = proposals(turn.session, turn.person, owed.children, turn.now)
    return Say("\n".join([head(owed), *lines(found), say("whom.foot")]), taps(turn.tap, found))


def head(owed: Next) -> str:
    """How many are still to be booked, of each child or of a share (P6)."""
    return say("whom.share", n=owed.share.owed) if owed.share else say("whom.head", n=len(owed.children))


@tapped("whom.next")
def tap_next(turn: Turn, tap: Tap) -> Say:
    return whom_next(turn, {}) if turn.staff else Say(say("unclear.stale_tap"))


def proposals(session: Session, person: Person, owed: Sequence[Standing], now: datetime) -> list[Proposal]:
    """The first few; whoever lives near one of them comes right behind."""
    pool, many = list(owed[:POOL]), person.school.policy.whom_next
    homes = addresses(session, person, [s.student_id for s in pool if not s.home_refused], now)
    found: list[Proposal] = []
    while pool and len(found) < many:
        first = pool.pop(0)
        found.append(Proposal(first))
        near = [(s, shared(homes.get(first.student_id, ""), homes.get(s.student_id, ""))) for s in pool]
        close = [Proposal(s, first.name, place) for s, place in near if place]
        found += close[: min(TOGETHER - 1, many - len(found))]
        taken = {p.standing.student_id for p in found}
        pool = [s for s in pool if s.student_id not in taken]
    return found


def lines(found: Sequence[Proposal]) -> list[str]:
    """Each child with its class and the reason."""
    return [say("whom.line", student=p.standing.name, school_class=p.standing.school_class, why=_why(p)) for p in found]


def _why(proposal: Proposal) -> str:
    s = proposal.standing
    reasons = [say("whom.key")] if s.is_key else []
    reasons += [say("whom.fell_through")] if s.fell_through else []
    reasons += [say("whom.home_refused")] if s.home_refused else []
    reasons += [say("whom.near", student=proposal.near, place=proposal.place)] if proposal.near else []
    return say("list.and").join(reasons or [say("whom.owed")])


def taps(new: TapMaker, found: Sequence[Proposal]) -> list[Tap]:
    """Each begins a booking."""
    return [
        new("whom.book", say("label.visit_family", student=p.standing.name), subject_id=p.standing.student_id)
        for p in found
    ]


@tapped("whom.book")
def tap_book(turn: Turn, tap: Tap) -> Say:
    """As if the name had been said: what is missing is asked for, and nothing goes out unseen."""
    student = turn.session.get(Student, tap.subject_id)
    if turn.staff is None or student is None or student.left_at or not student.in_reach_of(turn.staff):
        return Say(say("unclear.stale_tap"))
    book = command_for(TEACHER, "book")
    assert book is not None
    said = run(turn, TEACHER, "book", {"students": [student.id], "ask": []}, book)
    return Say(say("whom.begun", full=full(student)) + "\n" + said.text, said.taps)
