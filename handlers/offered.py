"""Several times in one offer: how the choice is shown, and how a family chooses (B3, rulings 7)."""

from __future__ import annotations

from datetime import datetime

from handlers import when
from handlers.texts import say
from handlers.turn import TapMaker
from models.conversation import Tap
from models.errors import Refused
from models.visit import Visit
from models.visit_life import PROPOSED


def spoken_offer(visit: Visit) -> str:
    """The time on the table, or all of them: …上午10:00或…下午3:00."""
    return when.any_of(visit.slots or [visit.starts_at], visit.school.zone)


def spoken_start(visit: Visit) -> str:
    """When it is; of a proposal that leaves the choice, all its times."""
    return spoken_offer(visit) if visit.state == PROPOSED else when.spoken(visit.starts_at, visit.school.zone)


def slot_of(visit: Visit, value: str) -> datetime | None:
    """The time that a tap or a word names; none where there is but one."""
    if not value:
        return None
    slot = datetime.fromisoformat(value)
    if slot not in visit.slots:
        raise Refused("slot_gone")
    return slot


def numbered(visit: Visit) -> dict[str, str]:
    """The times under the numbers that the family may say, as the reader wants them."""
    zone = visit.school.zone
    local = [s.astimezone(zone).replace(tzinfo=None) for s in visit.slots]
    return {str(i): s.isoformat(timespec="minutes") for i, s in enumerate(local, 1)}


def slot_taps(new: TapMaker, visit: Visit, deed: str, label: str, value: str = "") -> list[Tap]:
    """One tap for each time on the table; the label is a sentence's key with the time in it."""
    zone = visit.school.zone
    here = {"subject_id": visit.id, "round": visit.steps}
    return [new(deed, say(label, time=when.spoken(s, zone)), value=value + s.isoformat(), **here) for s in visit.slots]


def answer_taps(new: TapMaker, visit: Visit) -> list[Tap]:
    """How a proposal can be answered by a tap."""
    deeds = [("visit.other_time", "label.other_time")]
    deeds.append(("visit.decline", "label.keep_old") if visit.moving else ("visit.unfit", "label.unfit"))
    if len(visit.slots) > 1:
        taps = slot_taps(new, visit, "visit.confirm", "label.slot")
    else:
        taps = [new("visit.confirm", say("label.confirm"), subject_id=visit.id, round=visit.steps)]
    return taps + [new(deed, say(label), subject_id=visit.id, round=visit.steps) for deed, label in deeds]


def keeps_old(visit: Visit, words: str) -> bool | None:
    """Whether 还是按原时间 refuses the move that is on the table; None when it may mean either, and is to be asked."""
    if not visit.moving or not any(word in words for word in say("answer.keep_old_words").split()):
        return False
    return None if any(word in words for word in say("answer.keep_old_unless").split()) else True
