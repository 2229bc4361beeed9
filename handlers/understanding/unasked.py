"""What a family says unasked: about the visit that stands, or for the teacher."""

from __future__ import annotations

import re
from datetime import timedelta

from handlers.understanding import answers
from handlers.understanding.changing import changed_to
from handlers.understanding.confirmation import act_of, rows_in
from handlers.understanding.normalise import pattern
from handlers.understanding.phrases import WH, made_of, phrase
from handlers.understanding.reading import Reading
from handlers.understanding.slots import form_of
from handlers.understanding.utterance import Utterance

#: So near the hour of the visit a little later means late.
AT_THE_DOOR = timedelta(hours=1)


def unasked(said: Utterance, shape: str) -> Reading:
    """Nothing is pending: about the confirmed visit, or for the teacher."""
    confirmed = said.context.confirmed
    if re.fullmatch(r"[\d.]{1,4}|[a-h]|[W,吧呢]+", shape):
        return Reading("ask")
    if made_of(shape, "affirm", "heard", "filler", "greeting") or phrase("smalltalk").search(shape):
        return Reading("smalltalk")
    rows = rows_in(said, shape)
    if "update_info" in rows:
        return act_of(said, "update_info")
    once_more = pattern("guardian.once_more").search(shape)
    if confirmed is not None and not once_more:
        about = _about_confirmed(said, shape, rows)
        if about is not None:
            return about
    if "complaint" in rows or (phrase("grievance").search(shape) and not phrase("late").search(shape)):
        return act_of(said, "complaint")
    enquires = pattern("guardian.enquires").search(shape)
    wished = phrase("request_visit").search(shape) and not phrase("refuse_visit").search(shape)
    beside = confirmed is not None and not once_more and not re.search("预约|申请|安排", shape)
    if wished and not beside and not re.match("(?:帮我|给我)?查", shape):
        moment = said.moment()
        form = form_of(pattern("guardian.denied_form").sub(" ", shape))
        slots = ({} if moment.none else {"time": moment}) | ({"form": form} if form else {})
        return act_of(said, "request_visit", **slots)
    if (
        phrase("message").search(shape)
        and not re.search(r"[?吗]$", shape)
        and not enquires
        and not (WH.search(shape) and "请假" not in shape)
    ):
        return act_of(said, "message")
    if (
        enquires
        or "question" in rows
        or WH.search(shape)
        or re.search(r"[?吗呢]$|什么|怎么|几号|周几|星期几|多少", shape)
    ):
        return act_of(said, "question")
    return act_of(said, "message")


def confirmed_form(said: Utterance) -> str:
    return said.context.confirmed.form if said.context.confirmed else ""


def _a_little_later(said: Utterance) -> bool:
    """晚五分钟再打, said when the visit is about to begin: nobody moves it then, somebody is late."""
    start = said.context.confirmed.start if said.context.confirmed else None
    shift = next((each.said for each in said.times if each.kind == "shift"), "")
    soon = start is not None and abs(start - said.now.replace(tzinfo=None)) <= AT_THE_DOOR
    asked = pattern("guardian.agree_to_time").search(said.shape)
    later = shift.startswith(("晚", "迟")) or pattern("guardian.a_bit_later").search(said.text)
    return soon and not asked and bool(later)


def _about_confirmed(said: Utterance, shape: str, rows: list[str]) -> Reading | None:
    late = phrase("late").search(shape) or pattern("guardian.late_by").search(said.text) or _a_little_later(said)
    if (
        late
        and not re.search("(?:推迟|改|换|延)到.*[吗吧]|[吗?]$", shape)
        and not re.search(r"万一|要是|如果|取消|改天|来不了|别来|孩子.{0,4}(?:今天)?.{0,2}(?:迟到|晚到)", shape)
    ):
        minutes = answers.minutes_in(said.text)
        return Reading("late", {"minutes": minutes} if minutes else {})
    other = form_of(pattern("guardian.denied_form").sub(" ", shape))
    if (
        other
        and confirmed_form(said) not in ("", other)
        and re.search("改|换|能|可否|行吗|可以吗|直接|不用|我们?(?:去|到|来)", shape)
        and not any(each.kind == "hour" for each in said.times)
    ):
        return Reading("change_form", {"form": other})
    asks = "question" in rows or pattern("guardian.enquires").search(shape)
    if asks and not (said.has_time and pattern("guardian.agree_to_time").search(shape)):
        return act_of(said, "question")
    confirmed = said.context.confirmed
    base = confirmed.start if confirmed else None
    if pattern("guardian.move").search(shape) or (said.has_time and pattern("guardian.agree_to_time").search(shape)):
        moment = changed_to(said, said.ground(base, keep=True))
        form = form_of(pattern("guardian.denied_form").sub(" ", shape))
        if moment.none and form and confirmed and form != confirmed.form:
            return Reading("change_form", {"form": form})
        slots = ({} if moment.none else {"time": moment}) | (
            {"form": form} if form and form != confirmed_form(said) else {}
        )
        return Reading("counter", slots, () if moment.bookable else ("time",))
    called_off = re.search(
        "(?:这次|今天|先|就|咱)[^,。]{0,3}算了|家访.{0,3}(?:算了|免了|不用|先不)|(?:不能|没法|无法|不用|别)家访|取消|撤[销掉]|推掉|作废|不用(?:再)?(?:过|上)?来|别(?:再|过)?来|来不[了成]|不来了|不要来|改天",
        pattern("certain.not_called_off").sub(" ", said.text),
    )
    if called_off or (phrase("cancel").search(shape) and not phrase("message").search(shape)):
        return Reading("cancel")
    return Reading("smalltalk") if phrase("accept").search(shape) and not phrase("pass_on").search(shape) else None
