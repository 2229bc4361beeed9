"""The record, dictated into the chat in one message or several; the bot asks only for what is missing (R1–R4)."""

from __future__ import annotations

import re

from handlers.booking import visit_facts
from handlers.concern import offered
from handlers.photos import line as photos_line
from handlers.presence import took_place_taps
from handlers.pupils import full, the_visit
from handlers.registry import TEACHER, Missing, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from models.action_item import ActionItem
from models.conversation import Tap
from models.errors import Refused
from models.record import OPTIONAL, REQUIRED, Record
from models.student import Student
from models.visit import Visit
from models.visit_life import CLOSED, CONFIRMED, HELD, RECORDED, UNDER_WAY


def labels() -> dict[str, str]:
    """Every way to head a field, to the field's name."""
    names = REQUIRED + OPTIONAL
    return {word: name for name in names for word in say(f"record_words.{name}").split()}


def parsed(text: str) -> tuple[dict[str, str], bool]:
    """The fields of a dictated message, and whether it says 提交; words before the first heading are the talk."""
    words = labels()
    heads = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    pieces = re.split(rf"(?:^|[\n；;。，,\s])({heads})\s*[:：]\s*", text)
    last, submit = _submits(pieces[-1])
    pieces[-1] = last
    fields = {words[head]: body for head, body in zip(pieces[1::2], map(_tidy, pieces[2::2]), strict=True) if body}
    lead = _tidy(pieces[0])
    return ({"": lead} if lead else {}) | fields, submit


def _submits(text: str) -> tuple[str, bool]:
    """提交 as the last word, set off from what is before it."""
    word = say("record.submit_word")
    tail = text.rstrip(" \n。！!.")
    if tail == word:
        return "", True
    found = re.search(rf"[\n；;。，,\s]{word}$", tail)
    return (tail[: found.start()], True) if found else (text, False)


def _tidy(text: str) -> str:
    return text.strip(" \n，,；;。")


@command(TEACHER, "record")
def record(turn: Turn, words: Words) -> Say:
    """记录张小明 交流内容：… 发现的问题：… 家长意见：… 后续措施：… 提交"""
    recordable = _recordable(turn, words)
    early = _not_over(turn, words, recordable)
    if early is not None:
        return early
    visit = the_visit(turn, recordable, words, "record.nothing")
    student = _whose(turn, visit, words)
    return _take(turn, visit, student, dictated(str(words.get("said") or ""), student, str(words.get("text") or "")))


def _not_over(turn: Turn, words: Words, recordable: list[Visit]) -> Say | None:
    """A visit that has begun and that nobody has closed: whether it took place comes first, the words are kept."""
    named = words.get("students") or []
    if any(v.state == HELD or v.id == words.get("visit") for v in recordable):
        return None
    open_ = Visit.of_teacher(turn.session, turn.person, CONFIRMED, UNDER_WAY)
    begun = [v for v in open_ if v.starts_at <= turn.now and (not named or v.is_of(named))]
    if len(begun) != 1:
        return None
    visit = begun[0]
    kept = {name: words[name] for name in ("said", "text", "students") if words.get(name)}
    turn.memory["record_waits"] = {"visit": visit.id, "words": kept}
    if visit.state == UNDER_WAY:
        return Say(say("record.check_out_first", **visit_facts(visit)))
    return Say(say("record.took_place_first", **visit_facts(visit)), took_place_taps(turn.tap, visit))


def _whose(turn: Turn, visit: Visit, words: Words) -> Student:
    """Where siblings were visited: the child who is named, else the one whose record was begun, else the next owed."""
    named = [int(words["child"])] if words.get("child") else words.get("students") or []
    fitting = [s for s in visit.students if s.id in named]
    if len(fitting) > 1:
        raise Missing("child", say("record.which_child"), [(full(s), str(s.id)) for s in fitting])
    owed = Record.owed(turn.session, visit)
    begun = [s for s in owed if s.id == turn.memory.get("record_of")]
    return (fitting or begun or owed or visit.students)[0]


def dictated(said: str, student: Student, read: str) -> str:
    """The words after 记录张小明, as they were said; where the sentence begins otherwise, as they were read."""
    heads = "|".join(map(re.escape, say("record.head_words").split()))
    found = re.match(rf"\s*(?:{heads})[\s:：,，]*(?:{re.escape(student.name)}(?:家|的)?)?[\s:：,，]*", said)
    return said[found.end() :] if found else read


