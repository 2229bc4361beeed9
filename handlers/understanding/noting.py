"""What is kept word for word: records, talks, follow-ups, reminders, notices, worries."""

from __future__ import annotations

import re
from typing import Any

from handlers.understanding.normalise import pattern
from handlers.understanding.numerals import number
from handlers.understanding.reading import Reading
from handlers.understanding.slots import form_of, who
from handlers.understanding.utterance import Utterance


def record(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """The text is everything after the command and the name, as it was written."""
    if (detail == "past" and said.ahead) or (detail == "visited" and _to_come(said, match)):
        # 周六三点去张小明家，记一下 is no story of a visit.
        return None
    slots, ask = who(said)
    start = 0
    told = pattern("noting.told").search(said.text) if name == "record" else None
    if told is not None and said.mentioned:
        return Reading(name, {**slots, "text": said.written(0, told.start())}, ask)
    command = pattern("noting.command").match(said.text)
    if command:
        start = command.end()
    marked = [each for each in said.names if each.kind in ("student", "unknown")]
    heads = [each.end for each in said.names if each.kind == "class" and each.start <= start + 4]
    leading = next((each for each in marked if each.start <= max([start, *heads]) + 4), None)
    if leading is not None and name == "record" and re.search("[和跟与找对向]", said.text[start : leading.start]):
        leading = None
    if leading is not None:
        start = max(start, leading.end)
        start = pattern("noting.after_name").match(said.text, start).end() if leading.end >= start else start  # type: ignore[union-attr]
        if name == "talk_record":
            again = pattern("noting.talked").match(said.text, start)
            start = again.end() if again else start
    kept = _only(said, slots, start)
    text = said.written(start)
    if text:
        kept["text"] = text
    doubts = [each for each in ask if each != "student_unknown" or leading is not None]
    if (
        not kept.get("students")
        and not any(each.startswith("student") for each in doubts)
        and said.context.visit is None
    ):
        doubts.append("student")
    if not text:
        doubts.append("text")
    return Reading(name, kept, tuple(doubts))


def _to_come(said: Utterance, match: re.Match[str]) -> bool:
    """明天家访陈晨的要点：… is what shall be spoken of, no record."""
    named = said.moment(0, said.place(match.end()))
    return named.day is not None and named.day > said.now.date()


def _only(said: Utterance, slots: dict[str, Any], start: int) -> dict[str, Any]:
    """Of a record only the child named at its head; other names belong to the text."""
    heads = {known for each in said.mentioned if each.start < start for known in each.students}
    kept = {key: value for key, value in slots.items() if key not in ("students", "class")}
    students = [each for each in slots.get("students", []) if each in heads]
    if students:
        kept["students"] = students
    elif slots.get("students") and not heads:
        kept["students"] = slots["students"][:1]
    if any(each.kind == "class" and each.start < start for each in said.names):
        kept["class"] = said.class_name
    return kept


def follow_up(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    slots, ask = who(said)
    moment = said.moment(ground=said.ground(plain=True))
    if not moment.none:
        slots["time"] = moment
    text = _without_times(
        said,
        r"(?:请|帮我|给|对|把)?(?:加|添加|新增|设|建|安排|做|定)?(?:一?个|一条|一下|一次)?(?:的)?(?:列入|加入|纳入|放进|记入)?(?:跟进|回访|跟踪|后续(?=任务|事项))(?:一下|任务|事项|提醒)?",
    )
    if text:
        slots["text"] = text
    form = form_of(said.shape)
    if form and form != "入户":
        slots["follow_up_form"] = form
    return Reading("add_follow_up", slots, ask if slots.get("students") or ask else ("student",))


def _without_times(said: Utterance, command: str) -> str:
    """What remains when the command, the names at its head and the time are taken out."""
    spans = [(each.start, each.end) for each in said.times] + [(each.start, each.end) for each in said.names]
    spans += [m.span() for m in re.finditer(command, said.text)]
    out, last = [], 0
    for start, end in sorted(spans):
        if start > last:
            out.append(said.written(last, start))
        last = max(last, end)
    out.append(said.written(last))
    words = [
        re.sub(r"^(?:给|对|把|的|去|要|在|到|和|同学|妈妈|家长)+|(?:给|对|把|的|在|于)$", "", each)
        for each in (re.sub(r"[^,。，]{0,10}(?:没完|不能完|还没完)[,。，]?", "", one) for one in out)
    ]
    return max(words, key=len, default="")


def remind(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    slots, ask = who(said)
    moment = said.moment(ground=said.ground(plain=True))
    if detail == "off":
        return Reading("remind_me", {**slots, "off": True, **({} if moment.none else {"target_time": moment})}, ask)
    lead = re.search(
        r"(?:提前|早|(?:家访|走访|出发|出门|临走|上门|开始|去|电话|视频|到点|点|家|到)(?:之|以)?前的?)(\d{1,3}|半|[一二两三四五六七八九十]{1,3})个?(半)?(小时|钟头|分钟|天|刻钟|日)(半)?|前一天",
        said.text,
    )
    if lead:
        named = said.moment(0, lead.start())
        slots.update({} if named.none or named.ask == "recurring" else {"target_time": named})
        slots.update(_lead(lead))
        return Reading("remind_me", slots, ask)
    if not moment.none:
        slots["time"] = moment
    text = _reminder_text(said)
    if text:
        slots["text"] = text
    return Reading("remind_me", slots, ask if moment.bookable else (*ask, "time"))


def _lead(lead: re.Match[str]) -> dict[str, int]:
    if lead.group() == "前一天":
        return {"remind_before_days": 1}
    count = 0.5 if lead[1] == "半" else float(number(lead[1].replace("两", "二")) or 0)
    count += 0.5 if lead[2] or lead[4] else 0
    if lead[3] in ("天", "日"):
        return {"remind_before_days": int(count)}
    return {"remind_before_min": int(count * {"分钟": 1, "刻钟": 15}.get(lead[3], 60))}


def _reminder_text(said: Utterance) -> str:
    command = re.search(
        r"(?:请|麻烦|到时候?)?(?:提醒|叫|喊|催|通知|闹|戳|敲|捅|踢|cue|call|ping|@|提示|知会|吆喝|招呼|弹|拍)(?:一下|一声|醒)?(?:我|自己)(?:一下|一声)?|给我提个?醒|(?:设|定|加)(?:个|一个)?(?:提醒|闹钟)|(?<![个条次的])提醒(?![一我])",
        said.text,
    )
    start, end = command.span() if command else (0, 0)
    times = said.times
    head, tail = said.text[:start], end
    for each in times:
        if each.start - tail <= 2 and each.start >= tail:
            tail = each.end
    text = said.written(tail)
    text = re.sub(r"^(?:的?(?:提醒|闹钟|闹铃)[,，:： ]*)?(?:要|去|得|该|记得|的时候)?(?=.{2})", "", text)
    if text and len(text) > 1:
        return text
    first = max((each.end for each in times if each.end <= len(head)), default=0)
    return said.written(first, start)


def broadcast(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """To whom stands before the colon or the word 家长; what is sent is the rest."""
    head = pattern("noting.all_parents").search(said.text)
    colon = said.text.find(":")
    start = said.place(match.end())
    if 0 < colon < 30 and not said.text[colon - 1].isdecimal():
        start = colon + 1
    elif head and head.start() <= 24:
        start = head.end()
    slots: dict[str, Any] = {"text": said.written(start)} if said.written(start) else {}
    if said.class_name:
        slots["class"] = said.class_name
    named = said.moment(0, start)
    if not named.none:
        slots["target_time"] = named
    return Reading("broadcast_notice", slots, () if slots.get("text") else ("text",))


def concern(said: Utterance) -> Reading:
    slots, ask = who(said)
    first = said.mentioned[0] if said.mentioned else None
    start = first.end if first and first.start <= 12 else 0
    text = said.written(start)
    slots["text"] = re.sub(r"^(?:同学|今天|昨天|昨晚|刚才|,|的)+", "", text) or text
    return Reading("report_concern", slots, ask if slots.get("students") or ask else ("student",))


def bind(said: Utterance) -> Reading:
    """A code (7F3K9Q), or a name with class and role."""
    rest = re.sub(
        r"^(?:我要|我想|请|帮我)?(?:绑定|认证|绑一下|绑上|绑)(?:一下|账号|微信|身份)?(?:码|验证码)?", "", said.text
    ).strip(" :,。")
    code = re.fullmatch(r"[a-z0-9]{4,10}", rest.replace(" ", ""))
    if code:
        return Reading("bind", {"value": code.group().upper(), "text": code.group().upper()})
    slots: dict[str, Any] = {"class": said.class_name} if said.class_name else {}
    person = next((each.said for each in said.names if each.kind in ("teacher", "student")), "")
    name = person or re.split(r"[ ,:三四五六一二七八九\d(]", rest.removeprefix("我是").removeprefix("我叫").strip())[0]
    if name and name not in ("", "老师", "班主任"):
        slots["text"] = name
    return Reading("bind", slots, () if slots.get("text") else ("name",))
