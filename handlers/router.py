"""Where a message goes: safety first, then a tap, a typed number, an unfinished command, and at last the words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handlers import accompanying, binding, company, consenting, events, unclear
from handlers import topics as _topics  # noqa: F401 - fills the registry
from handlers.calling import said_of_calls
from handlers.outright import said_by_family, said_by_staff
from handlers.reach import Owing, Pending, asked_last, guardian_context, owing_guardian, owing_teacher, teacher_context
from handlers.registry import GUARDIAN, TEACHER, Missing, Nothing, Words, command_for, tapped_for
from handlers.running import choice_taps, run
from handlers.safety import cry_for_help
from handlers.slots import TIMES, fill, put, words_of
from handlers.texts import has, say
from handlers.turn import Answer, Say, Turn
from handlers.understanding import Context, Reading, read
from models.conversation import Tap
from models.errors import Refused
from models.followup import FollowUp
from models.visit import Visit

#: Lines that begin with who said them.
QUOTED = re.compile(r"(?:^\S{1,12}[:\uff1a].*\n?){2}", re.MULTILINE)
#: A new one of these in the middle of another command wins over it.
DRAFT_WORDS = frozenset(("send", "edit", "discard"))
AMENDING = frozenset(("edit", "reschedule", "unknown", "book", "counter", "change_form", "free_text", "message"))
SURVEY_ANSWERS = frozenset(("rating", "yes", "no", "yes_no", "choice", "skip", "no_comment", "anonymous"))
#: These answer a questionnaire too, where it is one that is being asked: 好的 to a yes-or-no, for one.
OTHER_ANSWERS = frozenset(("free_text", "ask", "confirm", "decline", "smalltalk"))
#: What a guardian may want in the middle of a questionnaire; each is shown before it takes effect.
WISHES = frozenset(
    ("counter", "cancel", "change_form", "late", "unsubscribe", "resume", "unbind", "bind", "help", "details")
)
COMMANDS = frozenset(
    [
        "book",
        "batch_book",
        "reschedule",
        "cancel",
        "list_today",
        "list_week",
        "list_all",
        "help",
        "record",
        "submit",
        "check_in",
        "check_out",
        "complete",
        "undo",
        "missed",
        "bind",
        "unbind",
        "withdraw",
        "details",
        "unsubscribe",
        "resume",
        "student_profile",
        "coverage_progress",
        "proxy",
        "call_list",
        "stop_sending",
        "start_sending",
    ]
)


def answer(turn: Turn) -> Answer | None:
    """What is said back to what was said; None when nothing is to be said.

    The school may refuse in the middle of a deed: the door undoes what was begun, and says `refused`.
    """
    said = _door(turn)
    return None if said is None else _finished(turn, said)


def refused(turn: Turn, no: Refused) -> Answer:
    """The school's no in words."""
    key = f"refused.{no.code}"
    taken = company.taken(turn, no)
    return _finished(turn, Say(taken or (say(key, **no.facts) if has(key) else say("refused.other"))))


def _finished(turn: Turn, said: Say) -> Answer:
    finished = said.finish(turn.session)
    turn.memory["list"] = [c.id for c in finished.choices]
    turn.conversation.keep(turn.memory, turn.now)
    return finished


def _door(turn: Turn) -> Say | None:
    if turn.said.kind == "text":
        return _text(turn, turn.said.text)
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
    return _run(turn, part, intent, {})


def _text(turn: Turn, text: str) -> Say:
    if turn.said.tap is not None:
        return _tap(turn, turn.session.get(Tap, turn.said.tap))
    if not text.strip():
        return Say(say("unclear.empty"))
    crying = cry_for_help(turn, text)
    if crying is not None:
        return crying
    if not turn.persons:
        return binding.stranger(turn, text)
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
    plain = _plain(text)
    if plain.isascii() and plain.isdigit() and len(plain) <= 2:
        at = int(plain) - 1
        return turn.session.get(Tap, ids[at]) if 0 <= at < len(ids) else None
    taps = turn.session.scalars(sa.select(Tap).where(Tap.id.in_(ids))).all()
    return next((t for t in taps if t.label == plain), None)


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
    return _read(turn, text, TEACHER, context, owing)


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
        return _run(turn, GUARDIAN, "ask", {"said": text, "act": "ask"})
    context = guardian_context(turn, owing)
    if _shown(turn):
        context = replace(context, pending="shown")
    return _read(turn, text, GUARDIAN, context, owing)


