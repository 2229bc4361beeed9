"""A teacher's round of visits, booked in one go: shown as one list, each a visit of its own (B14, rulings 1, 28)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from handlers import company, household, when
from handlers.booking import book, form_of, is_pressing, names_of, nothing_open
from handlers.drafts import Draft, carries_out, show
from handlers.free_times import nearest
from handlers.pupils import all_names, full
from handlers.registry import TEACHER, Words, command, tapped
from handlers.round_words import Stop, stops_of
from handlers.school_days import remarks
from handlers.texts import say
from handlers.times import soon
from handlers.turn import Say, Turn
from models import companion, home_refusal, hours, telling
from models.audience import asked_of
from models.conversation import Tap
from models.errors import Refused
from models.student import Student
from models.visit import Visit
from models.visit_life import AT_HOME, LETTER
from models.visit_plan import Plan


@dataclass(frozen=True)
class Item:
    """One visit of the round as it is shown."""

    plan: Plan
    inferred: bool
    taken: str = ""  #: why it can not go out
    collides: bool = False  #: another hour would do


@command(TEACHER, "batch_book")
def book_round(turn: Turn, words: Words) -> Say:
    """周六下午依次家访张小明、李雷、王芳，两点开始每家四十分钟"""
    together = household.at_one_home(turn, words)
    if together is not None:
        return book(turn, together)
    form, form_inferred = form_of(words)
    if form == LETTER:
        return Say(say("book.letter"))
    purpose = str(words.get("purpose") or "") or say("book.usual_purpose")
    stops = _apart(turn, stops_of(turn, words), form)
    along = company.settled(turn, words)
    items = _looked_at(turn, [_plan(turn, stop, form, purpose, along) for stop in stops], stops)
    kept = [_home(i.plan) | {"time": _naive(turn, i.plan.starts_at)} for i in items]
    said = {name: words.get(name) for name in ("form", "purpose", "minutes", "companions", "guests", "goals", "met")}
    again = {"intent": "batch_book", "words": said | {"items": kept}}
    clean = [_home(i.plan) | {"starts_at": i.plan.starts_at.isoformat()} for i in items if not i.taken]
    draft: Draft = {"do": "round", "items": clean, "form": form, "purpose": purpose, "along": along, "again": again}
    labels = ("label.send_family", "label.edit", "label.drop") if clean else ("label.edit", "label.drop")
    mark = {True: say("book.inferred"), False: ""}
    shown_purpose = purpose + mark[not words.get("purpose")]
    text = _shown(turn, items, say(f"form.{form}") + mark[form_inferred], shown_purpose)
    answer = show(turn, draft, text + company.along(items[0].plan), *labels)
    answer.taps += _free_taps(turn, items)
    return answer


def _home(plan: Plan) -> dict[str, Any]:
    return {"student": plan.student.id, **household.kept(plan.siblings)}


def _naive(turn: Turn, moment: datetime) -> dict[str, str]:
    return {"start": turn.local(moment).replace(tzinfo=None).isoformat(timespec="minutes"), "granularity": "datetime"}


def _plan(turn: Turn, stop: Stop, form: str, purpose: str, along: dict[str, Any]) -> Plan:
    pressing, who = is_pressing(turn, stop.starts_at), company.planned(turn.session, along)
    return Plan(turn.person, stop.student, stop.starts_at, form, purpose, pressing, siblings=stop.siblings, **who)


def _apart(turn: Turn, stops: list[Stop], form: str) -> list[Stop]:
    """Homes given without room between them are put later, to be said back (rulings 28)."""
    policy = turn.school.policy
    way = timedelta(minutes=policy.travel_gap_minutes if form == AT_HOME else 0)
    found: list[Stop] = []
    for stop in sorted(stops, key=lambda s: s.starts_at):
        length = timedelta(minutes=max(policy.minutes(form), stop.minutes))
        earliest = found[-1].starts_at + length + way if found else stop.starts_at
        found.append(replace(stop, starts_at=earliest, inferred=True) if stop.starts_at < earliest else stop)
    return found


def _looked_at(turn: Turn, plans: list[Plan], stops: list[Stop]) -> list[Item]:
    whys = [_taken(turn, plan) for plan in plans]
    clashes = [not hours.is_free(turn.session, plan.spans()) for plan in plans]
    found = zip(plans, stops, whys, clashes, strict=True)
    return [Item(plan, stop.inferred, why, bool(why) and clash) for plan, stop, why, clash in found]


def _taken(turn: Turn, plan: Plan) -> str:
    """Why this one can not go out as it stands; empty when it can."""
    try:
        plan.check(turn.now)
        nothing_open(turn, *plan.students)
        for student in plan.students:
            home_refusal.check(turn.session, student, plan.form, turn.now)
    except Refused as no:
        return say(f"refused.{no.code}", **no.facts)
    for person in (plan.teacher, *plan.companions):
        own = [span for span in plan.spans() if span[0] in (f"p{person.id}", f"way{person.id}")]
        if not hours.is_free(turn.session, own):
            return say("round.taken") if person is plan.teacher else say("round.taken_of", name=person.name)
    return ""


def _shown(turn: Turn, items: list[Item], form: str, purpose: str) -> str:
    facts = {"n": len(items), "form": form, "minutes": turn.school.policy.minutes(items[0].plan.form)}
    lines = [_line(turn, number, item) for number, item in enumerate(items, 1)]
    if any(soon(turn, item.plan.starts_at) for item in items):
        lines.append(say("book.soon"))
    if remarked := remarks(turn, items[0].plan.form, [item.plan.starts_at for item in items]):
        lines.append(remarked.lstrip())
    lines += [advice for item in items if (advice := company.two_advised(item.plan))]
    foot = say("round.foot" if any(not i.taken for i in items) else "round.none_clean", purpose=purpose)
    return "\n".join([say("round.head", **facts), *lines, foot])


def _line(turn: Turn, number: int, item: Item) -> str:
    plan, mark = item.plan, say("book.inferred") if item.inferred else ""
    facts = {
        "number": number,
        "time": when.spoken(plan.starts_at, turn.school.zone) + mark,
        "student": say("list.and").join(map(full, plan.students)) + (say("household.one") if plan.siblings else ""),
    }
    if item.taken:
        return say("round.line_taken", why=item.taken, **facts)
    told = asked_of(turn.session, *plan.students)
    return say("round.line", told=names_of([p.id for p in told], *plan.students) or say("book.nobody_bound"), **facts)


def _free_taps(turn: Turn, items: list[Item]) -> list[Tap]:
    """Up to three nearest free times for each visit that collides."""
    number, taps = str(turn.memory["draft"]["number"]), []
    for at, item in enumerate(items):
        if not item.collides:
            continue
        held = [span for other in items if other is not item for span in other.plan.spans()]
        for start in nearest(turn, item.plan.starts_at, partial(_spans_at, item.plan), held):
            label = say("round.free", student=all_names(item.plan.students), time=when.spoken(start, turn.school.zone))
            taps.append(turn.tap("draft.round", label, at, value=f"{number} {start.isoformat()}"))
    return taps


def _spans_at(plan: Plan, start: datetime) -> list[hours.Span]:
    return replace(plan, starts_at=start).spans()


@tapped("draft.round")
def tap_free(turn: Turn, tap: Tap) -> Say:
    """The visit that collided gets the time that was tapped, and the round is shown anew."""
    draft = turn.memory.get("draft") or {}
    number, _, start = tap.value.partition(" ")
    if draft.get("do") != "round" or str(draft["number"]) != number:
        return Say(say("draft.stale"))
    words: Words = draft["again"]["words"]
    words["items"][tap.subject_id or 0]["time"] = _naive(turn, datetime.fromisoformat(start))
    return book_round(turn, words)


@carries_out("round")
def send_round(turn: Turn, draft: Draft) -> Say:
    """Each becomes a visit of its own; each family hears only of its own."""
    sent: list[str] = []
    calls: list[str] = []
    kept: list[str] = []
    visits: list[Visit] = []
    for entry in draft["items"]:
        student = turn.session.get_one(Student, entry["student"])
        stop = Stop(student, datetime.fromisoformat(entry["starts_at"]), **household.planned(turn, entry))
        line = say(
            "name.visit",
            student=all_names([student, *stop.siblings]),
            time=when.spoken(stop.starts_at, turn.school.zone),
        )
        plan = _plan(turn, stop, draft["form"], draft["purpose"], draft["along"])
        if _taken(turn, plan):
            kept.append(line)
            continue
        visit, told = _proposed(turn, plan)
        visits.append(visit)
        (sent if told else calls).append(line)
    companion.ask_all(turn.session, visits, turn.now)
    parts = [("round.sent", sent), ("round.telephone", calls), ("round.kept", kept)]
    join = say("list.and").join
    return Say("\n".join(say(key, n=len(lines), visits=join(lines)) for key, lines in parts if lines))


def _proposed(turn: Turn, plan: Plan) -> tuple[Visit, bool]:
    """The visit, and whether anybody of the family was told."""
    visit = Visit.propose(turn.session, plan, turn.now)
    told = asked_of(turn.session, *plan.students)
    telling.tell(turn.session, visit, "visit.offer", told, turn.now)
    return visit, bool(told)
