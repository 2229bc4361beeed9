"""A teacher who is ill, or somebody in charge, asks a colleague to go in her place (代访): shown, asked, answered."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import company, when
from handlers.booking import visit_facts
from handlers.drafts import Draft, carries_out, show
from handlers.meant_many import MOST, names, of_teacher
from handlers.registry import TEACHER, Missing, Nothing, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, TapMaker, Turn
from models import company as companies
from models import handover, telling
from models.conversation import Tap
from models.errors import Refused
from models.handover import Handover, Taken
from models.notification import Owed, owe
from models.person import Person
from models.student import Student
from models.visit import Visit


@command(TEACHER, "hand_over")
def hand_over(turn: Turn, words: Words) -> Say:
    """我病了，本周家访请李国强老师代"""
    whose = _colleague(turn, words, "whose") if words.get("whose") else turn.person
    to = _colleague(turn, words, "to") if words.get("to") else turn.person
    if whose is to:
        raise Nothing(say("handover.oneself"))
    found = of_teacher(turn, words, whose)
    if not found:
        raise Nothing(say("handover.none"))
    if len(found) > MOST:
        raise Nothing(say("handover.too_many", n=len(found), most=MOST))
    able, text = _looked_at(turn, found, to)
    draft: Draft = {"do": "hand_over", "visits": [[v.id, v.steps] for v in able], "to": to.id}
    head = say("handover.head_me" if to is turn.person else "handover.head", whose=whose.name, to=to.name, n=len(found))
    if not able:
        return Say(head + "\n" + text + "\n" + say("handover.none_able"))
    key = "handover.foot_me" if to is turn.person else "handover.foot"
    text = "\n".join([head, text, say(key, to=to.name, whose=whose.name)])
    label = "label.take_over" if to is turn.person else "label.ask_colleague"
    return show(turn, draft, text, label, "label.drop")


def _colleague(turn: Turn, words: Words, slot: str) -> Person:
    """Who was called so; asks which one where it is in doubt."""
    called = str(words[slot])
    if called.isascii() and called.isdigit():
        person = turn.session.get(Person, int(called))
        if person is not None and person.on_staff and person.school_id == turn.person.school_id:
            return person
    found = company.colleagues(turn, called)
    if len(found) == 1:
        words[slot] = str(found[0].id)
        return found[0]
    known = found or company.colleagues(turn, called[:1])
    key = "handover.which" if found else "company.unknown"
    raise Missing(slot, say(key, name=called), [(p.name, str(p.id)) for p in known[:6]])


def _looked_at(turn: Turn, visits: list[Visit], to: Person) -> tuple[list[Visit], str]:
    """Those that she could take, and the whole list in words, with why she cannot take the others."""
    able, lines = [], []
    for number, visit in enumerate(visits, 1):
        line = say("handover.line", number=number, visit=line_of(visit))
        try:
            handover.check(turn.session, visit, to, turn.now)
            able.append(visit)
        except Refused as no:
            line = say("handover.line_left", line=line, why=reason_of(no))
        lines.append(line)
    return able, "\n".join(lines)


def reason_of(no: Refused) -> str:
    """Why a visit stays where it is."""
    return say(f"refused.{no.code}", **no.facts)


def line_of(visit: Visit, of: Sequence[Student] = ()) -> str:
    """When, with whom, in which form."""
    time = when.spoken(visit.starts_at, visit.school.zone)
    return say("handover.visit", time=time, full=visit_facts(visit, of)["full"], form=say(f"form.{visit.form}"))


@carries_out("hand_over")
def ask(turn: Turn, draft: Draft) -> Say:
    """The colleague is asked, at any hour; who asks for herself goes at once."""
    visits = [turn.session.get_one(Visit, key) for key, _ in draft["visits"]]
    if [v.steps for v in visits] != [steps for _, steps in draft["visits"]]:
        raise Refused("changed_meanwhile_plain")
    to = turn.session.get_one(Person, draft["to"])
    request = handover.ask(turn.session, turn.person, to, visits, turn.now)
    if to.id == turn.person.id:
        return _take(turn, request)
    owe(turn.session, [Owed(request.school_id, "handover.asked", request.id, to.id, turn.now)], turn.now)
    return Say(say("handover.sent", to=to.name, n=len(visits)))


def answer_taps(new: TapMaker, request: Handover) -> list[Tap]:
    """What a colleague can say to it."""
    deeds = [("handover.yes", "label.hand_yes"), ("handover.no", "label.hand_no")]
    return [new(deed, say(label), subject_id=request.id) for deed, label in deeds]


def meant(turn: Turn, text: str) -> str | None:
    """Whether words answer the request: 接手 always, 可以 only where nothing else could be meant."""
    assert turn.staff is not None
    plain = text.strip(" 。.！!，,~～")
    own = next((i for i in ("take_over", "leave_over") if plain in say(f"handover.{i}_words").split()), None)
    if own:
        return own
    general = next((i for i in ("take_over", "leave_over") if plain in say(f"handover.{i}_general").split()), None)
    if general is None or not Handover.asking(turn.session, turn.staff, turn.now):
        return None
    return None if companies.asking(turn.session, turn.staff, turn.now) else general


@command(TEACHER, "take_over")
def take_over(turn: Turn, words: Words) -> Say:
    """接手"""
    return _take(turn, _the_request(turn))


@command(TEACHER, "leave_over")
def leave_over(turn: Turn, words: Words) -> Say:
    """接不了"""
    return _leave(turn, _the_request(turn))


def _the_request(turn: Turn) -> Handover:
    found = Handover.asking(turn.session, turn.person, turn.now)
    if not found:
        raise Nothing(say("handover.nothing_asked"))
    return found[0]


@tapped("handover.yes", "handover.no")
def tap_answer(turn: Turn, tap: Tap) -> Say:
    request = turn.session.get(Handover, tap.subject_id)
    if request is None:
        raise Refused("not_yours")
    return _take(turn, request) if tap.deed == "handover.yes" else _leave(turn, request)


def _take(turn: Turn, request: Handover) -> Say:
    done = handover.take(turn.session, request, turn.person, turn.now)
    unheard = _tell_families(turn, request, done.taken)
    left = [v.id for v, _ in done.left]
    _tell_askers(turn, request, "handover.taken", taken=[v.id for v in done.taken], left=left)
    for visit in done.taken:
        if visit.asked == TEACHER:
            # The family's wish waits for whoever comes now.
            telling.tell_teacher(turn.session, visit, "visit.countered", turn.now)
    return Say(_taken(request, done, unheard))


def _taken(request: Handover, done: Taken, unheard: list[Visit]) -> str:
    lines = [say("handover.taken_me", n=len(done.taken), whose=request.teacher.name)] if done.taken else []
    lines += [say("handover.line", number=i, visit=line_of(v)) for i, v in enumerate(done.taken, 1)]
    if done.left:
        lines.append(say("handover.left_me", whose=request.teacher.name))
        lines += [say("handover.line_left", line=line_of(v), why=reason_of(no)) for v, no in done.left]
    lines += [say("handover.telephone", names=names(unheard))] if unheard else []
    return "\n".join(lines)


def _leave(turn: Turn, request: Handover) -> Say:
    handover.leave(request, turn.person, turn.now)
    _tell_askers(turn, request, "handover.refused")
    return Say(say("handover.not_taken", whose=request.teacher.name))


def _tell_askers(turn: Turn, request: Handover, kind: str, **facts: list[int]) -> None:
    """Who asked, and whose visits they are; not who has just spoken."""
    people = dict.fromkeys(p for p in (request.teacher_id, request.by_id) if p != turn.person.id)
    owe(turn.session, [Owed(request.school_id, kind, request.id, p, turn.now, facts=facts) for p in people], turn.now)


def _tell_families(turn: Turn, request: Handover, taken: list[Visit]) -> list[Visit]:
    """Each guardian once, of all the visits of hers; returns those of which nobody could be told."""
    told: dict[int, list[Visit]] = {}
    for visit in taken:
        for person in telling.family_but(turn.session, visit, None):
            told.setdefault(person.id, []).append(visit)
    for person_id, visits in told.items():
        person = turn.session.get_one(Person, person_id)
        facts = {"visits": [v.id for v in visits], "before": request.teacher_id}
        telling.tell(turn.session, visits[0], "visit.handed_over", [person], turn.now, **facts)
    return [v for v in taken if not any(v in visits for visits in told.values())]