def _read(turn: Turn, text: str, part: str, context: Context, owing: Owing) -> Say:
    now, turn.pending = turn.local().replace(tzinfo=None), context.pending
    reading = read(text, now, context)
    if context.pending == "shown" and not reading.slots.get("students"):
        reading = _of_draft(text, now) or reading
    hole: dict[str, Any] | None = turn.memory.pop("hole", None)
    abandoning = hole is not None and _plain(text) in say("unclear.abandon_words").split()
    if hole is not None and (abandoning or not _new_command(reading, hole)):
        return _go_on(turn, part, hole, text, context)
    if context.pending == "shown" and reading.intent not in ("send", "discard"):
        amended = _amended(turn, part, reading, text, context)
        if amended is not None:
            return amended
    if context.pending == "shown" and reading.intent not in DRAFT_WORDS:
        # What was shown is over once something else is said: a later 好的 must not send it.
        turn.memory.pop("draft", None)
        context = guardian_context(turn, owing) if part == GUARDIAN else context
        reading = read(text, now, context)
    if context.pending == "survey" and reading.intent not in SURVEY_ANSWERS:
        reading, context = _steering(text, now, context, reading)
    words = words_of(turn, reading, owing, context) | {"said": text, "act": reading.intent}
    if context.pending == "survey" and part == GUARDIAN and reading.intent in SURVEY_ANSWERS | OTHER_ANSWERS:
        return _run(turn, part, "survey", words)
    if part == TEACHER and reading.intent not in COMMANDS | DRAFT_WORDS:
        reading = _answering(turn, text, owing, reading)
    free = part == TEACHER and not owing.pending and reading.intent not in DRAFT_WORDS
    if free and (along := accompanying.meant(turn, text)):
        reading = Reading(along)
    words = words_of(turn, reading, owing, context) | {"said": text, "act": reading.intent}
    return _run(turn, part, reading.intent, words)


def _of_draft(text: str, now: datetime) -> Reading | None:
    """发送, 修改, 算了: the words about what is shown are the same for everybody."""
    reading = read(text, now, Context(role="teacher", pending="shown"))
    return reading if reading.intent in DRAFT_WORDS else None


def _amended(turn: Turn, part: str, reading: Reading, text: str, context: Context) -> Say | None:
    """Another time or form, said while a draft is shown, changes the draft."""
    again = (turn.memory.get("draft") or {}).get("again")
    if again is None or reading.slots.get("students") or reading.intent not in AMENDING:
        return None
    words: Words = dict(again["words"])
    if not fill(turn, words, "change", text, context):
        return None
    del turn.memory["draft"]
    return _run(turn, part, again["intent"], words)


def _steering(text: str, now: datetime, context: Context, reading: Reading) -> tuple[Reading, Context]:
    """A wish about the visit is no answer to a questionnaire, even where any words would do."""
    unasked = replace(context, pending="none", question=None)
    wish = read(text, now, unasked)
    return (wish, unasked) if wish.intent in WISHES else (reading, context)


def _answering(turn: Turn, text: str, owing: Owing, reading: Reading) -> Reading:
    """A teacher who owes an answer to a family is read as one who answers; a name says to which."""
    named = {k.id for k in reading.slots.get("students") or ()}
    owed = next((p for p in owing.pending if not named or _student_of(p) in named), None)
    if isinstance(owed, FollowUp):
        return replace(reading, intent="followup")
    if isinstance(owed, Visit):
        context = guardian_context(turn, Owing(owing.visits, [owed]))
        answered = read(text, turn.local().replace(tzinfo=None), context)
        return replace(answered, slots=dict(answered.slots) | {"students": reading.slots.get("students") or []})
    return reading


def _student_of(pending: Pending) -> int:
    return pending.student_id if isinstance(pending, Visit) else pending.visit.student_id


def _new_command(reading: Reading, hole: dict[str, Any]) -> bool:
    """Whether this is a command of its own rather than the word that was asked for."""
    if reading.intent not in COMMANDS:
        return False
    if reading.intent in ("list_today", "list_week") and hole["slot"] in TIMES:
        return False  # 今天 is the day that was asked for
    if reading.intent != hole["intent"] and reading.intent not in ("book", "reschedule", "record"):
        return True
    named = reading.slots.get("students") or reading.slots.get("items")
    return bool(named) and hole["slot"] != "student"


def _go_on(turn: Turn, part: str, hole: dict[str, Any], text: str, context: Context) -> Say:
    words: Words = hole["words"]
    turn.pending = hole["slot"]
    if _plain(text) in say("unclear.abandon_words").split():
        return Say(say("unclear.abandoned"))
    chosen = _chosen(text, hole.get("choices", []))
    if chosen is not None:
        put(words, hole["slot"], chosen)
    elif not fill(turn, words, hole["slot"], text, context):
        unclear.not_understood(turn, part, hole["intent"])
        if hole.get("again"):
            return Say(say("unclear.given_up"))
        turn.memory["hole"] = hole | {"again": True}
        return Say(say("unclear.again") + "\n" + hole["question"], choice_taps(turn, hole.get("choices", [])))
    return _run(turn, part, hole["intent"], words)


def _chosen(text: str, choices: list[list[str]]) -> str | None:
    """上午, or 三(1)班的: the one choice whose label has these words."""
    words = _plain(text).removesuffix("的").removesuffix("那个").removesuffix("吧")
    fitting = [value for label, value in choices if words and words in _plain(label)]
    return fitting[0] if len(fitting) == 1 else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip(" .。、！!").removeprefix("[").removesuffix("]")


def _run(turn: Turn, part: str, intent: str, words: Words) -> Say:
    function = command_for(part, intent)
    if function is None or intent in unclear.INTENTS:
        unclear.not_understood(turn, part, intent)
    function = function or command_for(part, "unknown")
    assert function is not None
    return run(turn, part, intent, words, function)
