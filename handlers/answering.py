"""A family answers a proposal in its own words (B3, B4, rulings 4–6)."""

from __future__ import annotations

from datetime import datetime

from handlers import when, who_is_home
from handlers.beside import told_beside
from handlers.booking import named_form, visit_facts
from handlers.drafts import Draft, carries_out, show
from handlers.moving import family_visit, guardian_cancels
from handlers.not_at_home import may_be_asked_again
from handlers.offered import answer_taps, keeps_old, slot_of
from handlers.pupils import the_visit
from handlers.reach import answerable
from handlers.registry import GUARDIAN, Words, command, elsewhere, tapped
from handlers.round_table import stays_out
from handlers.survey import ask_again
from handlers.texts import say
from handlers.times import settled
from handlers.turn import Say, Turn
from models import participant, telling
from models.conversation import Tap
from models.notification import Owed, owe
from models.person import Person
from models.survey import PRE_VISIT, Survey
from models.visit import Visit
from models.visit_life import AT_HOME, AT_SCHOOL, CONFIRMED, PHONE, PROPOSED, VIDEO, Actor

#: The forms that a family can ask for.
CHOSEN = (PHONE, VIDEO, AT_SCHOOL, AT_HOME)


def asked_visits(turn: Turn) -> list[Visit]:
    """Proposals that wait for this family's answer, the newest first."""
    found = [v for v in answerable(turn) if v.asked == GUARDIAN and v.state in (PROPOSED, CONFIRMED)]
    return sorted(found, key=lambda v: v.offer_at or turn.now, reverse=True)


def _visit(turn: Turn, words: Words) -> tuple[Visit, Person]:
    visit = the_visit(turn, asked_visits(turn), words, "answer.nothing_asked")
    return family_visit(turn, visit.id, visit.steps)


@command(GUARDIAN, "confirm")
def confirm(turn: Turn, words: Words) -> Say:
    """可以"""
    visit, person = _visit(turn, words)
    bare = str(words.get("said", "")).strip(" 。！!，,~") in say("answer.bare_yes_words").split()
    if turn.memory.pop("delayed", None) == visit.id and bare:
        # After 不着急, a 嗯 or 好的 may only mean that.
        return Say(say("answer.ask_plainly", **visit_facts(visit)), offer_taps(turn, visit))
    keeps = keeps_old(visit, str(words.get("said", "")))
    if keeps is None:
        return Say(say("answer.ask_plainly", **visit_facts(visit)), offer_taps(turn, visit))
    said = _refuse_move(turn, visit, person) if keeps else confirm_at(turn, visit, person)
    said.text += told_beside(turn, visit, person, words)
    return said


@tapped("visit.confirm")
def tap_confirm(turn: Turn, tap: Tap) -> Say:
    visit, person = family_visit(turn, tap.subject_id, tap.round)
    return confirm_at(turn, visit, person, slot_of(visit, tap.value))


def confirm_at(turn: Turn, visit: Visit, person: Person, slot: datetime | None = None) -> Say:
    """Takes the time on the table; of several the one that was named, else it is asked which (rulings 7)."""
    if slot is None and len(visit.slots) > 1:
        return Say(say("answer.which_slot", **visit_facts(visit)), offer_taps(turn, visit))
    moving = visit.moving
    visit.confirm(turn.session, Actor(GUARDIAN, person.id), turn.now, slot)
    participant.settled(turn.session, visit, person.id, moving, turn.now)
    owed = _news(turn, visit, person, moving)
    if not moving:
        owed.append(_first_question(turn, visit, person))
    owe(turn.session, owed, turn.now)
    text = say("answer.move_taken", **visit_facts(visit)) if moving else confirmed_text(visit, person)
    return who_is_home.asked(turn, visit, person, Say(text))


def _news(turn: Turn, visit: Visit, person: Person, moving: bool) -> list[Owed]:
    """What the teacher and the other guardians hear of it."""
    others = telling.family_but(turn.session, visit, person.id)
    kinds = ("visit.move_taken", "visit.moved") if moving else ("visit.confirmed", "visit.taken")
    to_teacher = telling.messages(visit, kinds[0], [visit.teacher], turn.now, by=person.id)
    return to_teacher + telling.messages(visit, kinds[1], others, turn.now)


