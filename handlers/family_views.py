"""What a family may look up: its visits, the child's teachers, and what the school keeps about it (rel.L3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from handlers.offered import spoken_start
from handlers.pupils import full
from handlers.reach import open_visits
from handlers.registry import GUARDIAN, Words, command
from handlers.texts import has, say
from handlers.turn import Say, Turn
from models.consent import PURPOSES, Consent
from models.person import HOMEROOM, MENTOR, Person
from models.student import Guardianship, Student
from models.visit import Visit
from models.visit_life import CANCELLED, CLOSED, DECLINED, HELD, LAPSED, MISSED, PROPOSED, RECORDED

LISTED = 6  #: past visits at most
PAST = (HELD, RECORDED, CLOSED, DECLINED, CANCELLED, LAPSED, MISSED)


@command(GUARDIAN, "my_visits", "list_all")
def my_visits(turn: Turn, words: Words) -> Say:
    """我的家访"""
    coming = _by_start(open_visits(turn))
    past = _by_start(v for p in turn.family for v in Visit.of_guardian(turn.session, p, *PAST))[::-1]
    if not coming and not past:
        return Say(say("list.none_family"))
    own = {child.id for child in children_of(turn)}
    lines = [say("family.coming"), *(_line(v, own) for v in coming)] if coming else [say("family.nothing_coming")]
    if past:
        lines += [say("family.past"), *(_line(v, own) for v in past[:LISTED])]
    return Say("\n".join(lines + ([say("family.how")] if any(v.state == PROPOSED for v in coming) else [])))


def _by_start(visits: Iterable[Visit]) -> list[Visit]:
    return sorted(dict.fromkeys(visits), key=lambda v: v.starts_at)


def _line(visit: Visit, own: set[int]) -> str:
    """A visit as the family is told of it; what became of its record is the school's."""
    names = [s.name for s in visit.students if s.id in own]
    state = say(f"family_state.{visit.state}" if has(f"family_state.{visit.state}") else f"state.{visit.state}")
    facts = {"time": spoken_start(visit), "teacher": visit.teacher.name, "form": say(f"form.{visit.form}")}
    return say("family.visit", students=say("list.and").join(names), state=state, **facts)


@command(GUARDIAN, "child_teachers")
def child_teachers(turn: Turn, words: Words) -> Say:
    """孩子的老师"""
    lines = []
    for student in children_of(turn):
        lines.append(say("family.teachers_of", full=full(student)))
        lines += [
            say("family.teacher", name=p.name, does=_does(p, student))
            for p in Person.teachers_of(turn.session, student.class_id, student.id)
        ]
    return Say("\n".join([*lines, say("family.ask_them")]) if lines else say("list.none_family"))


def _does(person: Person, student: Student) -> str:
    """班主任、语文: what the teacher is to this child, never a telephone number."""
    own = [r for r in person.roles if r.class_id == student.class_id or r.student_id == student.id]
    words = [say("family.homeroom") for r in own if r.name == HOMEROOM]
    words += [r.subject for r in own if r.subject] + [say("family.mentor") for r in own if r.name == MENTOR]
    return say("list.and").join(dict.fromkeys(words)) or say("family.any_teacher")


@command(GUARDIAN, "my_data")
def my_data(turn: Turn, words: Words) -> Say:
    """我的资料"""
    lines = [say("data.head", school=turn.school.name)]
    for person in turn.family:
        lines += [_of_child(turn, person, tie) for tie in Guardianship.of_person(turn.session, person)]
    kept = _kept(turn)
    lines += [say(f"data.{group}", **kept) for group in ("roster", "visits", "surveys", "words", "wechat")]
    return Say("\n".join([*lines, say("data.who"), say("data.how")]))


def _kept(turn: Turn) -> dict[str, str]:
    """How long each group is kept, and the night by which all is gone that is there today (rel.L5)."""
    policy, facts = turn.school.policy, dict[str, str]()
    for name in ("push", "chat", "answer", "leaver"):
        days: int = getattr(policy, f"keep_{name}_days")
        last = turn.local(turn.now + timedelta(days=days + 1))
        facts |= {
            name: how_long(days),
            f"{name}_day": say("data.until", year=last.year, month=last.month, day=last.day),
        }
    return facts


def how_long(days: int) -> str:
    """2年, 90天."""
    years, rest = divmod(days, 365)
    return say("data.days", count=days) if rest or not years else say("data.years", count=years)


def _of_child(turn: Turn, person: Person, tie: Guardianship) -> str:
    student = tie.student
    given = [say(f"data.consent_{p}") for p in PURPOSES if Consent.live(turn.session, person.id, student.id, p)]
    facts = {
        "full": full(student), "relation": tie.relation, "phone": person.phone or say("answer.no_phone"),
        "address": student.address or say("answer.no_address"),
        "consents": say("list.and").join(given) or say("data.no_consent"),
    }  # fmt: skip
    return say("data.child", **facts)


def children_of(turn: Turn) -> list[Student]:
    """The children at the school of whom this guardian may be told."""
    found = {tie.student_id: tie.student for p in turn.family for tie in Guardianship.of_person(turn.session, p)}
    return list(found.values())
