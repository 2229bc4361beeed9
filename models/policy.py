"""The school's numbers (domain.md, rulings.md): every one has a default and can be overridden per school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class Policy:
    """What the school has decided; minutes, hours and days as the names say."""

    polite_from: time = time(7, 30)  #: B8
    polite_until: time = time(21, 30)  #: B8, inclusive

    term_visits: int = 1  #: P1, of every child
    home_every_years: int = 2  #: P2, school years, the present one included
    key_visits: int = 2  #: P4, of a key student each term
    key_home_visits: int = 1  #: P4, of these at home
    subject_share_percent: int = 20  #: P6, of the students taught
    weekly_day: int = 1  #: P12, 1 is Monday
    weekly_at: time = time(7, 40)  #: P12
    whom_next: int = 5  #: P12, so many are proposed at once
    fewest_answers: int = 5  #: S6, fewer are not shown

    announce_days: int = 1  #: B1, a shorter notice is said, never blocked
    class_hours: tuple[str, ...] = ("08:00-11:40", "14:00-16:30")  #: B3, on school days; said, never blocked
    at_home_minutes: int = 40  #: B5
    video_minutes: int = 30  #: B5
    phone_minutes: int = 15  #: B5
    at_school_minutes: int = 40  #: B5
    travel_gap_minutes: int = 15  #: B12, between two visits at home
    ask: str = "all"  #: rulings 4: "all" consenting guardians or "main", the first in the roster
    ask_again_hours: int = 24  #: B13
    hand_over_hours: int = 48  #: B13
    call_list_at: time = time(7, 40)  #: B13, the families to telephone
    offer_life_hours: int = 72  #: rulings 7
    slot_lapse_hours: int = 2  #: rulings 7, before the slot begins
    counter_again_hours: tuple[int, ...] = (12, 24)  #: rulings 7
    colleague_again_hours: int = 12  #: B6, one who was asked along, or to take over, is asked once more
    colleague_silent_hours: int = 24  #: B6, then who asked is told that there is no answer
    rounds: int = 3  #: then "please telephone"

    evening_at: time = time(18, 0)  #: B15
    evening_until: time = time(21, 30)  #: rulings 10
    early_days: int = 3  #: B15
    early_needs_days: int = 6  #: B15
    teacher_ahead_minutes: int = 120  #: B15
    guardian_ahead_minutes: int = 60  #: B15
    day_reminder_grace_minutes: int = 15  #: rulings 10

    alert_after_hours: int = 2  #: V2
    missed_after_hours: int = 24  #: rulings 12
    record_due_hours: int = 24  #: R1
    record_reminder_hours: tuple[int, ...] = (2, 20)  #: R1
    overdue_digest_at: time = time(7, 40)  #: rulings 15
    record_minimum: int = 20  #: rulings 15, characters of the talk

    survey_after_hours: int = 2  #: S1
    survey_remind_hours: int = 24  #: S7
    survey_life_days: int = 7  #: S7
    follow_up_days: tuple[int, ...] = (5, 21, 30)  #: F1, F2, F3
    follow_up_guardian_at: time = time(19, 0)  #: rulings 14
    follow_up_teacher_at: time = time(16, 30)  #: rulings 14
    follow_up_life_days: int = 7  #: an unanswered follow-up is asked no longer than that

    code_days: int = 30  #: rulings 16
    code_tries: int = 5  #: rulings 16
    code_window_hours: int = 24  #: rulings 16
    code_lock_minutes: int = 60  #: rulings 16
    undo_minutes: int = 10  #: rulings 2
    roster_leaving_percent: int = 5  #: rulings 40, an import asks before it closes more than that

    forget_at: time = time(3, 20)  #: rel.L5, at night
    keep_push_days: int = 7  #: rel.L5, what WeChat delivered and what was answered, word for word
    keep_chat_days: int = 90  #: rel.L5, words that were passed on or not understood, and what a chat was about
    keep_photo_days: int = 30  #: rel.L5, photos that no record has taken in
    keep_code_days: int = 30  #: rel.L5, binding codes that are used or void
    keep_answer_days: int = 730  #: rel.L5, answers to questionnaires and follow-ups
    keep_leaver_days: int = 365  #: rel.L5, after somebody has left the school
    keep_log_days: int = 180  #: rel.L13, who came when, without words; never shorter
    keep_reading_days: int = 1095  #: rel.L10, who has read what

    reading_hours: int = 24  #: rulings 20, so long may be read what a leader has approved
    cry_unread_minutes: int = 10  #: rulings 41, then a cry for help goes to the next leader
    erasure_answer_days: int = 15  #: rel.L6, by when a family that asks for erasure has its answer

    def minutes(self, form: str) -> int:
        """How long a visit of this form lasts (B5)."""
        lengths = {"at_home": self.at_home_minutes, "video": self.video_minutes, "phone": self.phone_minutes}
        return 0 if form == "letter" else lengths.get(form, self.at_school_minutes)


DEFAULT = Policy()
