"""The life of a home visit on one screen: states, forms, verbs, and who may."""

from __future__ import annotations

from dataclasses import dataclass

PROPOSED, CONFIRMED, UNDER_WAY, HELD = "proposed", "confirmed", "under_way", "held"
RECORDED, CLOSED = "recorded", "closed"
DECLINED, CANCELLED, LAPSED, MISSED = "declined", "cancelled", "lapsed", "missed"
OPEN = (PROPOSED, CONFIRMED, UNDER_WAY)

AT_HOME, PHONE, VIDEO, AT_SCHOOL, LETTER = "at_home", "phone", "video", "at_school", "letter"
FORMS = (AT_HOME, PHONE, VIDEO, AT_SCHOOL, LETTER)

TEACHER, GUARDIAN, CLOCK = "teacher", "guardian", "clock"

#: (state, verb): (next state, who may). What is not here is refused.
LIFE: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    (PROPOSED, "send_letter"): (HELD, (TEACHER,)),
    (PROPOSED, "confirm"): (CONFIRMED, (GUARDIAN, TEACHER)),
    (PROPOSED, "counter"): (PROPOSED, (GUARDIAN, TEACHER)),
    (PROPOSED, "change_form"): (PROPOSED, (GUARDIAN, TEACHER)),
    (PROPOSED, "decline"): (DECLINED, (GUARDIAN, TEACHER)),
    (PROPOSED, "withdraw"): (CANCELLED, (TEACHER,)),
    (PROPOSED, "move"): (PROPOSED, (TEACHER,)),
    (PROPOSED, "hand_over"): (PROPOSED, (TEACHER,)),
    (PROPOSED, "lapse"): (LAPSED, (CLOCK,)),
    (CONFIRMED, "move"): (CONFIRMED, (TEACHER, GUARDIAN)),
    (CONFIRMED, "counter"): (CONFIRMED, (TEACHER, GUARDIAN)),
    (CONFIRMED, "take_move"): (CONFIRMED, (TEACHER, GUARDIAN)),
    (CONFIRMED, "refuse_move"): (CONFIRMED, (TEACHER, GUARDIAN, CLOCK)),
    (CONFIRMED, "cancel"): (CANCELLED, (TEACHER, GUARDIAN)),
    (CONFIRMED, "hand_over"): (CONFIRMED, (TEACHER,)),
    (CONFIRMED, "check_in"): (UNDER_WAY, (TEACHER,)),
    (CONFIRMED, "hold"): (HELD, (TEACHER,)),
    (CONFIRMED, "miss"): (MISSED, (TEACHER, CLOCK)),
    (UNDER_WAY, "check_out"): (HELD, (TEACHER,)),
    (UNDER_WAY, "undo_check_in"): (CONFIRMED, (TEACHER,)),
    (UNDER_WAY, "miss"): (MISSED, (TEACHER,)),
    (MISSED, "hold"): (HELD, (TEACHER,)),
    (HELD, "undo_check_out"): (UNDER_WAY, (TEACHER,)),
    (HELD, "record"): (RECORDED, (TEACHER,)),
    (RECORDED, "record"): (RECORDED, (TEACHER,)),
    (HELD, "close"): (CLOSED, (CLOCK,)),  # its child was erased: nothing follows
    (RECORDED, "close"): (CLOSED, (TEACHER, CLOCK)),
    (CLOSED, "record"): (CLOSED, (TEACHER,)),
}


@dataclass(frozen=True)
class Actor:
    """Who acts: a person in one of the three parts, or the clock."""

    part: str
    person_id: int | None = None
    by_phone: bool = False  #: a teacher who enters what the family answered on the telephone


THE_CLOCK = Actor(CLOCK)