def confirmed_text(visit: Visit, person: Person) -> str:
    """The confirmation, with what should be checked before a visit at home (B7)."""
    text = say("answer.confirmed", **visit_facts(visit))
    if visit.form == AT_HOME:
        address = visit.student.address or say("answer.no_address")
        text += "\n" + say("answer.check_address", address=address, phone=person.phone or say("answer.no_phone"))
    elif visit.form in (PHONE, VIDEO):
        text += "\n" + say("answer.check_phone", phone=person.phone or say("answer.no_phone"))
    return text


def questionnaire(turn: Turn, visit: Visit, person: Person) -> None:
    """Begins the questions before the visit (Q1)."""
    owe(turn.session, [_first_question(turn, visit, person)], turn.now)


def _first_question(turn: Turn, visit: Visit, person: Person) -> Owed:
    survey = Survey.begun(turn.session, visit, PRE_VISIT, person, turn.now)
    due = telling.polite_for(visit, "survey.ask", turn.now)
    return Owed(visit.school_id, "survey.ask", survey, person.id, due, slot="0", expires_at=visit.starts_at)


@command(GUARDIAN, "counter")
def counter(turn: Turn, words: Words) -> Say:
    """周日上午10点行吗"""
    visit, _ = asked_or_settled(turn, words)
    starts_at, inferred = settled(turn, words, "time", "answer.ask_time")
    return wish_shown(turn, visit, words, starts_at, inferred)


def asked_or_settled(turn: Turn, words: Words) -> tuple[Visit, Person]:
    """The visit that waits for an answer, else the one that stands."""
    visits = asked_visits(turn) or [v for v in answerable(turn) if v.state == CONFIRMED and v.asked is None]
    picked = the_visit(turn, visits, words, "answer.nothing_asked")
    return family_visit(turn, picked.id, picked.steps)


def wish_shown(turn: Turn, visit: Visit, words: Words, starts_at: datetime, inferred: bool) -> Say:
    """Another hour, another form, or both, as it will go to the teacher."""
    again = {"intent": "counter", "words": words | {"visit": visit.id}}
    draft: Draft = {"do": "counter", "visit": visit.id, "steps": visit.steps, "starts_at": starts_at.isoformat()}
    new = when.spoken(starts_at, turn.school.zone) + (say("book.inferred") if inferred else "")
    form, key = form_in(words), "answer.counter_shown"
    if form is not None and form != (visit.offer_form or visit.form):
        draft["form"] = form
        new, key = f"{new} {say(f'form.{form}')}", "answer.counter_shown_form"
    text = say(key, new=new, **visit_facts(visit))
    return show(turn, draft | {"again": again}, text, "label.send_teacher", "label.edit", "label.drop")


def form_in(words: Words) -> str | None:
    """The form that was named, of those that a family can choose."""
    form = named_form(words)
    return form if form in CHOSEN else None


@carries_out("counter")
def carry_out_counter(turn: Turn, draft: Draft) -> Say:
    """The other time goes to the teacher; a confirmed visit stands until she takes it."""
    visit, person = family_visit(turn, draft["visit"], draft["steps"])
    starts_at = datetime.fromisoformat(draft["starts_at"])
    actor, form = Actor(GUARDIAN, person.id), draft.get("form", "")
    if visit.state == CONFIRMED and visit.asked is None:
        visit.move(turn.session, actor, starts_at, turn.now, form)
    else:
        visit.counter(turn.session, actor, starts_at, turn.now, form)
    if form == AT_HOME:
        may_be_asked_again(turn)
    telling.tell_teacher(turn.session, visit, "visit.countered", turn.now, by=person.id)
    return Say(say("answer.counter_sent", **visit_facts(visit)))


