"""What the effect of a visit leads to (F3): praise to the family when it is clear, else another visit or plan."""

from __future__ import annotations

from handlers.announce import Notice
from handlers.booking import book, names_of, visit_facts
from handlers.drafts import Draft, carries_out, show
from handlers.open_items import add
from handlers.registry import TEACHER, Missing, Nothing, Words, command, tapped
from handlers.running import run
from handlers.texts import say
from handlers.turn import Say, TapMaker, Turn
from models import hour
from models.audience import answering
from models.conversation import Tap
from models.followup import CLEAR, EFFECT, NONE, FollowUp
from models.note import PRAISE, Note
from models.notification import Owed, owe
from models.visit import Visit


def leads_to(new: TapMaker, asked: FollowUp, both_clear: bool) -> tuple[str, list[Tap]]:
    """What the teacher can do about the answer: a line, and what to tap."""
    if asked.effect == NONE:
        deeds = (("followup.book", "label.book_again"), ("followup.plan", "label.other_plan"))
        return say("followup.next_step"), [new(deed, say(label), subject_id=asked.id) for deed, label in deeds]
    if both_clear:
        return say("praise.offered"), [new("followup.praise", say("label.praise"), subject_id=asked.id)]
    return "", []


@tapped("followup.book", "followup.plan")
def tap_next(turn: Turn, tap: Tap) -> Say:
    """Another visit, or another plan: an unfinished command that lacks only the hour, or the words."""
    words: Words = {"students": [_mine(turn, tap).student_id], "ask": []}
    intent, function = ("book", book) if tap.deed == "followup.book" else ("add_follow_up", add)
    return run(turn, TEACHER, intent, words, function)


@tapped("followup.praise")
def tap_praise(turn: Turn, tap: Tap) -> Say:
    visit = _mine(turn, tap)
    return praise(turn, {"visit": visit.id, "text": say("praise.usual", **visit_facts(visit))})


@command(TEACHER, "praise")
def praise(turn: Turn, words: Words) -> Say:
    """（表扬的话，先给您看过再发）"""
    visit, text = _praised(turn, words["visit"]), str(words.get("text") or "").strip()
    if not text:
        raise Missing("text", say("praise.ask", **visit_facts(visit)))
    told = answering(turn.session, *visit.students)
    if not told:
        return Say(say("praise.telephone", text=text, **visit_facts(visit)))
    draft: Draft = {"do": "praise", "visit": visit.id, "text": text}
    shown = say("praise.shown", told=names_of([p.id for p in told], *visit.students), text=text)
    said = show(turn, draft, shown, "label.send_family", "label.drop")
    said.taps.insert(1, turn.tap("followup.reword", say("label.edit"), visit.id))
    return said


@tapped("followup.reword")
def tap_reword(turn: Turn, tap: Tap) -> Say:
    words: Words = {"visit": _praised(turn, tap.subject_id).id}
    return run(turn, TEACHER, "praise", words, praise)


@carries_out("praise")
def carry_out(turn: Turn, draft: Draft) -> Say:
    """The words go to the family, sealed on the way, once."""
    visit = _praised(turn, draft["visit"])
    note = Note.write(turn.session, visit.school_id, PRAISE, draft["text"], turn.now)
    note.person_id, note.visit_id, note.student_id = turn.person.id, visit.id, visit.student_id
    due = hour.polite(turn.now, turn.school.policy, turn.school.zone)
    told = answering(turn.session, *visit.students)
    owe(turn.session, [Owed(visit.school_id, "note.praise", note.id, p.id, due) for p in told], turn.now)
    return Say(say("praise.sent", **visit_facts(visit)))


def _mine(turn: Turn, tap: Tap) -> Visit:
    """The visit of the follow-up that was tapped, of this teacher only."""
    asked = turn.session.get(FollowUp, tap.subject_id)
    if asked is None or asked.stage != EFFECT or turn.staff is None or asked.visit.teacher_id != turn.staff.id:
        raise Nothing(say("unclear.stale_tap"))
    return asked.visit


def _praised(turn: Turn, visit_id: int | None) -> Visit:
    """A visit of this teacher whose effect is clear to both, and for which nobody was praised yet."""
    visit = turn.session.get(Visit, visit_id)
    if visit is None or turn.staff is None or visit.teacher_id != turn.staff.id:
        raise Nothing(say("unclear.stale_tap"))
    if not is_clear_to_both(turn, visit) or Note.is_praised(turn.session, visit.id):
        raise Nothing(say("praise.not_now"))
    return visit


def is_clear_to_both(turn: Turn | Notice, visit: Visit) -> bool:
    """Teacher and guardian have both said 明显."""
    judged = [f.effect for f in FollowUp.of_visit(turn.session, visit.id) if f.stage == EFFECT]
    return len(judged) > 1 and set(judged) == {CLEAR}
