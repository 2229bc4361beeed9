"""A letter to a family (书面家访): no hour and no yes or no; shown whole, sent on one tap, answered in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import when
from handlers.announce import Notice, Silence, Words, composes
from handlers.announce_offer import fields
from handlers.booking import names_of, nobody, visit_facts
from handlers.drafts import Draft, carries_out, show
from handlers.notes import pass_on
from handlers.pupils import full, the_student
from handlers.reach import Owing, teacher_context
from handlers.registry import GUARDIAN, TEACHER, Missing, command, tapped
from handlers.registry import Words as Slots
from handlers.running import run
from handlers.slots import words_of
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.understanding import read
from handlers.understanding.outright import letter_in
from models import hour, letter, telling
from models.audience import announced_to
from models.conversation import Tap
from models.letter import LONGEST
from models.student import Student
from models.visit import Visit
from models.visit_life import HELD, LETTER, RECORDED
from models.visit_plan import Plan

ANSWERED_WITHIN = timedelta(days=7)  #: for so long a family's words that are nothing else are its answer


def written_as_letter(turn: Turn, text: str) -> Say | None:
    """给张小明家发一封书面家访信：…; the child is read out of the words before the letter, never out of it."""
    head, body = letter_in(text) or ("", "")
    person = turn.staff
    if not head or person is None:
        return None
    context = teacher_context(turn, person, Owing([], []), shown=False)
    reading = read(head, turn.local().replace(tzinfo=None), context)
    words = words_of(turn, reading, Owing([], []), context)
    return run(turn, TEACHER, "letter", words | {"letter": body, "said": text}, write)


@command(TEACHER, "letter")
def write(turn: Turn, words: Slots) -> Say:
    """给张小明家发一封书面家访信：…"""
    person = turn.staff
    assert person is not None
    student = the_student(turn, person, words)
    told = announced_to(turn.session, student)
    if not told:
        return Say(say("letter.nobody", student=full(student), why=nobody(student)))
    text = str(words.get("letter") or (letter_in(str(words.get("said") or "")) or ("", ""))[1])
    if not text or len(text) > LONGEST:
        key = "letter.too_long" if text else "letter.ask"
        raise Missing("letter", say(key, student=full(student), most=LONGEST, n=len(text)))
    kept = {"students": [student.id], "ask": [], "form": LETTER}
    again = {"intent": "letter", "words": kept, "slot": "letter", "question": say("letter.anew")}
    draft: Draft = {"do": "letter", "student": student.id, "text": text, "again": again}
    names = names_of([p.id for p in told], student)
    shown = say("letter.shown", student=full(student), teacher=person.name, told=names, text=text)
    return show(turn, draft, shown + _later(turn))


def _later(turn: Turn) -> str:
    polite = hour.polite(turn.now, turn.school.policy, turn.school.zone)
    return "\n" + say("letter.later", time=when.spoken(polite, turn.school.zone)) if polite > turn.now else ""


@carries_out("letter")
def send(turn: Turn, draft: Draft) -> Say:
    """It goes out, and counts as held; whoever may hear of the child by now gets it."""
    student = turn.session.get_one(Student, draft["student"])
    assert turn.staff is not None
    told = announced_to(turn.session, student)
    if not told:
        return Say(say("letter.nobody", student=full(student), why=nobody(student)))
    plan = Plan(turn.staff, student, turn.now, LETTER, say("letter.purpose"))
    visit = letter.send(turn.session, plan, draft["text"], turn.now)
    telling.tell(turn.session, visit, "visit.letter", told, turn.now)
    return Say(say("letter.sent", told=names_of([p.id for p in told], student), **visit_facts(visit)))


@composes("visit.letter")
def arrived(notice: Notice) -> Words | Silence:
    """The whole of it, with a tap to answer; behind a template it stands under 详情 (rulings 34)."""
    visit = notice.visit()
    text = say("letter.arrived", text=visit.letter, **visit_facts(visit))
    taps = [notice.tap("letter.answer", say("label.answer_letter"), subject_id=visit.id)]
    return Words(text, "visit", fields(visit, say("note_field.letter")), taps, visit.student)


@tapped("letter.answer")
def tap_answer(turn: Turn, tap: Tap) -> Say:
    question = say("letter.ask_answer")
    hole = {"intent": "answer_letter", "words": {"visit": tap.subject_id}, "slot": "text", "question": question}
    turn.memory["hole"] = hole
    return Say(question)


@command(GUARDIAN, "answer_letter")
def answer(turn: Turn, words: Slots) -> Say:
    """（回老师的信）"""
    return pass_on(turn, words | {"said": str(words["text"]), "act": "message"})


@command(GUARDIAN, "unasked")
def answered_in_words(turn: Turn, words: Slots) -> Say:
    """（没有问题在等回复时的话）

    Words of a family that has just had a letter are for who wrote it; shown first, as all that is passed on.
    """
    since: datetime = turn.now - ANSWERED_WITHIN
    held = [v for p in turn.family for v in Visit.of_guardian(turn.session, p, HELD, RECORDED)]
    letters = [v for v in held if v.form == LETTER and v.held_at is not None and v.held_at > since]
    if letters and words.get("said"):
        return answer(turn, {"visit": letters[-1].id, "text": words["said"]})
    return Say(say("unclear.guardian"))
