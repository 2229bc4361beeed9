"""What a message is read against: the names in the speaker's reach and what the speaker owes an answer to."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from threading import Lock

from handlers.offered import numbered
from handlers.texts import say
from handlers.turn import TAP_LIFE, Turn
from handlers.understanding import Context, Known, OpenVisit, Question, Roster
from handlers.understanding import Teacher as Colleague
from models.audience import children_for, may_answer
from models.conversation import Tap
from models.followup import ASKED, EFFECT, FollowUp
from models.person import TEACHING, Person
from models.student import Student
from models.survey import OPEN, Survey
from models.visit import Visit
from models.visit_life import CONFIRMED, GUARDIAN, PROPOSED, UNDER_WAY

Pending = Visit | Survey | FollowUp

_rosters: OrderedDict[tuple[int, int, int], Roster] = OrderedDict()
_gate = Lock()
KEPT = 500  #: indexes in memory at most; one of a whole school is about a megabyte


def roster_for(turn: Turn, person: Person) -> Roster:
    """The index of the names in reach, kept until the school's roster changes (rulings 37)."""
    key = (person.school_id, person.school.roster_version, person.id)
    with _gate:
        if key in _rosters:
            _rosters.move_to_end(key)
            return _rosters[key]
    students = Student.in_reach(turn.session, person)
    teachers = Person.with_role(turn.session, person.school_id, *TEACHING)
    made = Roster.of(
        students=[Known(s.id, s.name, s.school_class.name) for s in students],
        teachers=[Colleague(p.id, p.name) for p in teachers],
        classes=sorted({s.school_class.name for s in students}),
    )
    with _gate:
        _rosters[key] = made
        if len(_rosters) > KEPT:
            _rosters.popitem(last=False)
    return made


def open_visit(visit: Visit, start: datetime | None = None) -> OpenVisit:
    """A visit as the reader wants it: naive times of the school's zone."""
    zone = visit.school.zone
    begins = (start or visit.starts_at).astimezone(zone).replace(tzinfo=None)
    return OpenVisit(visit.id, visit.student.name, begins, say(f"form_said.{visit.form}"), visit.teacher.name)


@dataclass
class Owing:
    """What a guardian or teacher owes an answer to, the newest question first."""

    visits: list[Visit]
    pending: list[Pending]

    @property
    def first(self) -> Pending | None:
        return self.pending[0] if self.pending else None

    def of_visits(self) -> list[Visit]:
        return [p for p in self.pending if isinstance(p, Visit)]


def open_visits(turn: Turn) -> list[Visit]:
    """Visits to come of the speaker's children, soonest first; read once a turn."""
    if turn.visits is None:
        family = turn.family
        turn.visits = [v for p in family for v in Visit.of_guardian(turn.session, p, PROPOSED, CONFIRMED, UNDER_WAY)]
    return turn.visits


def answerable(turn: Turn) -> list[Visit]:
    """Those for which the speaker can answer; who has only some of the siblings cannot answer for all."""
    found = open_visits(turn)
    return [v for v in found if not v.household or any(may_answer(turn.session, v, p) for p in turn.family)]


def owing_guardian(turn: Turn) -> Owing:
    """Open questions to a guardian: proposals, a questionnaire, follow-ups."""
    visits = open_visits(turn)
    surveys = [(s.asked_at, s) for s in open_surveys(turn)[:1]]
    pending: list[tuple[datetime, Pending]] = [*surveys]
    pending += [(q.asked_at, q) for q in _questions(turn) if isinstance(q, FollowUp) and q.state == ASKED]
    pending += [(v.offer_at, v) for v in answerable(turn) if v.asked == GUARDIAN and v.offer_at]
    return Owing(visits, _newest_first(pending))


def _questions(turn: Turn) -> list[Survey | FollowUp]:
    """Read once a turn; what is answered in it shows, for these are the rows themselves."""
    if turn.questions is None:
        turn.questions = []
        for person in turn.family:
            turn.questions += Survey.open_of(turn.session, person.id) if turn.standing.surveys else []
            turn.questions += FollowUp.open_for(turn.session, person.id) if turn.standing.followups else []
    return turn.questions


