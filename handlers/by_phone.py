"""What a family has said on the telephone, in the teacher's words: shown, then entered on one tap (rulings 25)."""

from __future__ import annotations

from handlers.calling import show_answers
from handlers.reach import Owing, teacher_context
from handlers.registry import Missing
from handlers.slots import words_of
from handlers.times import settled
from handlers.turn import Say, Turn
from handlers.understanding import read, read_moment
from handlers.understanding.outright import heard_on_the_phone
from models.visit import Visit
from models.visit_life import CONFIRMED, GUARDIAN, PROPOSED


def told_on_the_phone(turn: Turn, text: str) -> Say | None:
    """张小明妈妈电话里同意了; None when it is nothing of the kind, or not one family that was asked."""
    heard = heard_on_the_phone(text)
    visit = _asked(turn, text) if heard else None
    if heard is None or visit is None:
        return None
    answer, rest = heard
    entry: dict[str, object] = {"visit": visit.id, "steps": visit.steps, "answer": answer}
    if answer != "move":
        return show_answers(turn, [entry])
    moment = read_moment(rest, turn.local().replace(tzinfo=None))
    if moment.none:
        return None
    words = {"visit": visit.id, "steps": visit.steps, "time": moment.as_json()}
    try:
        starts_at, _ = settled(turn, words, "time", "move.ask_time")
    except Missing as wanted:
        turn.memory["hole"] = {"intent": "phone_move", "words": words, "slot": "time", "question": wanted.question,
                               "choices": wanted.choices}  # fmt: skip
        return Say(wanted.question, [turn.tap("slot.fill", label, value=value) for label, value in wanted.choices])
    if starts_at in (visit.offer_starts_at, visit.starts_at) and visit.asked == GUARDIAN:
        return show_answers(turn, [entry | {"answer": "yes"}])
    again: dict[str, object] = {"intent": "phone_move", "words": words}
    return show_answers(turn, [entry | {"starts_at": starts_at.isoformat()}], again)


def _asked(turn: Turn, text: str) -> Visit | None:
    """The one visit that waits for the family of the one child who is named."""
    person = turn.staff
    assert person is not None
    context = teacher_context(turn, person, Owing([], []), shown=False)
    reading = read(text, turn.local().replace(tzinfo=None), context)
    words = words_of(turn, reading, Owing([], []), context)
    named = words.get("students") or []
    if len(named) != 1 or any(doubt.startswith("student") for doubt in words["ask"]):
        return None
    found = [v for v in Visit.of_teacher(turn.session, person, PROPOSED, CONFIRMED) if v.is_of(named)]
    waiting = [v for v in found if v.asked == GUARDIAN]
    return waiting[0] if len(waiting) == 1 else None
