"""A colleague is asked along on a visit that is on its way, or is needed no more: shown, then told (B6)."""

from __future__ import annotations

from datetime import timedelta

from handlers import company as along
from handlers.booking import book, visit_facts
from handlers.countering import own_visit
from handlers.drafts import Draft, carries_out, show
from handlers.pupils import the_visit
from handlers.registry import TEACHER, Nothing, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from models import company, hours
from models.companion import NO
from models.conversation import Tap
from models.errors import Refused
from models.person import Person
from models.visit import Visit
from models.visit_hours import teacher_spans, times_of
from models.visit_life import CONFIRMED, PROPOSED


@command(TEACHER, "invite")
def invite(turn: Turn, words: Words) -> Say:
    """张小明的家访请李国强老师一起去"""
    visits = _to_come(turn)
    if words.get("students") and not any(v.is_of(words["students"]) for v in visits):
        return book(turn, words)  # nothing is on its way yet
    visit = the_visit(turn, visits, words, "company.invite_none")
    people = _people(turn, words)
    new = [p for p in people if (seat := company.place(visit, p.id)) is None or seat.answer == NO]
    if not new:
        raise Nothing(say("company.invite_already", names=along.titled(people), **visit_facts(visit)))
    for person in new:
        _free(visit, person, turn)
    draft: Draft = {"do": "invite", "visit": visit.id, "steps": visit.steps, "people": [p.id for p in new]}
    text = say("company.invite_shown", names=along.titled(new), **visit_facts(visit))
    return show(turn, draft, text, "label.ask_colleague", "label.drop")


def _to_come(turn: Turn) -> list[Visit]:
    found = Visit.of_teacher(turn.session, turn.person, PROPOSED, CONFIRMED)
    return [v for v in found if v.starts_at > turn.now]


def _people(turn: Turn, words: Words) -> list[Person]:
    """Who was named; asks which colleague is meant where that is in doubt."""
    return [turn.session.get_one(Person, key) for key in along.settled(turn, words)["companions"]]


def _free(visit: Visit, person: Person, turn: Turn) -> None:
    gap = visit.policy.travel_gap_minutes
    wanted = [s for time in times_of(visit) for s in teacher_spans(person.id, *time, timedelta(minutes=gap))]
    if not hours.is_free(turn.session, wanted, visit.id):
        raise Nothing(say("company.invite_taken", name=person.name, gap=gap, **visit_facts(visit)))


@carries_out("invite")
def carry_out(turn: Turn, draft: Draft) -> Say:
    """Asked at once; the hour is held from now on."""
    visit = _shown(turn, draft)
    people = [turn.session.get_one(Person, key) for key in draft["people"]]
    for person in people:
        company.invite(turn.session, visit, turn.person, person, turn.now)
    return Say(say("company.invited", names=along.titled(people)))


def _shown(turn: Turn, draft: Draft) -> Visit:
    visit = turn.session.get(Visit, draft["visit"])
    if visit is None or visit.steps != draft["steps"]:
        raise Refused("changed_meanwhile_plain")
    return visit


@command(TEACHER, "release")
def release(turn: Turn, words: Words) -> Say:
    """张小明的家访不用李国强老师一起去了"""
    visit = the_visit(turn, _to_come(turn), words, "company.invite_none")
    people = [p for p in _people(turn, words) if company.place(visit, p.id)]
    if not people:
        raise Nothing(say("company.release_nobody", **visit_facts(visit)))
    draft: Draft = {"do": "release", "visit": visit.id, "steps": visit.steps, "people": [p.id for p in people]}
    text = say("company.release_shown", names=along.titled(people), **visit_facts(visit))
    return show(turn, draft, text, "label.release", "label.drop")


@carries_out("release")
def carry_out_release(turn: Turn, draft: Draft) -> Say:
    """Her hour is free, and she hears it."""
    visit = _shown(turn, draft)
    return _released(turn, visit, [turn.session.get_one(Person, key) for key in draft["people"]])


@tapped("company.release")
def tap_release(turn: Turn, tap: Tap) -> Say:
    """Who has not answered is waited for no longer."""
    visit = own_visit(turn, tap)
    return _released(turn, visit, [turn.session.get_one(Person, int(tap.value))])


def _released(turn: Turn, visit: Visit, people: list[Person]) -> Say:
    for person in people:
        company.release(turn.session, visit, turn.person, person, turn.now)
    return Say(say("company.released", names=along.titled(people), **visit_facts(visit)))
