"""The words of a command: from a reading to row ids and times, and one word at a time into what was begun."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.reach import Owing
from handlers.registry import Words
from handlers.texts import say
from handlers.time_slot import TIMES, fill_time, picked, written
from handlers.turn import Turn
from handlers.understanding import Context, Known, Moment, OpenVisit, Reading, read, read_moment
from handlers.understanding.company import company, split_goals
from handlers.understanding.utterance import utter
from models.student import Student
from models.visit_life import FORMS


def words_of(turn: Turn, reading: Reading, owing: Owing, context: Context) -> Words:
    """A reading as plain words that can be kept: student ids, times as the reader writes them down."""
    words: Words = {"ask": list(reading.ask), "also": list(reading.also)}
    for name, value in reading.slots.items():
        if name in ("students", "choices"):
            words[name] = [k.id for k in value if isinstance(k, Known)]
        elif isinstance(value, Moment):
            words[name] = written(turn, value, turn.said.text, context)
        elif isinstance(value, str | int | bool | float) or value is None:
            words[name] = value
        elif name == "items":
            words[name] = [{"student": i["student"].id, "time": i["time"].as_json()} for i in value]
        elif isinstance(value, list | tuple):
            words[name] = [str(getattr(v, "name", v)) for v in value]
    if "students" in words and not words["students"]:
        del words["students"]
    return words


def fill(turn: Turn, words: Words, slot: str, text: str, context: Context) -> bool:
    """Puts the answer to a question into the words; False when the answer says nothing of the kind."""
    if slot in TIMES:
        return fill_time(turn, words, slot, text, context)
    if slot == "student":
        return _fill_student(turn, words, text, context)
    if slot == "which":
        found: Words = {"choices": words.get("choices")}
        told = _fill_student(turn, found, text, context) and len(found["students"]) == 1
        words |= {"which": found["students"][0]} if told else {}
        return told
    if slot == "change":
        return _change(turn, words, text, context)
    if slot == "same_hour":
        answer = read(text, turn.local().replace(tzinfo=None), context).intent
        words[slot] = {"confirm": "yes", "decline": "no"}.get(answer)
        return bool(words[slot])
    if slot == "form":
        words[slot] = _form(text, turn.local().replace(tzinfo=None), context)
        return bool(words[slot])
    if slot == "goals":
        words[slot] = split_goals(say("company.goals_are") + text)[1]
        return bool(words[slot])
    if slot not in ("text", "letter", "companion", "reason", "to", "whose"):
        return False  # only a tap can answer
    words[slot] = text.strip()
    return bool(words[slot])


def _change(turn: Turn, words: Words, text: str, context: Context) -> bool:
    """Another time, another form, or both, for what was shown."""
    now = turn.local().replace(tzinfo=None)
    text, along = _along(words, text, now, context)
    form = _form(text, now, context)
    if form:
        words["form"] = form
    start = (words.get("time") or {}).get("start")
    if start and "T" in start[1:]:
        # A change keeps of the shown time what is not said anew.
        shown = OpenVisit(start=datetime.fromisoformat(start))
        changed = read_moment(text, now, replace(context, visit=shown))
        if changed.bookable:
            words["time"] = changed.as_json()
            return True
    return fill_time(turn, words, "time", text, context) or bool(form) or along


def _along(words: Words, text: str, now: datetime, context: Context) -> tuple[str, bool]:
    """和李老师一起去, 目标：…, or 我自己去, said of what is shown; and the words without the goals."""
    bare, goals = split_goals(text)
    found = company(utter(bare, now, context))._asdict()
    if bare.strip(" 。！!") in say("company.alone_words").split():
        words |= {"companions": [], "guests": [], "met": {}}
        return bare, True
    for name, said in found.items():
        words[name] = list(dict.fromkeys([*(words.get(name) or []), *said]))
    words["goals"] = goals or words.get("goals") or []
    return bare, bool(goals or any(found.values()))


def _form(text: str, now: datetime, context: Context) -> str | None:
    said = (say(f"form_said.{form}") for form in FORMS)
    return read(text, now, context).slots.get("form") or next((f for f in said if f in text), None)


def put(words: Words, slot: str, value: str) -> None:
    """Puts a tapped choice into the words."""
    if slot in TIMES:
        words[slot] = picked(words.get(slot) or {}, value)
    elif slot == "student":
        words["students"], words["ask"] = [int(value)], []
    else:
        words[slot] = value


def _fill_class(turn: Turn, words: Words, reading: Reading) -> bool:
    """三(1)班的 tells children of one name apart."""
    named = [turn.session.get(Student, key) for key in words.get("choices") or words.get("students") or []]
    fitting = [s for s in named if s is not None and s.school_class.name == reading.slots.get("class")]
    if len(fitting) != 1:
        return False
    words["students"], words["choices"], words["ask"] = [fitting[0].id], [], []
    return True


def _fill_student(turn: Turn, words: Words, text: str, context: Context) -> bool:
    # A name alone is no command; in a sentence of the smallest kind the reader finds it.
    reading = read(say("when.name_in_sentence", name=text.strip()), turn.local().replace(tzinfo=None), context)
    found = words_of(turn, reading, Owing([], []), context)
    if not found.get("students") and not found.get("choices"):
        return _fill_class(turn, words, reading)
    words["students"] = found.get("students", [])
    words["choices"] = found.get("choices", [])
    words["ask"] = [a for a in found["ask"] if a.startswith("student")]
    return True
