"""Many visits moved by one sentence: one list, one tap, each family asked for its new time (rulings 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from handlers import when
from handlers.drafts import Draft, carries_out, show
from handlers.free_times import beside, nearest
from handlers.meant_many import MOST, names, scope, span_of, within
from handlers.pupils import all_classes, all_names
from handlers.reach import Owing, open_visit, teacher_context
from handlers.registry import Nothing, Words, tapped
from handlers.texts import say
from handlers.times import aware
from handlers.turn import Say, Turn
from handlers.understanding.changing import destination
from handlers.understanding.utterance import utter
from models import hours, telling
from models.charge import in_charge
from models.conversation import Tap
from models.errors import Refused
from models.visit import Visit
from models.visit_hours import teacher_spans
from models.visit_life import AT_HOME, CONFIRMED, TEACHER, Actor


@dataclass(frozen=True)
class Move:
    """One visit of the list, and when it is to begin."""

    visit: Visit
    starts_at: datetime
    inferred: bool = False

    def spans(self, start: datetime) -> list[hours.Span]:
        """What it would hold of its teachers' hours if it began then."""
        visit = self.visit
        gap, length = timedelta(minutes=visit.policy.travel_gap_minutes), visit.ends_at - visit.starts_at
        staff = [visit.teacher_id, *(p.id for p in visit.going)]
        return [span for who in staff for span in teacher_spans(who, start, start + length, visit.form, gap)]


def move_many(turn: Turn, words: Words) -> Say:
    """三(2)班本周家访全部推迟到下周同一时间"""
    span = span_of(words.get("target_time"))
    found = [v for v in scope(turn, words) if v.starts_at > turn.now and within(v, span)]
    if not found:
        raise Nothing(say("move_many.none"))
    if len(found) > MOST:
        raise Nothing(say("move_many.too_many", n=len(found), most=MOST))
    said = str(words.get("said", ""))
    return _show(turn, _apart([_meant(turn, said, visit) for visit in found]))


def _meant(turn: Turn, text: str, visit: Visit) -> Move:
    """Each keeps its own hour or weekday, where the words leave it."""
    now, context = turn.local().replace(tzinfo=None), teacher_context(turn, turn.person, Owing([], []), shown=False)
    moment = destination(utter(text, now, context), open_visit(visit).start)
    start = moment.as_json().get("start") if moment.bookable else None
    if start is None:
        raise Nothing(say("move_many.which_time"))
    return Move(visit, aware(turn, start), moment.confirm)


def _apart(moves: list[Move]) -> list[Move]:
    """Visits of one teacher that were all given the same hour are put one after the other (rulings 28)."""
    free_from: dict[int, datetime] = {}
    found = []
    for move in sorted(moves, key=lambda m: (m.starts_at, m.visit.starts_at, m.visit.id)):
        visit = move.visit
        earliest = free_from.get(visit.teacher_id, move.starts_at)
        placed = replace(move, starts_at=earliest, inferred=True) if move.starts_at < earliest else move
        way = timedelta(minutes=visit.policy.travel_gap_minutes if visit.form == AT_HOME else 0)
        free_from[visit.teacher_id] = placed.starts_at + (visit.ends_at - visit.starts_at) + way
        found.append(placed)
    return found


def _show(turn: Turn, moves: list[Move]) -> Say:
    whys = [_taken(turn, move, moves) for move in moves]
    clean = [m for m, why in zip(moves, whys, strict=True) if not why]
    lines = [_line(turn, n, m, why) for n, (m, why) in enumerate(zip(moves, whys, strict=True), 1)]
    foot = say("move_many.foot" if clean else "move_many.none_clean")
    draft: Draft = {"do": "move_many", "visits": [_kept(m) for m in clean], "all": [_kept(m) for m in moves]}
    labels = ("label.send_family", "label.drop") if clean else ("label.drop",)
    shown = show(turn, draft, "\n".join([say("move_many.head", n=len(moves)), *lines, foot]), *labels)
    if clean:
        shown.taps[0].label = say("move_many.label", n=len(clean))
    shown.taps += _free_taps(turn, moves, whys)
    return shown


def _kept(move: Move) -> list[object]:
    return [move.visit.id, move.visit.steps, move.starts_at.isoformat(), move.inferred]


