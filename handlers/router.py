"""Where a message goes: safety first, then a tap, a typed number, an unfinished command, and at last the words."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers import binding, company, consenting, events
from handlers import topics as _topics  # noqa: F401 - fills the registry
from handlers.calls_in_line import said_of_calls
from handlers.conversing import carry_out, plain, respond
from handlers.outright import said_by_family, said_by_staff
from handlers.reach import asked_last, guardian_context, owing_guardian, owing_teacher, teacher_context
from handlers.registry import GUARDIAN, TEACHER, Missing, Nothing, tapped_for
from handlers.safety import cry_for_help
from handlers.survey_changes import goes_on
from handlers.texts import has, say, speaking_for
from handlers.turn import Answer, Say, Turn
from handlers.understanding.almanac import own_days
from models.conversation import Tap
from models.errors import Refused
from models.visit import Visit

#: Lines that begin with who said them.
QUOTED = re.compile(r"(?:^\S{1,12}[:\uff1a].*\n?){2}", re.MULTILINE)


def answer(turn: Turn) -> Answer | None:
    """What is said back to what was said; None when nothing is to be said.

    The school may refuse in the middle of a deed: the door undoes what was begun, and says `refused`.
    """
    days = turn.school.calendar.days if turn.persons else {}
    with own_days(days), speaking_for(turn.school.key if turn.persons else ""):
        said = _door(turn)
    return None if said is None else _finished(turn, said)


def refused(turn: Turn, no: Refused) -> Answer:
    """The school's no in words."""
    key = f"refused.{no.code}"
    with speaking_for(turn.school.key if turn.persons else ""):
        taken = company.taken(turn, no)
        return _finished(turn, Say(taken or (say(key, **no.facts) if has(key) else say("refused.other"))))


def _finished(turn: Turn, said: Say) -> Answer:
    finished = said.finish(turn.session)
    turn.memory["list"] = [c.id for c in finished.choices]
    turn.conversation.keep(turn.memory, turn.now)
    return finished


def _door(turn: Turn) -> Say | None:
    if turn.said.kind == "text":
        before = owing_guardian(turn).first
        return goes_on(turn, before, _text(turn, turn.said.text))
    if turn.said.kind == "click":
        return _pressed(turn, turn.said.key or "")
    return events.heard(turn)


def _pressed(turn: Turn, intent: str) -> Say:
    """A button of the menu names what it wants."""
    if not turn.persons:
        return Say(say("bind.hint"))
    part = TEACHER if _speaks_as_staff(turn) else GUARDIAN
    if part == GUARDIAN and not consenting.given(turn):
        return consenting.notice(turn, turn.family[0])
    return carry_out(turn, part, intent, {})


def _text(turn: Turn, text: str) -> Say:
    if turn.said.tap is not None:
        return _tap(turn, Tap.of(turn.session, turn.said.tap))
    if not text.strip():
        return Say(say("unclear.empty"))
    crying = cry_for_help(turn, text)
    if crying is not None:
        return crying
    if not turn.persons:
        return binding.stranger(turn, text)
    if text.strip() == say("unclear.sticker_words"):
        return Say(say("unclear.sticker"))
    item = _listed(turn, text)
    if item is not None:
        return _tap(turn, item)
    return _staff(turn, text) if _speaks_as_staff(turn) else _family(turn, text)


def _speaks_as_staff(turn: Turn) -> bool:
    if turn.staff is None or not turn.family:
        return turn.staff is not None
    return bool(turn.memory.get("part", TEACHER) == TEACHER)


def _tap(turn: Turn, tap: Tap | None) -> Say:
    if tap is None or tap.identity_id != turn.identity.id or tap.expires_at < turn.now:
        return Say(say("unclear.stale_tap"))
    function = tapped_for(tap.deed)
    if function is None or not turn.persons:
        return Say(say("unclear.stale_tap"))
    if not tap.deed.startswith("draft."):
        # As after other words: what was shown is over, a later 好的 must not send it.
        turn.memory.pop("draft", None)
    try:
        return function(turn, tap)
    except Nothing as nothing:
        return Say(nothing.text)
    except Missing as wanted:
        return Say(wanted.question)


def _listed(turn: Turn, text: str) -> Tap | None:
    """A typed number or label means the list that was asked last."""
    ids: list[int] = turn.memory.get("list") or []
    if not ids:
        return None
    typed = plain(text)
    if typed.isascii() and typed.isdigit() and len(typed) <= 2:
        at = int(typed) - 1
        return Tap.of(turn.session, ids[at]) if 0 <= at < len(ids) else None
    return Tap.labelled(turn.session, ids, typed)


def _staff(turn: Turn, text: str) -> Say:
    person = turn.staff
    assert person is not None
    turn.memory["part"] = TEACHER
    of_calls = said_of_calls(turn, text)
    outright = of_calls or said_by_staff(turn, text)
    if outright is not None:
        return outright
    owing = asked_last(turn, owing_teacher(turn, person))
    context = teacher_context(turn, person, owing, shown=_shown(turn))
    return respond(turn, text, TEACHER, context, owing)


def _shown(turn: Turn) -> bool:
    """Whether words can mean what was shown: once something else has been asked, only its tap does."""
    return not (turn.memory.get("draft") or {"overtaken": True}).get("overtaken", False)


def _family(turn: Turn, text: str) -> Say:
    turn.memory["part"] = GUARDIAN
    if not consenting.given(turn):
        return consenting.answer(turn, text)
    outright = said_by_family(turn, text)
    if outright is not None:
        return outright
    owing = asked_last(turn, owing_guardian(turn))
    if isinstance(owing.first, Visit) and QUOTED.search(text):
        # A chat that was forwarded: what others said in it is nobody's answer.
        return carry_out(turn, GUARDIAN, "ask", {"said": text, "act": "ask"})
    context = guardian_context(turn, owing)
    if _shown(turn):
        context = replace(context, pending="shown")
    return respond(turn, text, GUARDIAN, context, owing)
