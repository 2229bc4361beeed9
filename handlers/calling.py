"""The list of families to telephone: whom, which number, what to say; and the answers, tapped or in one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from handlers import when
from handlers.booking import phone_taps, visit_facts
from handlers.countering import own_visit
from handlers.drafts import Draft, carries_out, show
from handlers.offered import slot_of
from handlers.pupils import all_classes, all_names
from handlers.registry import TEACHER, Words, command, tapped
from handlers.telephoning import agreed, declined, moved
from handlers.texts import say
from handlers.times import settled
from handlers.turn import Say, TapMaker, Turn
from models import history
from models.audience import main_contact
from models.calls import REMINDED, UNANSWERED, Call, calls_of, write_down
from models.conversation import Tap
from models.errors import Refused
from models.person import Person
from models.visit import Visit
from models.visit_life import CONFIRMED, GUARDIAN

SHOWN = 6  #: families in one message; the rest come once these are done


def listed(session: Session, teacher: Person, found: Sequence[Call], now: datetime) -> str:
    """The list with telephones; that these were read is recorded (rulings 20)."""
    lines = [say("calls.head", n=len(found))]
    for number, call in enumerate(found[:SHOWN], 1):
        for student in call.visit.students:
            history.read(session, teacher.id, student, "phone", now)
        # A single family's choices are numbered themselves.
        mark = say("calls.mark", number=number) if len(found) > 1 else ""
        lines.append(_line(session, mark, call))
    if len(found) > SHOWN:
        lines.append(say("calls.more", n=len(found) - SHOWN))
    return "\n".join([*lines, say("calls.foot" if len(found) > 1 else "calls.foot_one")])


def _line(session: Session, mark: str, call: Call) -> str:
    visit, contact = call.visit, main_contact(session, *call.visit.students)
    key = "move" if visit.moving else call.why
    return say(
        "calls.line",
        mark=mark,
        who=say("name.guardian", student=visit.student.name, relation=contact.relation if contact else ""),
        school_class=all_classes(visit.students),
        phone=(contact.person.phone if contact else None) or say("answer.no_phone"),
        tried=say("calls.tried", n=call.tried) if call.tried else "",
        words=say(f"calls.say_{key}", **visit_facts(visit)),
    )


def call_taps(new: TapMaker, found: Sequence[Call]) -> list[Tap]:
    """One family: what it said; several: which one was called."""
    if len(found) == 1:
        return answer_taps(new, found[0].visit)
    return [
        new("call.open", say("calls.label", number=n, student=all_names(c.visit.students)), subject_id=c.visit.id,
            round=c.visit.steps)
        for n, c in enumerate(found[:SHOWN], 1)
    ]  # fmt: skip


def answer_taps(new: TapMaker, visit: Visit) -> list[Tap]:
    """What came of the call."""
    if visit.asked == GUARDIAN:
        return phone_taps(new, visit)
    deeds = [("phone.reminded", "label.reminded"), ("phone.move", "label.phone_move")]
    deeds.append(("phone.unanswered", "label.unanswered"))
    return [new(deed, say(label), subject_id=visit.id, round=visit.steps) for deed, label in deeds]


@command(TEACHER, "call_list")
def call_list(turn: Turn, words: Words) -> Say:
    """电话清单"""
    found = calls_of(turn.session, turn.person, turn.now)
    if not found:
        return Say(say("calls.none"))
    return Say(listed(turn.session, turn.person, found, turn.now), call_taps(turn.tap, found))


@tapped("call.open")
def tap_open(turn: Turn, tap: Tap) -> Say:
    # The numbers of the list hold while its families are gone through.
    turn.memory["calls"] = [[t.subject_id, t.round] for t in _seen(turn)]
    visit = own_visit(turn, tap)
    key = "phone.ask" if visit.asked == GUARDIAN else "calls.ask_reminded"
    return Say(say(key, **visit_facts(visit)), answer_taps(turn.tap, visit))


def _seen(turn: Turn) -> list[Tap]:
    ids: list[int] = turn.memory.get("list") or []
    taps = {t.id: t for t in turn.session.scalars(sa.select(Tap).where(Tap.id.in_(ids)))}
    return [taps[key] for key in ids if key in taps and taps[key].deed.startswith(("call.", "phone."))]


def numbers_seen(turn: Turn) -> list[list[int]]:
    """Visit and step behind each number of the list that was seen last."""
    seen = _seen(turn)
    if any(t.deed == "call.open" for t in seen) or "calls" not in turn.memory:
        return [list(pair) for pair in dict.fromkeys((t.subject_id or 0, t.round) for t in seen)]
    return list(turn.memory["calls"])


@tapped("phone.unanswered", "phone.reminded")
def tap_without_change(turn: Turn, tap: Tap) -> Say:
    """Nobody answered, or a settled visit was called to mind: kept, nothing else changes."""
    return Say(_without_change(turn, own_visit(turn, tap), tap.deed.removeprefix("phone.")))


def _without_change(turn: Turn, visit: Visit, answer: str) -> str:
    verb = UNANSWERED if answer == "unanswered" else REMINDED
    write_down(turn.session, visit, verb, turn.person, turn.now)
    return say(f"calls.{answer}", **visit_facts(visit))


@tapped("phone.move")
def tap_move(turn: Turn, tap: Tap) -> Say:
    visit = own_visit(turn, tap)
    question = say("calls.ask_time", **visit_facts(visit))
    turn.memory["hole"] = {"intent": "phone_move", "words": {"visit": visit.id, "steps": visit.steps}, "slot": "time",
                           "question": question}  # fmt: skip
    return Say(question)


@command(TEACHER, "phone_move")
def phone_move(turn: Turn, words: Words) -> Say:
    """家长电话里说改到周日上午10点"""
    starts_at, _ = settled(turn, words, "time", "move.ask_time")
    entry = {"visit": words["visit"], "steps": words["steps"], "answer": "move", "starts_at": starts_at.isoformat()}
    return show_answers(turn, [entry], {"intent": "phone_move", "words": words})


def show_answers(turn: Turn, entries: list[dict[str, object]], again: dict[str, object] | None = None) -> Say:
    """Answers got by telephone as they were understood, with the tap that enters them."""
    lines = [say("calls.shown"), *(_shown(turn, entry) for entry in entries)]
    draft: Draft = {"do": "calls", "entries": entries} | ({"again": again} if again else {})
    return show(turn, draft, "\n".join(lines), "label.enter", "label.drop")


def _shown(turn: Turn, entry: dict[str, object]) -> str:
    visit = turn.session.get(Visit, entry["visit"])
    assert visit is not None
    starts_at = entry.get("starts_at") or entry.get("slot")
    new = when.spoken(datetime.fromisoformat(str(starts_at)), turn.school.zone) if starts_at else ""
    return say(f"calls.entry_{entry['answer']}", new=new, **visit_facts(visit))


@carries_out("calls")
def carry_out(turn: Turn, draft: Draft) -> Say:
    """Each answer is entered by itself; what has changed meanwhile is left alone, and said."""
    return Say("\n".join(_entered(turn, entry) for entry in draft["entries"]))


def _entered(turn: Turn, entry: dict[str, object]) -> str:
    visit = turn.session.get(Visit, entry["visit"])
    if visit is None or visit.teacher_id != turn.person.id or visit.steps != entry["steps"]:
        return say("refused.changed_meanwhile_plain")
    facts = visit_facts(visit)
    try:
        with turn.session.begin_nested():
            return _enter(turn, visit, entry)
    except Refused as no:
        return say("calls.not_entered", why=say(f"refused.{no.code}"), **facts)


def _enter(turn: Turn, visit: Visit, entry: dict[str, object]) -> str:
    answer = str(entry["answer"])
    if answer == "move":
        return moved(turn, visit, datetime.fromisoformat(str(entry["starts_at"])))
    if answer == "no":
        return declined(turn, visit)
    if answer == "slot":
        return agreed(turn, visit, slot_of(visit, str(entry["slot"])))
    if answer == "yes" and visit.asked == GUARDIAN:
        return agreed(turn, visit)
    if answer == "yes" and visit.state == CONFIRMED:
        answer = "reminded"
    return _without_change(turn, visit, answer)