def open_surveys(turn: Turn) -> list[Survey]:
    """The speaker's unfinished questionnaires, the one asked last first."""
    found = [q for q in _questions(turn) if isinstance(q, Survey) and q.state == OPEN]
    return sorted(found, key=lambda s: s.asked_at, reverse=True)


def owing_teacher(turn: Turn, person: Person) -> Owing:
    """Open questions to a teacher: counter-proposals and follow-ups."""
    visits = Visit.of_teacher(turn.session, person, PROPOSED, CONFIRMED, UNDER_WAY)
    pending: list[tuple[datetime, Pending]] = [(v.offer_at, v) for v in visits if v.asked == "teacher" and v.offer_at]
    pending += [(f.asked_at, f) for f in FollowUp.open_for(turn.session, person.id)]
    return Owing(visits, _newest_first(pending))


def asked_last(turn: Turn, owing: Owing) -> Owing:
    """Of several open questions the one whose choices the speaker saw last, unless another was asked since."""
    ids: list[int] = turn.memory.get("list") or []
    tap = Tap.of(turn.session, ids[0]) if ids and len(owing.pending) > 1 else None
    if tap is None or _asked_at(owing.pending[0]) > tap.expires_at - TAP_LIFE:
        return owing
    kind = {"visit": Visit, "counter": Visit, "survey": Survey, "followup": FollowUp}.get(tap.deed.partition(".")[0])
    seen = [p for p in owing.pending if kind is not None and isinstance(p, kind) and p.id == tap.subject_id]
    return Owing(owing.visits, seen + [p for p in owing.pending if p not in seen])


def _asked_at(pending: Pending) -> datetime:
    at = pending.offer_at if isinstance(pending, Visit) else pending.asked_at
    assert at is not None
    return at


def _newest_first(pending: list[tuple[datetime, Pending]]) -> list[Pending]:
    return [p for _, p in sorted(pending, key=lambda pair: pair[0], reverse=True)]


def guardian_context(turn: Turn, owing: Owing) -> Context:
    """The reader's context for a guardian: the newest open question decides how an answer is read."""
    children = {s.id: s for v in owing.visits for p in turn.family for s in children_for(turn.session, v, p)}
    roster = _of_family(tuple([Known(s.id, s.name, s.school_class.name) for s in children.values()]))
    visits = tuple([open_visit(v) for v in owing.visits])
    settled = (seen for seen, v in zip(visits, owing.visits, strict=True) if v.state in (CONFIRMED, UNDER_WAY))
    base = Context(role="guardian", roster=roster, visits=visits, confirmed=next(settled, None))
    return _with_pending(base, owing.first)


@lru_cache(KEPT)
def _of_family(children: tuple[Known, ...]) -> Roster:
    return Roster.of(children)


def teacher_context(turn: Turn, person: Person, owing: Owing, shown: bool) -> Context:
    """The reader's context for a teacher."""
    return Context(
        role="leader" if person.leads and not person.teaches else "teacher",
        me=person.name,
        roster=roster_for(turn, person),
        visits=tuple(open_visit(v) for v in owing.visits),
        pending="shown" if shown else "none",
    )


def _with_pending(base: Context, first: Pending | None) -> Context:
    if isinstance(first, Visit) and len(first.slots) > 1:
        return replace(base, pending="offer", options=numbered(first), visit=open_visit(first, first.offer_starts_at))
    if isinstance(first, Visit):
        return replace(base, pending="confirmation", visit=open_visit(first, first.offer_starts_at))
    if isinstance(first, Survey) and first.question:
        return replace(base, pending="survey", question=question_for(first.question.name, first.question.type))
    if isinstance(first, FollowUp):
        kind = "effect" if first.stage == EFFECT else "text"
        return replace(base, pending="survey", question=question_for(f"followup_{first.stage}", kind))
    return base


def question_for(name: str, kind: str) -> Question:
    """A question as the reader wants it."""
    if kind == "rating":
        labels = {str(n): say(f"rating.{name}_{n}") for n in range(1, 6)}
        return Question("rating", name, (1, 5), labels)
    if kind == "yesno":
        return Question("yes_no", name)
    if kind == "effect":
        options = {str(i): say(f"effect.{e}") for i, e in enumerate(("clear", "some", "none"), 1)}
        return Question("single_choice", name, options=options)
    return Question("free_text", name)
