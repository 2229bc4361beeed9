"""What a guardian agrees to, and takes back: per purpose and child, as easily withdrawn as given (rel.L1, L2)."""

from __future__ import annotations

import sqlalchemy as sa

from handlers.family_views import how_long
from handlers.registry import GUARDIAN, Words, command, elsewhere, tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.understanding import Context, read
from models.consent import PURPOSES, TEXT_VERSION, Consent
from models.conversation import Tap
from models.notification import PENDING, Notification, Owed, owe
from models.person import Person
from models.student import Guardianship
from models.visit import Visit
from models.visit_life import OPEN


def given(turn: Turn) -> bool:
    """Whether any consent of this speaker stands; without one nothing else is said (rulings 16)."""
    return turn.standing.consents


def notice(turn: Turn, person: Person) -> Say:
    """Which child, who else, what is kept and why; with agree and refuse side by side."""
    ties = _ties(turn, person)
    children = say("list.and").join(
        say("bind.child", student=t.student.name, school_class=t.student.school_class.name, relation=t.relation)
        for t in ties
    )
    others = [g for t in ties for g in t.student.guardianships if g.person_id != person.id and not g.muted]
    names = say("list.and").join(dict.fromkeys(g.relation for g in others)) or say("bind.no_others")
    turn.memory["notice_shown"] = True
    leaver = how_long(person.school.policy.keep_leaver_days)
    text = say("consent.notice", children=children, others=names, school=person.school.name, leaver=leaver)
    taps = [turn.tap("consent.give", say("label.consent")), turn.tap("consent.refuse", say("label.consent_not"))]
    return Say(text, taps)


def _ties(turn: Turn, person: Person) -> list[Guardianship]:
    query = sa.select(Guardianship).where(Guardianship.person_id == person.id, Guardianship.muted.is_(False))
    return list(turn.session.scalars(query.order_by(Guardianship.id)))


def answer(turn: Turn, text: str) -> Say:
    """Without consent only consent is talked about; nobody agrees to what was not shown."""
    now = turn.local().replace(tzinfo=None)
    reading = read(text, now, Context(role="guardian", pending="consent"))
    if reading.intent == "consent" and "notice_shown" in turn.memory:
        return give(turn)
    if reading.intent == "refuse_consent":
        return Say(say("consent.refused"))
    if reading.intent == "unbind":
        return Say(say("bind.unbind_shown"), [turn.tap("bind.leave", say("label.unbind_yes"))])
    if reading.intent == "erase_data":
        return elsewhere(turn, GUARDIAN, "erase_data", {})
    return notice(turn, turn.family[0])


@tapped("consent.give")
def tap_give(turn: Turn, tap: Tap) -> Say:
    return give(turn)


@tapped("consent.refuse")
def tap_refuse(turn: Turn, tap: Tap) -> Say:
    return Say(say("consent.refused"))


def give(turn: Turn) -> Say:
    """Writes down the consent for every purpose and child, and puts open proposals to the new guardian."""
    for person in turn.family:
        for tie in _ties(turn, person):
            for purpose in PURPOSES:
                if not Consent.live(turn.session, person.id, tie.student_id, purpose):
                    turn.session.add(_consent(person, tie.student_id, purpose, turn))
    turn.session.flush()
    for person in turn.family:
        _open_proposals(turn, person)
    return Say(say("consent.given"))


def _consent(person: Person, student_id: int, purpose: str, turn: Turn) -> Consent:
    row = Consent(school_id=person.school_id, person_id=person.id, student_id=student_id, purpose=purpose)
    row.text_version, row.given_at, row.channel = TEXT_VERSION, turn.now, "chat"
    return row


def _open_proposals(turn: Turn, person: Person) -> None:
    """What is being asked about the child already is put to this guardian too."""
    visits = [v for v in Visit.of_guardian(turn.session, person, *OPEN) if v.asked == GUARDIAN]
    kinds = ["visit.move_offer" if v.moving else "visit.offer" for v in visits]
    owed = [
        Owed(v.school_id, kind, v.id, person.id, turn.now, round=v.steps) for v, kind in zip(visits, kinds, strict=True)
    ]
    owe(turn.session, owed, turn.now)


def withdraw(turn: Turn, person_id: int) -> None:
    """Takes back every consent of a person; what waits in the outbox for her never goes out (rel.I12)."""
    live = sa.update(Consent).where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
    turn.session.execute(live.values(withdrawn_at=turn.now))
    waiting = sa.update(Notification).where(Notification.person_id == person_id, Notification.state == PENDING)
    turn.session.execute(waiting.values(state="dropped", reason="consent_withdrawn", done_at=turn.now))


@command(GUARDIAN, "unsubscribe")
def unsubscribe(turn: Turn, words: Words) -> Say:
    """退订"""
    deeds = [("stop.surveys", "label.stop_surveys"), ("stop.all", "label.stop_all"), ("stop.nothing", "label.stop_not")]
    return Say(say("consent.stop_shown"), [turn.tap(deed, say(label)) for deed, label in deeds])


@tapped("stop.surveys", "stop.all", "stop.nothing")
def tap_stop(turn: Turn, tap: Tap) -> Say:
    if tap.deed == "stop.nothing":
        return Say(say("consent.stop_not"))
    for person in turn.family:
        person.surveys_stopped_at = turn.now
        if tap.deed == "stop.all":
            person.stopped_at = turn.now
            _tell_teachers(turn, person)
    return Say(say("consent.stopped_all" if tap.deed == "stop.all" else "consent.stopped_surveys"))


def _tell_teachers(turn: Turn, person: Person) -> None:
    visits = Visit.of_guardian(turn.session, person, *OPEN)
    owed = [
        Owed(v.school_id, "visit.family_stopped", v.id, v.teacher_id, turn.now, slot=str(person.id)) for v in visits
    ]
    owe(turn.session, owed, turn.now)


@command(GUARDIAN, "resume")
def resume(turn: Turn, words: Words) -> Say:
    """恢复"""
    for person in turn.family:
        person.stopped_at = person.surveys_stopped_at = None
    return Say(say("consent.resumed"))