def _taken(turn: Turn, move: Move, moves: list[Move]) -> str:
    """Why this one cannot go out as it stands; empty when it can."""
    if move.starts_at <= turn.now:
        return say("refused.time_past")
    spans = move.spans(move.starts_at)
    for person in (move.visit.teacher, *move.visit.going):
        own = [s for s in spans if s[0] in (f"p{person.id}", f"way{person.id}")]
        if beside(own, _others(move, moves)) or not hours.is_free(turn.session, own, move.visit.id):
            return say("move_many.taken", who=person.name)
    return ""


def _others(move: Move, moves: list[Move]) -> list[hours.Span]:
    """What those before it in the list take."""
    before = moves[: moves.index(move)]
    return [span for other in before for span in other.spans(other.starts_at)]


def _line(turn: Turn, number: int, move: Move, why: str) -> str:
    visit, zone = move.visit, turn.school.zone
    new = when.spoken(move.starts_at, zone) + (say("book.inferred") if move.inferred else "")
    facts = {"student": all_names(visit.students), "school_class": all_classes(visit.students)}
    time = when.spoken(visit.starts_at, zone)
    line = say("move_many.line", number=number, time=time, new=new, teacher=visit.teacher.name, **facts)
    return say("move_many.line_taken", line=line, why=why) if why else line


def _free_taps(turn: Turn, moves: list[Move], whys: list[str]) -> list[Tap]:
    """Up to three nearest free times for each visit that collides."""
    number, taps = str(turn.memory["draft"]["number"]), []
    for at, (move, why) in enumerate(zip(moves, whys, strict=True)):
        if not why or move.starts_at <= turn.now:
            continue
        held = [span for other in moves if other is not move for span in other.spans(other.starts_at)]
        for start in nearest(turn, move.starts_at, partial(Move.spans, move), held, move.visit.id):
            label = say("round.free", student=all_names(move.visit.students), time=when.spoken(start, turn.school.zone))
            taps.append(turn.tap("draft.move_many", label, at, value=f"{number} {start.isoformat()}"))
    return taps


@tapped("draft.move_many")
def tap_free(turn: Turn, tap: Tap) -> Say:
    """The visit that collided gets the time that was tapped, and the list is shown anew."""
    draft = turn.memory.get("draft") or {}
    number, _, start = tap.value.partition(" ")
    if draft.get("do") != "move_many" or str(draft["number"]) != number:
        return Say(say("draft.stale"))
    entries = draft["all"]
    entries[tap.subject_id or 0][2:] = [start, False]
    visits = [turn.session.get_one(Visit, key) for key, *_ in entries]
    if [v.steps for v in visits] != [steps for _, steps, *_ in entries]:
        raise Refused("changed_meanwhile_plain")
    moves = [Move(v, datetime.fromisoformat(e[2]), e[3]) for v, e in zip(visits, entries, strict=True)]
    return _show(turn, moves)


@carries_out("move_many")
def carry_out(turn: Turn, draft: Draft) -> Say:
    """Each family is asked once, each other teacher told; what has changed meanwhile is left alone, and named."""
    asked: list[Visit] = []
    left: list[Visit] = []
    unheard: list[Visit] = []
    for visit_id, steps, start, _ in draft["visits"]:
        visit = turn.session.get_one(Visit, visit_id)
        still = visit.steps == steps and in_charge(turn.person, visit) and visit.starts_at > turn.now
        if not still or not _moved(turn, visit, datetime.fromisoformat(start)):
            left.append(visit)
            continue
        asked.append(visit)
        if not _told(turn, visit):
            unheard.append(visit)
    lines = [say("move_many.sent", n=len(asked))] if asked else []
    lines += [say("move_many.telephone", names=names(unheard))] if unheard else []
    lines += [say("move_many.left", names=names(left))] if left else []
    return Say("\n".join(lines))


def _moved(turn: Turn, visit: Visit, starts_at: datetime) -> bool:
    """Somebody may have taken the hour since it was shown: that one is left."""
    try:
        with turn.session.begin_nested():
            visit.move(turn.session, Actor(TEACHER, turn.person.id), starts_at, turn.now)
    except Refused:
        return False
    return True


def _told(turn: Turn, visit: Visit) -> int:
    kind = "visit.move_offer" if visit.state == CONFIRMED else "visit.offer"
    told = telling.tell_family(turn.session, visit, kind, turn.now)
    if visit.teacher_id != turn.person.id:
        telling.tell_teacher(turn.session, visit, "visit.put_off", turn.now, by=turn.person.id, told=bool(told))
    return told
