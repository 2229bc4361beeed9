"""What is ahead: today, this week, all of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from handlers.answering import offer_taps
from handlers.booking import visit_facts
from handlers.company import who_comes
from handlers.followup import effect_taps, followup_text
from handlers.offered import spoken_start
from handlers.pupils import all_classes, all_names
from handlers.reach import owing_guardian
from handlers.registry import GUARDIAN, TEACHER, Words, command
from handlers.replying import thread
from handlers.story import story_tap
from handlers.survey import question_taps, question_text
from handlers.telephoning import about_a_call
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.unread import unread
from models import company, hour
from models.action_item import ActionItem
from models.audience import children_for
from models.followup import FollowUp
from models.record import Record
from models.survey import Survey
from models.visit import Visit
from models.visit_life import CONFIRMED, HELD, PROPOSED, UNDER_WAY

TAPPED = 8  #: visits of the list whose story can be tapped


@command(TEACHER, "list_today")
def today(turn: Turn, words: Words) -> Say:
    """今天"""
    begin = hour.at(turn.now, time(0), turn.school.zone)
    return Say(_list(turn, "list.today", begin, begin + timedelta(days=1)))


@command(TEACHER, "list_week")
def week(turn: Turn, words: Words) -> Say:
    """本周"""
    monday = hour.at(turn.now, time(0), turn.school.zone, days=-turn.local().weekday())
    return Say(_list(turn, "list.week", monday, monday + timedelta(days=7)))


@command(TEACHER, "list_all")
def everything(turn: Turn, words: Words) -> Say:
    """我的家访"""
    begin = turn.now - timedelta(days=1)
    text = _list(turn, "list.all", begin, turn.now + timedelta(days=400))
    items = ActionItem.open_of_teacher(turn.session, turn.person.id)
    taps = [story_tap(turn.tap, v) for v in _between(turn, begin, turn.now + timedelta(days=400))[:TAPPED]]
    return Say(text + "\n" + say("list.open_items", n=len(items)) if items else text, taps)


def _between(turn: Turn, begin: datetime, end: datetime) -> list[Visit]:
    """The teacher's own visits of these days and those to which she goes along."""
    visits = Visit.of_teacher(turn.session, turn.person, PROPOSED, CONFIRMED, UNDER_WAY, HELD)
    along = company.visits_with(turn.session, turn.person, PROPOSED, CONFIRMED, UNDER_WAY)
    return sorted((v for v in visits + along if begin <= v.starts_at < end), key=lambda v: v.starts_at)


def _list(turn: Turn, title: str, begin: datetime, end: datetime) -> str:
    found = _between(turn, begin, end)
    lines = [say(title, n=len(found))] if found else [say(f"{title}_none")]
    lines += [f"{i}. {line(turn, v)}" for i, v in enumerate(found, 1)]
    held = Visit.of_teacher(turn.session, turn.person, HELD)
    owed = [student.name for v in held for student in Record.owed(turn.session, v)]
    if owed:
        lines.append(say("list.records_owed", students=say("list.and").join(owed)))
    return "\n".join(lines)


def line(turn: Turn, visit: Visit) -> str:
    """One visit on one line: when, whom, form, how it stands."""
    of = children_for(turn.session, visit, turn.person)
    facts = {
        "time": spoken_start(visit), "student": all_names(of), "school_class": all_classes(of),
        "form": say(f"form.{visit.form}"),
        "state": say(f"state.{visit.state}"),
    }  # fmt: skip
    other = turn.staff is not None and visit.teacher_id != turn.staff.id
    mine = say("list.along", teacher=visit.teacher.name) if other and visit.going else ""
    return say("list.line", **facts) + mine + (say("list.moving") if visit.moving else "")


@command(GUARDIAN, "details", "list_today", "list_week")
def family_visits(turn: Turn, words: Words) -> Say:
    """详情"""
    first = owing_guardian(turn).first
    if isinstance(first, Visit):
        choice = "answer.offer_choice" if len(first.slots) > 1 else "answer.offer"
        key = "answer.move_offer" if first.moving else choice
        written = thread(turn, [first])
        return Say(
            "\n".join(filter(None, [say(key, who=who_comes(first), **visit_facts(first)), written])),
            offer_taps(turn, first),
        )
    if isinstance(first, Survey):
        return Say(question_text(first, first=first.step == 0), question_taps(turn.tap, first))
    if isinstance(first, FollowUp):
        return Say(followup_text(first), effect_taps(turn.tap, first))
    told = unread(turn)
    if told is not None:
        return told
    visits = [v for p in turn.family for v in Visit.of_guardian(turn.session, p, CONFIRMED, UNDER_WAY)]
    if not visits:
        return Say(say("list.none_family"))
    lines = [say("list.family"), *_unique(line(turn, v) for v in visits), thread(turn, visits)]
    return Say("\n".join(filter(None, lines)))


def _unique(lines: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(lines))


@command(TEACHER, "unknown")
def unknown(turn: Turn, words: Words) -> Say:
    """说不清的话"""
    return about_a_call(turn, words) or Say(say("unclear.teacher"))
