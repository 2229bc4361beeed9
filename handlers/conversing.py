"""What words mean in the middle of a conversation: an answer, a change of what is shown, or something new."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers import accompanying, drafts, handing_over, household, unclear
from handlers import topics as _topics  # noqa: F401 - fills the registry
from handlers.meant_many import says_many
from handlers.reach import Owing, Pending, guardian_context
from handlers.registry import GUARDIAN, TEACHER, Words, command_for
from handlers.running import choice_taps, run
from handlers.slots import fill, put, words_of
from handlers.texts import say
from handlers.time_slot import TIMES
from handlers.turn import Say, Turn
from handlers.understanding import Context, Reading, read
from models.followup import FollowUp
from models.visit import Visit

DRAFT_WORDS = frozenset(("send", "edit", "discard"))
AMENDING = frozenset(("edit", "reschedule", "unknown", "book", "counter", "change_form", "free_text", "message"))
#: A teacher who owes a family an answer has given none by these.
NO_ANSWER = frozenset(("unknown", "ask", "message", "smalltalk"))
SURVEY_ANSWERS = frozenset(("rating", "yes", "no", "yes_no", "choice", "skip", "no_comment", "anonymous"))
#: These answer a questionnaire too, where it is one that is being asked: 好的 to a yes-or-no, for one.
OTHER_ANSWERS = frozenset(("free_text", "ask", "confirm", "decline", "smalltalk"))
#: What a guardian may want in the middle of a questionnaire; each is shown before it takes effect.
WISHES = frozenset(
    ("counter", "cancel", "change_form", "late", "unsubscribe", "resume", "unbind", "bind", "help", "details")
)
#: A new one of these in the middle of another command wins over it.
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
        "hand_over",
        "invite",
        "release",
        "call_list",
        "add_follow_up",
        "open_items",
        "close_item",
        "visit_story",
        "my_visits",
        "child_teachers",
        "my_data",
        "erase_data",
        "overdue_records",
        "satisfaction",
        "whom_next",
        "stop_sending",
        "start_sending",
    ]
)


def respond(turn: Turn, text: str, part: str, context: Context, owing: Owing) -> Say:
    """Reads the words against what is shown and asked, and says what comes of them."""
    now, turn.pending = turn.local().replace(tzinfo=None), context.pending
    reading = read(text, now, context)
    if context.pending == "shown" and not reading.slots.get("students"):
        reading = _of_draft(text, now) or reading
    hole: dict[str, Any] | None = turn.memory.pop("hole", None)
    abandoning = hole is not None and plain(text) in say("unclear.abandon_words").split()
    if hole is not None and (abandoning or not _new_command(reading, hole)):
        return _go_on(turn, part, hole, text, context)
    if context.pending == "shown" and (about := _about_the_shown(turn, part, reading, context, owing)):
        return about
    if context.pending == "shown" and reading.intent not in DRAFT_WORDS | {"help"}:
        # What was shown is over once something else is said: a later 好的 must not send it.
        turn.memory.pop("draft", None)
        context = guardian_context(turn, owing) if part == GUARDIAN else context
        reading = read(text, now, context)
    if context.pending == "survey" and reading.intent not in SURVEY_ANSWERS:
        reading, context = _steering(text, now, context, reading)
    words = words_of(turn, reading, owing, context) | {"said": text, "act": reading.intent}
    if context.pending == "survey" and part == GUARDIAN and reading.intent in SURVEY_ANSWERS | OTHER_ANSWERS:
        return carry_out(turn, part, "survey", words)
    if part == TEACHER and reading.intent not in COMMANDS | DRAFT_WORDS:
        reading = _answering(turn, text, owing, reading)
    free = part == TEACHER and not owing.pending and reading.intent not in DRAFT_WORDS
    if free and (along := handing_over.meant(turn, text) or accompanying.meant(turn, text)):
        reading = Reading(along, {"students": reading.slots.get("students") or []})
    words = words_of(turn, reading, owing, context) | {"said": text, "act": reading.intent}
    return carry_out(turn, part, reading.intent, words)


def _of_draft(text: str, now: datetime) -> Reading | None:
    """发送, 修改, 算了: the words about what is shown are the same for everybody."""
    reading = read(text, now, Context(role="teacher", pending="shown"))
    return reading if reading.intent in DRAFT_WORDS else None


def _about_the_shown(turn: Turn, part: str, reading: Reading, context: Context, owing: Owing) -> Say | None:
    """A change of what is shown, or words that make no sense beside it; None for a command of its own."""
    if reading.intent in ("send", "discard"):
        return None
    text = turn.said.text
    amended = _amended(turn, part, reading, text, context)
    if amended is not None or reading.intent != "unknown" or reading.slots:
        return amended
    if owing.pending and _answering(turn, text, owing, reading).intent not in NO_ANSWER:
        return None
    unclear.not_understood(turn, part, reading.intent)
    return drafts.show_again(turn)


def _amended(turn: Turn, part: str, reading: Reading, text: str, context: Context) -> Say | None:
    """Another time or form, said while a draft is shown, changes the draft."""
    again = (turn.memory.get("draft") or {}).get("again")
    if again is None or "slot" in again or says_many(text):
        return None
    words: Words = dict(again["words"])
    if not household.joins(turn, again["intent"], words, reading, text):
        if reading.slots.get("students") or reading.intent not in AMENDING:
            return None
        if not fill(turn, words, "change", text, context):
            return None
    del turn.memory["draft"]
    return carry_out(turn, part, again["intent"], words)


def _steering(text: str, now: datetime, context: Context, reading: Reading) -> tuple[Reading, Context]:
    """A wish about the visit is no answer to a questionnaire, even where any words would do."""
    unasked = replace(context, pending="none", question=None)
    wish = read(text, now, unasked)
    return (wish, unasked) if wish.intent in WISHES else (reading, context)


def _answering(turn: Turn, text: str, owing: Owing, reading: Reading) -> Reading:
    """A teacher who owes an answer to a family is read as one who answers; a name says to which."""
    named = {k.id for k in reading.slots.get("students") or ()}
    owed = next((p for p in owing.pending if not named or _visit_of(p).is_of(named)), None)
    if isinstance(owed, FollowUp):
        return replace(reading, intent="followup")
    if isinstance(owed, Visit):
        context = guardian_context(turn, Owing(owing.visits, [owed]))
        answered = read(text, turn.local().replace(tzinfo=None), context)
        return replace(answered, slots=dict(answered.slots) | {"students": reading.slots.get("students") or []})
    return reading


def _visit_of(pending: Pending) -> Visit:
    return pending if isinstance(pending, Visit) else pending.visit


def _new_command(reading: Reading, hole: dict[str, Any]) -> bool:
    """Whether this is a command of its own rather than the word that was asked for."""
    if reading.intent not in COMMANDS or hole["slot"] == "letter":
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
    if plain(text) in say("unclear.abandon_words").split():
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
    return carry_out(turn, part, hole["intent"], words)


def _chosen(text: str, choices: list[list[str]]) -> str | None:
    """上午, or 三(1)班的: the one choice whose label has these words."""
    words = plain(text).removesuffix("的").removesuffix("那个").removesuffix("吧")
    fitting = [value for label, value in choices if words and words in plain(label)]
    return fitting[0] if len(fitting) == 1 else None


def plain(text: str) -> str:
    """The words as they are compared: one width, no brackets, no full stop."""
    return unicodedata.normalize("NFKC", text).strip(" .。、！!").removeprefix("[").removesuffix("]")


def carry_out(turn: Turn, part: str, intent: str, words: Words) -> Say:
    """Runs the command for an intent of teachers or guardians, or says that it was not understood."""
    function = command_for(part, intent)
    if function is None or intent in unclear.INTENTS:
        unclear.not_understood(turn, part, intent)
    function = function or command_for(part, "unknown")
    assert function is not None
    return run(turn, part, intent, words, function)