@tapped("visit.other_time")
def tap_other_time(turn: Turn, tap: Tap) -> Say:
    visit, _ = family_visit(turn, tap.subject_id, tap.round)
    turn.memory.pop("draft", None)
    question = say("answer.ask_time", **visit_facts(visit))
    turn.memory["hole"] = {"intent": "counter", "words": {"visit": visit.id}, "slot": "time", "question": question}
    return Say(question)


@command(GUARDIAN, "decline")
def decline(turn: Turn, words: Words) -> Say:
    """不方便"""
    visit, person = _visit(turn, words)
    if visit.moving and any(each in str(words.get("said", "")) for each in say("answer.call_off_words").split()):
        # 取消张小明的家访 is more than a no to the other time: shown first.
        return guardian_cancels(turn, words | {"visit": visit.id})
    if visit.moving:
        return _refuse_move(turn, visit, person)
    if visit.form == AT_HOME and not visit.forms_offered:
        visit.forms_offered = True
        return Say(say("answer.other_forms", **visit_facts(visit)), form_taps(turn, visit))
    return _decline(turn, visit, person)


def form_taps(turn: Turn, visit: Visit) -> list[Tap]:
    forms = [f for f in (PHONE, VIDEO, AT_SCHOOL) if f != visit.form]
    taps = [turn.tap("visit.form", say(f"form.{f}"), visit.id, value=f, round=visit.steps) for f in forms]
    taps.append(turn.tap("visit.other_time", say("label.other_time"), visit.id, round=visit.steps))
    taps.append(turn.tap("visit.decline", say("label.decline"), visit.id, round=visit.steps))
    return taps


@tapped("visit.decline")
def tap_decline(turn: Turn, tap: Tap) -> Say:
    visit, person = family_visit(turn, tap.subject_id, tap.round)
    return _refuse_move(turn, visit, person) if visit.moving else _decline(turn, visit, person)


@tapped("visit.unfit")
def tap_unfit(turn: Turn, tap: Tap) -> Say:
    visit, _ = family_visit(turn, tap.subject_id, tap.round)
    return decline(turn, {"visit": visit.id})


def _decline(turn: Turn, visit: Visit, person: Person) -> Say:
    if (only_she := stays_out(turn, visit, person)) is not None:
        return only_she
    visit.decline(turn.session, Actor(GUARDIAN, person.id), turn.now)
    telling.tell_teacher(turn.session, visit, "visit.declined", turn.now, by=person.id)
    telling.tell_family(turn.session, visit, "visit.declined_by_other", turn.now, but=person.id)
    return Say(say("answer.declined", **visit_facts(visit)))


def _refuse_move(turn: Turn, visit: Visit, person: Person) -> Say:
    visit.refuse_move(turn.session, Actor(GUARDIAN, person.id), turn.now)
    telling.tell_teacher(turn.session, visit, "visit.move_refused", turn.now, by=person.id)
    return Say(say("answer.move_refused", **visit_facts(visit)))


@command(GUARDIAN, "delegate", "ask", "yes")
def ask_plainly(turn: Turn, words: Words) -> Say:
    """听老师安排"""
    visits = asked_visits(turn)
    if not visits:
        return unknown(turn, words)
    visit = the_visit(turn, visits, words, "answer.nothing_asked")
    key = "answer.which_slot" if len(visit.slots) > 1 else "answer.ask_plainly"
    return Say(say(key, **visit_facts(visit)), offer_taps(turn, visit))


def offer_taps(turn: Turn, visit: Visit) -> list[Tap]:
    """How a proposal can be answered by a tap."""
    return answer_taps(turn.tap, visit)


@command(GUARDIAN, "unknown")
def unknown(turn: Turn, words: Words) -> Say:
    """帮助"""
    visits = asked_visits(turn)
    if len(visits) == 1:
        visit = visits[0]
        key = "answer.unclear_choice" if len(visit.slots) > 1 else "answer.unclear_offer"
        return Say(say(key, **visit_facts(visit)), offer_taps(turn, visit))
    return ask_again(turn, words) or elsewhere(turn, GUARDIAN, "unasked", words)
