"""What a guardian wants the teacher to know is passed on, shown first (B7, rulings 1)."""

from __future__ import annotations

import sqlalchemy as sa

from handlers.answering import asked_visits, offer_taps
from handlers.beside import put_to_teacher
from handlers.booking import facts_for
from handlers.drafts import Draft, carries_out, show
from handlers.family_views import children_of
from handlers.not_at_home import may_be_asked_again, wished_for
from handlers.registry import GUARDIAN, TEACHER, Words, command
from handlers.texts import say
from handlers.too_late import late_yes
from handlers.turn import Say, Turn
from handlers.understanding import Roster
from handlers.understanding import Teacher as Colleague
from handlers.understanding.names import mentions
from models.person import Person
from models.student import Guardianship, Student
from models.visit import Visit
from models.visit_life import CONFIRMED, HELD, PROPOSED, RECORDED, UNDER_WAY


@command(GUARDIAN, "question", "message", "update_info", "late", "urgent", "complaint", "request_visit")
def pass_on(turn: Turn, words: Words) -> Say:
    """孩子对花生过敏（转告老师）"""
    teacher, visit = _whom(turn, words)
    if teacher is None:
        return Say(say("note.no_teacher"))
    draft: Draft = {"do": "note", "teacher": teacher.id, "visit": visit.id if visit else None, "text": words["said"]}
    draft["at_home"] = wished_for(words)
    text = say("note.shown", teacher=teacher.name, text=words["said"])
    if visit is not None and visit.state in (PROPOSED, CONFIRMED):
        text = say("note.visit_is", **facts_for(visit, turn.family[0])) + "\n" + text
    said = show(turn, draft, text, "label.pass_on", "label.drop")
    asked = asked_visits(turn)
    if asked:
        said.taps += offer_taps(turn, asked[0])
    return said


def _whom(turn: Turn, words: Words) -> tuple[Person | None, Visit | None]:
    """The teacher who was named or whose visit was; else the one of the newest visit, or the homeroom teacher."""
    visit_id, called = words.get("visit"), _called(turn, words)
    for person in turn.family:
        visits = Visit.of_guardian(turn.session, person, PROPOSED, CONFIRMED, UNDER_WAY, HELD, RECORDED)
        named = [v for v in visits if v.id == visit_id] or ([] if visit_id else visits)
        if called is not None:
            named = [v for v in named if v.teacher_id == called.id]
        if named:
            return named[-1].teacher, named[-1]
    if called is not None:
        return called, None
    ties = turn.session.scalars(sa.select(Guardianship).where(Guardianship.person_id.in_([p.id for p in turn.family])))
    tie = ties.first()
    return (Person.homeroom_of(turn.session, tie.student.class_id), None) if tie else (None, None)


def _called(turn: Turn, words: Words) -> Person | None:
    """想请王老师来家里: the one of the child's teachers who is named; a complaint of her does not go to her."""
    if words.get("act") == "complaint":
        return None
    teachers = {key: p for s in children_of(turn) for key, p in _teachers(turn, s).items()}
    roster = Roster.of(teachers=[Colleague(p.id, p.name) for p in teachers.values()])
    named = {t.id for m in mentions(words["said"], roster) for t in m.teachers}
    return teachers[int(named.pop())] if len(named) == 1 else None


def _teachers(turn: Turn, student: Student) -> dict[int, Person]:
    return {p.id: p for p in Person.teachers_of(turn.session, student.class_id, student.id)}


@carries_out("note")
def carry_out(turn: Turn, draft: Draft) -> Say:
    """The words go to the teacher, sealed on the way."""
    person = turn.family[0]
    visit = turn.session.get_one(Visit, draft["visit"]) if draft["visit"] is not None else None
    of = visit if visit is not None else _only_child(turn, draft["teacher"])
    put_to_teacher(turn, person, draft["text"], draft["teacher"], of)
    if draft.get("at_home"):
        may_be_asked_again(turn)
    return Say(say("note.sent"))


def _only_child(turn: Turn, teacher_id: int) -> int | None:
    """The one child of the family that the teacher has; of several nobody can tell of whom the words are."""
    own = [s for s in children_of(turn) if teacher_id in _teachers(turn, s)]
    return own[0].id if len(own) == 1 else None


@command(TEACHER, "chitchat")
def greeting(turn: Turn, words: Words) -> Say:
    """你好"""
    return Say(say("unclear.greeting"))


@command(GUARDIAN, "smalltalk", "wrong_recipient")
def small_talk(turn: Turn, words: Words) -> Say:
    """老师好"""
    return late_yes(turn, words) or Say(say("unclear.smalltalk"))
