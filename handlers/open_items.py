"""What a teacher has to see to (跟进): noted by a sentence, listed, reminded of on its day, done by a tap (F1)."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import when
from handlers.announce import Notice, Silence, composes
from handlers.announce import Words as Spoken
from handlers.pupils import full, the_student
from handlers.registry import TEACHER, Missing, Nothing, Words, command, tapped
from handlers.texts import say
from handlers.time_slot import known_day
from handlers.times import aware
from handlers.turn import Say, TapMaker, Turn
from models import history, hour
from models.action_item import OPEN, ActionItem
from models.conversation import Tap

LISTED = 8  #: so many at once; the next ones once these are done
LATER = timedelta(days=7)


@command(TEACHER, "add_follow_up")
def add(turn: Turn, words: Words) -> Say:
    """给张小明加个跟进：下周三问作业情况"""
    student = the_student(turn, turn.person, words)
    due_at = _due(turn, words)
    text = str(words.get("text") or "").strip()
    if not text:
        raise Missing("text", say("item.ask_text", student=student.name))
    item = ActionItem.note(turn.session, student, turn.person.id, text, turn.now, due_at)
    key = "item.added_due" if due_at and due_at > turn.now else "item.added"
    return Say(say(key, **item_facts(item)), [turn.tap("item.drop", say("label.undo"), item.id)])


def _due(turn: Turn, words: Words) -> datetime | None:
    """The hour that was said, or the usual one of that day; asks while it is no one day."""
    time = words.get("time") or {}
    start = time.get("start") or ""
    if "T" in start[1:] and not time.get("ask"):
        return aware(turn, start)
    day = known_day(time)
    if day is None and time:
        raise Missing("time", say("item.ask_day"))
    clock = turn.school.policy.follow_up_teacher_at
    return hour.at(aware(turn, day + "T12:00"), clock, turn.school.zone) if day else None


def item_facts(item: ActionItem) -> dict[str, object]:
    """Of whom, what, until when, and out of which visit."""
    zone = item.student.school.zone
    due = say("item.due_on", day=when.day(item.due_at, zone)) if item.due_at else ""
    visit = item.visit
    source = say("item.of_visit", day=when.day(visit.held_at or visit.starts_at, zone)) if visit else ""
    return {"full": full(item.student), "student": item.student.name, "text": item.text, "due": due, "source": source}


@command(TEACHER, "open_items")
def listed(turn: Turn, words: Words) -> Say:
    """跟进"""
    items = ActionItem.open_of_teacher(turn.session, turn.person.id)
    if not items:
        return Say(say("item.none"))
    for student in {i.student_id: i.student for i in items[:LISTED]}.values():
        history.read(turn.session, turn.person.id, student, "follow_up", turn.now)
    lines = [say("item.list", n=len(items))]
    lines += [f"{n}. " + say("item.line", **item_facts(i)) for n, i in enumerate(items[:LISTED], 1)]
    lines.append(say("item.more", n=len(items) - LISTED) if len(items) > LISTED else say("item.foot"))
    taps = [_done_tap(turn.tap, i, n) for n, i in enumerate(items[:LISTED], 1)]
    return Say("\n".join(lines), taps)


def _done_tap(new: TapMaker, item: ActionItem, number: int) -> Tap:
    return new("item.done", say("item.done_label", number=number, student=item.student.name), subject_id=item.id)


@command(TEACHER, "close_item")
def close(turn: Turn, words: Words) -> Say:
    """张小明的跟进完成了"""
    named = words.get("students") or []
    items = [i for i in ActionItem.open_of_teacher(turn.session, turn.person.id) if _is_meant(i, named, words)]
    if not items:
        raise Nothing(say("item.none"))
    if len(items) > 1:
        labels = [(say("item.line", **item_facts(i) | {"source": "", "due": ""}), str(i.id)) for i in items[:LISTED]]
        raise Missing("item", say("item.which"), labels)
    return _finished(turn, items[0])


def _is_meant(item: ActionItem, named: list[int], words: Words) -> bool:
    return item.id == int(words["item"]) if words.get("item") else not named or item.student_id in named


@tapped("item.done")
def tap_done(turn: Turn, tap: Tap) -> Say:
    item = _mine(turn, tap)
    return Say(say("item.already")) if item.state != OPEN else _finished(turn, item)


def _finished(turn: Turn, item: ActionItem) -> Say:
    item.finish(turn.session, turn.person.id, turn.now)
    left = len(ActionItem.open_of_teacher(turn.session, turn.person.id))
    text = say("item.done", **item_facts(item)) + (say("item.left", n=left) if left else say("item.all_done"))
    return Say(text, [turn.tap("item.reopen", say("label.undo"), item.id)])


@tapped("item.reopen", "item.drop", "item.later")
def tap_other(turn: Turn, tap: Tap) -> Say:
    """Not done after all; noted by mistake; a week later."""
    item, person = _mine(turn, tap), turn.person
    if tap.deed == "item.reopen":
        item.reopen(turn.session, person.id, turn.now)
    elif tap.deed == "item.drop":
        item.drop(turn.session, person.id, turn.now)
    else:
        item.put_off(turn.session, person.id, max(turn.now, item.due_at or turn.now) + LATER, turn.now)
    return Say(say(f"item.said_{tap.deed.removeprefix('item.')}", **item_facts(item)))


def _mine(turn: Turn, tap: Tap) -> ActionItem:
    item = turn.session.get(ActionItem, tap.subject_id)
    if item is None or turn.staff is None or item.teacher_id != turn.staff.id:
        raise Nothing(say("unclear.stale_tap"))
    return item


@composes("item.due")
def due(notice: Notice) -> Spoken | Silence:
    """On its day."""
    item = notice.session.get_one(ActionItem, notice.row.subject_id)
    if item.state != OPEN or item.round != notice.row.round:
        return Silence("no_longer_open")
    taps = [notice.tap("item.done", say("item.done_word"), subject_id=item.id)]
    taps.append(notice.tap("item.later", say("item.later_word"), subject_id=item.id))
    time = when.on_template(notice.now, item.student.school.zone)
    note = say("note_field.item")
    fields = {"student": item.student.name, "time": time, "due": time, "task": note, "note": note}
    fields |= {"teacher": notice.person.name, "count": note, "form": note, "purpose": note}
    return Spoken(say("item.due", **item_facts(item)), "followup", fields, taps, item.student)
