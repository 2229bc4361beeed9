"""What each deed of a teacher or a guardian ought to change, and who ought to hear of it (domain: B3, B4, rulings 4-8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tests.faults.reference import CALL, FAMILIES, HOME, HOUR, MOST_OFFERS, No, Reference, Visit, polite


def propose(school: Reference, number: int, who: str, child: str, start: datetime, form: str, now: datetime) -> None:
    """A visit begins with being sent."""
    visit = Visit(number, who, child, start, form, start - 2 * HOUR <= polite(now))
    visit.offer, visit.offer_at, visit.offer_form = start, now, form
    if start <= now or (form == HOME and child in school.not_home):
        raise No
    if any(v.open and v.teacher == who and v.child == child for v in school.visits.values()):
        raise No
    school.free(visit)
    school.visits[number] = visit
    school.owe(visit, "visit.offer", school.told(visit), now)


def confirm(school: Reference, visit: Visit, who: str, now: datetime) -> None:
    """The side that was asked takes the hour on the table."""
    if visit.offer <= now:
        raise No
    moving, by_family = visit.moving, who != visit.teacher
    school.free(replace(visit, state="confirmed", asked=None, starts=visit.offer, form=visit.offer_form,
                        by=who if by_family else visit.by))  # fmt: skip
    visit.state, visit.starts, visit.form, visit.asked = "confirmed", visit.offer, visit.offer_form, None
    visit.steps, visit.round, visit.confirmed_at = visit.steps + 1, visit.round + 1, now
    if by_family:
        visit.by = who
        school.owe(visit, "visit.move_taken" if moving else "visit.confirmed", [visit.teacher], now)
        school.owe(visit, "visit.moved" if moving else "visit.taken", school.told(visit, who), now)
    else:
        school.owe(visit, "visit.moved" if moving else "visit.counter_taken", school.told(visit), now)


def unfit(school: Reference, visit: Visit, who: str, now: datetime) -> None:
    """不方便: once the other forms are offered; then it is a no."""
    if visit.moving or visit.form != HOME or visit.forms_offered:
        decline(school, visit, who, now)
    else:
        visit.forms_offered = True


def decline(school: Reference, visit: Visit, who: str, now: datetime) -> None:
    if visit.moving:
        _keep(visit)
        school.owe(visit, "visit.move_refused", [visit.teacher], now)
        return
    _not_home_again(school, visit, who)
    visit.state, visit.asked, visit.steps = "declined", None, visit.steps + 1
    school.owe(visit, "visit.declined", [visit.teacher], now)
    school.owe(visit, "visit.declined_by_other", school.told(visit, who), now)


def call_instead(school: Reference, visit: Visit, who: str, now: datetime) -> None:
    """By telephone at the same hour: taken at once."""
    if visit.moving:
        raise No
    was_home = visit.offer_form == HOME
    after = replace(visit, state="confirmed", asked=None, starts=visit.offer, form=CALL, by=who)
    if visit.offer <= now:
        raise No
    school.free(after)
    if was_home:
        _not_home_again(school, visit, who)
    visit.state, visit.starts, visit.form, visit.offer_form = "confirmed", visit.offer, CALL, CALL
    visit.offers, visit.asked, visit.by = visit.offers + 1, None, who
    visit.steps, visit.round, visit.confirmed_at = visit.steps + 2, visit.round + 1, now
    school.owe(visit, "visit.form_taken", [visit.teacher], now)
    school.owe(visit, "visit.taken", school.told(visit, who), now)


def wish(school: Reference, visit: Visit, who: str, start: datetime, now: datetime) -> None:
    """The family would rather come at another hour; what was settled stands until the teacher takes it."""
    fresh = visit.state == "confirmed" and visit.asked is None
    if start <= now or (not fresh and (visit.asked != "guardian" or visit.offers >= MOST_OFFERS)):
        raise No
    _offer(school, visit, "teacher", start, now, fresh)
    visit.countered_by = who
    school.owe(visit, "visit.countered", [visit.teacher], now)


def answer_wish(school: Reference, visit: Visit, who: str, start: datetime, now: datetime) -> None:
    """The teacher has a third hour."""
    if start <= now or visit.asked != "teacher" or visit.offers >= MOST_OFFERS:
        raise No
    _offer(school, visit, "guardian", start, now)
    school.owe(visit, "visit.move_offer" if visit.moving else "visit.offer", school.told(visit), now)


def move(school: Reference, visit: Visit, who: str, start: datetime, now: datetime) -> None:
    """The teacher asks for another hour."""
    settled = visit.state == "confirmed"
    if start <= now or not visit.open:
        raise No
    _offer(school, visit, "guardian", start, now, anew=True)
    school.owe(visit, "visit.move_offer" if settled else "visit.offer", school.told(visit), now)


def keep(school: Reference, visit: Visit, who: str, now: datetime) -> None:
    """The teacher stays with the old hour."""
    if not visit.moving or visit.asked != "teacher":
        raise No
    _keep(visit)
    school.owe(visit, "visit.move_refused_by_teacher", [school.answering(visit)], now)


def call_off(school: Reference, visit: Visit, who: str, now: datetime) -> None:
    """Withdrawn before the answer, cancelled after it; by either side."""
    if not visit.open or (who != visit.teacher and visit.state != "confirmed"):
        raise No
    visit.state, visit.asked, visit.steps = "cancelled", None, visit.steps + 1
    if who != visit.teacher:
        school.owe(visit, "visit.cancelled_by_family", [visit.teacher], now)
    school.owe(visit, "visit.cancelled", school.told(visit, who), now)


def stop(school: Reference, who: str, now: datetime) -> None:
    """退订: the teachers of her children's open visits are told to telephone."""
    school.stopped.add(who)
    for visit in school.visits.values():
        if visit.open and who in FAMILIES[visit.child]:
            school.owe(visit, "visit.family_stopped", [visit.teacher], now, round=0, slot=who)


def _offer(school: Reference, visit: Visit, asked: str, start: datetime, now: datetime, anew: bool = False) -> None:
    form = visit.form if anew else visit.offer_form
    after = replace(visit, asked=asked, offer=start, offer_form=form)
    if visit.state == "proposed":
        after = replace(after, starts=start, form=form)
    school.free(after)
    visit.asked, visit.offer, visit.offer_form, visit.offer_at = asked, start, form, now
    visit.starts, visit.form = after.starts, after.form
    visit.steps, visit.offers = visit.steps + 1, 1 if anew else visit.offers + 1


def _keep(visit: Visit) -> None:
    visit.asked, visit.steps = None, visit.steps + 1


def _not_home_again(school: Reference, visit: Visit, who: str) -> None:
    """All her children's families are spared, and this child's (rulings 6)."""
    if visit.offer_form == HOME:
        school.not_home |= {child for child, family in FAMILIES.items() if who in family} | {visit.child}


#: What a tap does, by its deed; those in `ASKS` want an hour first.
GUARDIANS: dict[str, Callable[..., None]] = {
    "visit.confirm": confirm, "visit.unfit": unfit, "visit.decline": decline, "visit.form": call_instead,
}  # fmt: skip
STAFF: dict[str, Callable[..., None]] = {"counter.take": confirm, "counter.keep": keep, "counter.withdraw": call_off}
ASKS: dict[str, Callable[..., None]] = {"visit.other_time": wish, "counter.other_time": answer_wish}