def _recordable(turn: Turn, words: Words) -> list[Visit]:
    """Held visits whose record is owed; where none of those is meant, the newest with one, which can be added to."""
    named = words.get("students") or []
    owed = [v for v in Visit.of_teacher(turn.session, turn.person, HELD) if not named or v.is_of(named)]
    if owed:
        return owed
    recorded = Visit.of_teacher(turn.session, turn.person, RECORDED, CLOSED)
    newest = {student_id: v for v in recorded for student_id in v.student_ids}
    return list(dict.fromkeys(newest.values()))


def _take(turn: Turn, visit: Visit, student: Student, text: str, only: str | None = None) -> Say:
    fields, submit = parsed(text)
    lead = fields.pop("", None)
    if lead:
        # Words without a heading belong to what was asked for; else they are the talk.
        fields = {only or "talk": lead} | fields
    added = Record.add(turn.session, visit, turn.person.id, fields, turn.now, student) if fields else None
    # What is added to a submitted record needs no second 提交.
    done = submit or (added is not None and added.submitted)
    return _submit(turn, visit, student) if done else offered(turn, added, _next(turn, visit, student), fields)


def _next(turn: Turn, visit: Visit, student: Student) -> Say:
    turn.memory["record"], turn.memory["record_of"] = visit.id, student.id
    latest = Record.latest(turn.session, visit.id, student.id)
    missing, facts = latest.missing() if latest else list(REQUIRED), visit_facts(visit, [student])
    if missing:
        turn.memory["hole"] = {
            "intent": "record_field", "slot": "text",
            "words": {"visit": visit.id, "child": student.id, "field": missing[0]},
            "question": say("record.ask", field=say(f"record_name.{missing[0]}")),
        }  # fmt: skip
        kept = say("record.kept" if latest else "record.begin", **facts) + photos_line(turn, visit, student) + "\n"
        return Say(kept + say("record.ask", field=say(f"record_name.{missing[0]}")))
    tap = turn.tap("record.submit", say("label.submit"), visit.id, value=str(student.id))
    return Say(say("record.complete", **facts) + photos_line(turn, visit, student), [tap])


@command(TEACHER, "record_field")
def field(turn: Turn, words: Words) -> Say:
    """（接着说被问到的那一项）"""
    visit = turn.session.get(Visit, words["visit"])
    if visit is None or visit.teacher_id != turn.person.id:
        raise Refused("not_yours")
    return _take(turn, visit, _whose(turn, visit, words), str(words.get("text") or ""), only=words["field"])


@command(TEACHER, "submit")
def submit(turn: Turn, words: Words) -> Say:
    """提交"""
    held = Visit.of_teacher(turn.session, turn.person, HELD)
    owed = [v for v in held if any(Record.latest(turn.session, v.id, key) for key in v.student_ids)]
    about = [v for v in owed if v.id == turn.memory.get("record")]
    visit = the_visit(turn, about or owed, words, "record.nothing_to_submit")
    return _submit(turn, visit, _whose(turn, visit, words))


@tapped("record.submit")
def tap_submit(turn: Turn, tap: Tap) -> Say:
    visit = turn.session.get(Visit, tap.subject_id)
    if visit is None or visit.teacher_id != turn.person.id:
        raise Refused("not_yours")
    return _submit(turn, visit, _whose(turn, visit, {"child": tap.value}))


def _submit(turn: Turn, visit: Visit, student: Student) -> Say:
    latest = Record.latest(turn.session, visit.id, student.id)
    if latest is None or latest.missing():
        return _next(turn, visit, student)
    again = latest.submitted
    latest.submit(turn.session, visit, turn.person.id, turn.now)
    ActionItem.promise(turn.session, visit, student, _promising(latest.fields()), turn.now)
    text = say("record.updated" if again else "record.submitted", **visit_facts(visit, [student]))
    text += photos_line(turn, visit, student)
    if latest.length < visit.policy.record_minimum:
        text += "\n" + say("record.short", minimum=visit.policy.record_minimum)
    empty = [f for f in OPTIONAL if not latest.fields().get(f)]
    if not again and empty:
        names = say("list.and").join(say(f"record_name.{f}") for f in empty)
        text += "\n" + say("record.optional", fields=names, student=student.name)
    owed = Record.owed(turn.session, visit)
    if not owed:
        return offered(turn, latest, Say(text))
    following = _next(turn, visit, owed[0])
    return offered(turn, latest, Say(text + "\n" + following.text, following.taps))


def _promising(fields: dict[str, str]) -> dict[str, str]:
    """The fields that say something: 无 promises nothing."""
    return {name: words for name, words in fields.items() if words not in say("record.nothing_words").split()}
