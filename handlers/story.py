"""A visit's whole story (家访经过): from the first proposal to the last follow-up, in dates and names (R5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest

import sqlalchemy as sa

from handlers import when
from handlers.offered import spoken_start
from handlers.pupils import full, the_student
from handlers.registry import TEACHER, Nothing, Words, command, tapped
from handlers.texts import has, say
from handlers.turn import Say, TapMaker, Turn
from models import history
from models.action_item import ActionItem
from models.conversation import Tap
from models.followup import ASKED, FollowUp
from models.history import History
from models.person import Person
from models.student import Student
from models.survey import Survey
from models.visit import Visit

SHOWN = 18  #: lines of one story, the newest; as many as one message has room for
OTHERS = 5  #: earlier visits that can be tapped below it


@command(TEACHER, "visit_story")
def visit_story(turn: Turn, words: Words) -> Say:
    """张小明家访经过"""
    student = the_student(turn, turn.person, words)
    visits = Visit.of_student(turn.session, student)
    if not visits:
        raise Nothing(say("story.none", full=full(student)))
    return _told(turn, visits[0], student, visits[1 : OTHERS + 1])


def story_tap(new: TapMaker, visit: Visit) -> Tap:
    """Opens the story of this visit."""
    return new("visit.story", say("story.label", student=visit.student.name), subject_id=visit.id)


@tapped("visit.story")
def tap_story(turn: Turn, tap: Tap) -> Say:
    visit = turn.session.get(Visit, tap.subject_id)
    if visit is None or turn.staff is None:
        raise Nothing(say("unclear.stale_tap"))
    student = next((s for s in visit.students if s.in_reach_of(turn.staff)), None)
    if student is None:
        raise Nothing(say("unclear.stale_tap"))
    return _told(turn, visit, student, [])


def _told(turn: Turn, visit: Visit, student: Student, others: list[Visit]) -> Say:
    history.read(turn.session, turn.person.id, student, "story", turn.now)
    events = sorted(_events(turn, visit, student), key=lambda event: event[0])
    lines = [say("story.head", full=full(student), time=spoken_start(visit), form=say(f"form.{visit.form}"))]
    if len(events) > SHOWN:
        lines.append(say("story.earlier", n=len(events) - SHOWN))
    lines += [say("story.line", time=_minute(turn, at), text=text) for at, text in events[-SHOWN:]]
    lines.append(say("story.now", state=say(f"state.{visit.state}")))
    if others:
        lines.append(say("story.others"))
    taps = [turn.tap("visit.story", say("story.other", time=spoken_start(v)), v.id) for v in others]
    return Say("\n".join(lines), taps)


def _minute(turn: Turn, at: datetime) -> str:
    return f"{turn.local(at):%m-%d %H:%M}"


def _events(turn: Turn, visit: Visit, student: Student) -> Iterator[tuple[datetime, str]]:
    """Everything that happened to the visit; of a questionnaire only that it was asked, never what was answered."""
    names = _names(turn, visit, student)
    query = sa.select(History).where(History.subject == "visit", History.subject_id == visit.id)
    deeds = list(turn.session.scalars(query.order_by(History.id)))
    for deed, after in zip_longest(deeds, deeds[1:]):
        verb = f"show.verb_{deed.verb}"
        if has(verb):
            who = names.get(deed.actor_id, say("show.clock"))
            yield deed.at, say("story.deed", who=who, verb=say(verb)) + _time_of(turn, visit, deed, after)
    for survey in turn.session.scalars(sa.select(Survey).where(Survey.visit_id == visit.id)):
        yield survey.opened_at, say(f"story.asked_{survey.kind}", who=names.get(survey.person_id, say("name.unknown")))
    for asked in FollowUp.of_visit(turn.session, visit.id):
        facts = {"stage": say(f"show.stage_{asked.stage}"), "who": names.get(asked.person_id, "")}
        yield asked.asked_at, say("story.followup", **facts)
        if asked.state != ASKED and asked.answered_at and asked.answer_text:
            yield asked.answered_at, say("story.answered", text=asked.answer_text, **facts)
    items = sa.select(ActionItem).where(ActionItem.visit_id == visit.id, ActionItem.student_id == student.id)
    for item in turn.session.scalars(items):
        if item.done_at:
            yield item.done_at, say("story.item_done", text=item.text)


def _time_of(turn: Turn, visit: Visit, deed: History, after: History | None) -> str:
    """The time that was put to the other side, where the deed was about one; another one stands with what followed."""
    if deed.verb not in ("propose", "counter", "move"):
        return ""
    said = deed if deed.verb == "propose" else after
    at = said.change(visit.student).get("offer") if said else None
    offered = datetime.fromisoformat(at) if at else visit.offer_starts_at
    return say("story.offered", time=when.spoken(offered, turn.school.zone)) if offered else ""


def _names(turn: Turn, visit: Visit, student: Student) -> dict[int | None, str]:
    """Everybody by what she is to this child; of its siblings, whom the reader may not know, nothing is said."""
    ids = {visit.teacher_id, *(c.person_id for c in visit.companions)}
    ids |= set(
        turn.session.scalars(
            sa.select(History.actor_id).where(History.subject == "visit", History.subject_id == visit.id)
        )
    )
    staff = turn.session.scalars(sa.select(Person).where(Person.id.in_([i for i in ids if i is not None])))
    names: dict[int | None, str] = {p.id: say("name.teacher", name=p.name) for p in staff if p.on_staff}
    family = {t.person_id: say("name.family", student=student.name) for t in visit.ties}
    own = {t.person_id: say("name.guardian", student=student.name, relation=t.relation) for t in student.guardianships}
    return family | own | names
