"""A teacher on the way, at the door and off again (V1, rulings 2, 12)."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from handlers import photos, sos, when
from handlers.booking import visit_facts
from handlers.countering import own_visit
from handlers.pupils import all_names, the_visit
from handlers.registry import TEACHER, Nothing, Words, command, command_for, tapped
from handlers.texts import say
from handlers.turn import Say, TapMaker, Turn
from models.conversation import Tap
from models.notification import Notification, Owed, owe
from models.visit import Visit
from models.visit_life import CONFIRMED, HELD, MISSED, UNDER_WAY, Actor

REMEMBERED = timedelta(days=14)
NEAR = timedelta(hours=3)  #: a check-in without a name means a visit that begins or began about now


def _actor(turn: Turn) -> Actor:
    return Actor(TEACHER, turn.person.id)


def _about_now(turn: Turn, visits: list[Visit]) -> list[Visit]:
    return [v for v in visits if v.starts_at - NEAR <= turn.now <= v.ends_at + timedelta(hours=24)]


@command(TEACHER, "check_in")
def check_in(turn: Turn, words: Words) -> Say:
    """签到"""
    visits = Visit.of_teacher(turn.session, turn.person, CONFIRMED)
    visit = the_visit(turn, _about_now(turn, visits), words, "presence.nothing_now")
    visit.check_in(turn.session, _actor(turn), turn.now)
    hour = when.hour(turn.now, turn.school.zone)
    return Say(say("presence.checked_in", hour=hour, **visit_facts(visit)), [_undo(turn, visit)])


@command(TEACHER, "check_out", "complete")
def check_out(turn: Turn, words: Words) -> Say:
    """签退"""
    under_way = Visit.of_teacher(turn.session, turn.person, UNDER_WAY)
    if under_way:
        visit = the_visit(turn, under_way, words, "presence.nothing_under_way")
        visit.check_out(turn.session, _actor(turn), turn.now)
        _all_clear(turn, visit)
        return _with_what_waited(turn, visit, Say(_over("presence.checked_out", visit), [_undo(turn, visit)]))
    return _took_place_without(turn, words)


def _took_place_without(turn: Turn, words: Words) -> Say:
    """A visit that was never checked in: it took place all the same, says the teacher."""
    begun = [v for v in Visit.of_teacher(turn.session, turn.person, CONFIRMED, MISSED) if v.starts_at <= turn.now]
    # What was written down as missed can still be put right, as long as somebody remembers it.
    visits = [v for v in begun if v.state == CONFIRMED or turn.now - v.ends_at < REMEMBERED]
    visit = the_visit(turn, visits, words, "presence.nothing_under_way")
    return Say(say("presence.took_place", **visit_facts(visit)), took_place_taps(turn.tap, visit))


def took_place_taps(new: TapMaker, visit: Visit) -> list[Tap]:
    """Whether it took place, and what else there is."""
    deeds = [("visit.held", "label.held"), ("visit.missed", "label.missed")]
    return [new(deed, say(label), subject_id=visit.id, round=visit.steps) for deed, label in deeds]


def _undo(turn: Turn, visit: Visit) -> Tap:
    return turn.tap("visit.undo", say("label.undo"), visit.id, round=visit.steps)


def _all_clear(turn: Turn, visit: Visit) -> None:
    """Who was alarmed is told that all is well (V2)."""
    alarmed = sa.select(Notification.person_id).where(
        Notification.kind == "presence.alert", Notification.subject_id == visit.id
    )
    owed = [
        Owed(visit.school_id, "presence.all_clear", visit.id, key, turn.now) for key in turn.session.scalars(alarmed)
    ]
    owe(turn.session, owed, turn.now)
    sos.clear(turn, visit)


@tapped("visit.held")
def tap_held(turn: Turn, tap: Tap) -> Say:
    visit = own_visit(turn, tap)
    visit.hold(turn.session, _actor(turn), turn.now)
    _all_clear(turn, visit)
    return _with_what_waited(turn, visit, Say(_over("presence.held", visit)))


def _with_what_waited(turn: Turn, visit: Visit, over: Say) -> Say:
    """A record that was dictated before the visit was over is taken now."""
    waited = turn.memory.pop("record_waits", None)
    if waited is None or waited["visit"] != visit.id:
        return over
    take = command_for(TEACHER, "record")
    assert take is not None
    said = take(turn, waited["words"] | {"visit": visit.id})
    return Say(say("presence.record_taken", **visit_facts(visit)) + "\n" + said.text, [*over.taps, *said.taps])


def _over(key: str, visit: Visit) -> str:
    """What follows now; of siblings each has a record of its own."""
    text = say(key, **visit_facts(visit) | {"student": visit.student.name})
    return text + "\n" + say("record.one_each", names=all_names(visit.students)) if visit.household else text


@command(TEACHER, "missed")
def missed(turn: Turn, words: Words) -> Say:
    """家里没人"""
    visits = _about_now(turn, Visit.of_teacher(turn.session, turn.person, CONFIRMED, UNDER_WAY))
    visit = the_visit(turn, visits, words, "presence.nothing_now")
    tap = turn.tap("visit.missed", say("label.missed"), visit.id, round=visit.steps)
    return Say(say("presence.missed_shown", **visit_facts(visit)), [tap])


@tapped("visit.missed")
def tap_missed(turn: Turn, tap: Tap) -> Say:
    visit = own_visit(turn, tap)
    visit.miss(turn.session, _actor(turn), turn.now)
    _all_clear(turn, visit)
    return Say(say("presence.missed", **visit_facts(visit)))


@command(TEACHER, "undo")
def undo(turn: Turn, words: Words) -> Say:
    """撤销"""
    visits = Visit.of_teacher(turn.session, turn.person, UNDER_WAY, HELD)
    hour_ago = turn.now - timedelta(hours=1)
    fresh = [v for v in visits if (last := v.checked_out_at or v.checked_in_at) and last >= hour_ago]
    photo = photos.undone(turn, fresh)
    if photo is not None:
        return photo
    if not fresh:
        raise Nothing(say("presence.nothing_to_undo"))
    newest = max(fresh, key=lambda v: v.checked_out_at or v.checked_in_at or turn.now)
    return _undone(turn, newest)


@tapped("visit.undo")
def tap_undo(turn: Turn, tap: Tap) -> Say:
    return _undone(turn, own_visit(turn, tap))


def _undone(turn: Turn, visit: Visit) -> Say:
    verb = visit.undo(turn.session, _actor(turn), turn.now)
    return Say(say(f"presence.{verb}", **visit_facts(visit)))


@command(TEACHER, "took_place")
def took_place(turn: Turn, words: Words) -> Say:
    """已家访"""
    return check_out(turn, words)
