"""Many visits called off by one sentence: a class, a day, all of one's own; shown whole, one tap (rulings 1, 8)."""

from __future__ import annotations

from handlers.drafts import Draft, carries_out, show
from handlers.meant_many import MOST, line, names, scope, span_of, within
from handlers.registry import Nothing, Words
from handlers.texts import say
from handlers.turn import Say, Turn
from models import telling
from models.charge import in_charge
from models.visit import Visit
from models.visit_life import PROPOSED, TEACHER, Actor


def cancel_many(turn: Turn, words: Words) -> Say:
    """把我周六的家访都取消"""
    span = span_of(words.get("target_time"))
    found = [v for v in scope(turn, words) if v.starts_at > turn.now and within(v, span)]
    if not found:
        raise Nothing(say("many.none"))
    if len(found) > MOST:
        raise Nothing(say("many.too_many", n=len(found), most=MOST))
    lines = [line(number, visit) for number, visit in enumerate(found, 1)]
    text = "\n".join([say("many.head", n=len(found)), *lines, say("many.foot")])
    draft: Draft = {"do": "cancel_many", "visits": [[v.id, v.steps] for v in found], "why": words.get("said", "")}
    shown = show(turn, draft, text, "label.cancel_yes", "label.cancel_no")
    shown.taps[0].label = say("many.label", n=len(found))
    return shown


@carries_out("cancel_many")
def carry_out(turn: Turn, draft: Draft) -> Say:
    """Each family is told once, each teacher of hers; what has changed since it was shown is left alone, and named."""
    gone: list[Visit] = []
    left: list[Visit] = []
    unheard: list[Visit] = []
    for visit_id, steps in draft["visits"]:
        visit = turn.session.get(Visit, visit_id)
        if visit is None:
            continue
        if visit.steps != steps or not in_charge(turn.person, visit) or visit.starts_at <= turn.now:
            left.append(visit)
            continue
        gone.append(visit)
        if not _called_off(turn, visit, str(draft["why"])):
            unheard.append(visit)
    lines = [say("many.done", n=len(gone))]
    lines += [say("many.done_telephone", names=names(unheard))] if unheard else []
    lines += [say("many.left", names=names(left))] if left else []
    return Say("\n".join(lines))


def _called_off(turn: Turn, visit: Visit, why: str) -> int:
    actor = Actor(TEACHER, turn.person.id)
    if visit.state == PROPOSED:
        visit.withdraw(turn.session, actor, turn.now)
    else:
        visit.cancel(turn.session, actor, turn.now, why)
    told = telling.tell_family(turn.session, visit, "visit.cancelled", turn.now)
    if visit.teacher_id != turn.person.id:
        telling.tell_teacher(turn.session, visit, "visit.called_off", turn.now, by=turn.person.id, told=bool(told))
    return told
