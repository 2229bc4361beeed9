"""One history lived twice: by the school's real processes, and by the reference beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.sandbox.phones import Message
from bot.sandbox.words import Item
from models.base import reading
from models.conversation import Tap
from models.visit import Visit as Row
from tests.faults import reference_clock as clock
from tests.faults import reference_deeds as deeds
from tests.faults.compared import Compared
from tests.faults.hamlet import AT_ONCE, ONCE, Day, both
from tests.faults.reference import CALL, FAMILIES, No, Reference, Visit, local

APOLOGY = "编号"  #: what a bug of ours says (rulings 30)
LATE = datetime.max.replace(tzinfo=UTC)
ATTEMPTS = 12  #: rounds within which a storm's last message has come to its end


@dataclass(frozen=True)
class Seen:
    """Something to tap that stands in somebody's chat, and how far the visit had come then."""

    who: str
    item: Item
    deed: str
    visit: int
    steps: int
    value: str


@dataclass(frozen=True)
class Draft:
    """What was shown to the speaker and not yet sent."""

    number: str
    do: str
    visit: int
    steps: int
    start: datetime | None = None
    plan: tuple[str, str] = ("", "")


class Lived:
    def __init__(self, day: Day) -> None:
        self.day, self.school = day, Reference()
        self.seen: list[Seen] = []
        self.drafts: dict[str, Draft] = {}
        self.beside = Compared(day, self.school)
        self.replies: Counter[str] = Counter()
        self._read: dict[str, int] = dict.fromkeys(day.hamlet.people, 0)
        self._stormy = False
        self._planned_at: datetime | None = None  #: since when nobody has done anything

    @property
    def now(self) -> datetime:
        return self.day.now()

    def moment(self, hour: tuple[int, str]) -> datetime:
        days, clock_ = hour
        there = local(self.now) + timedelta(days=days)
        hours, minutes = clock_.split(":")
        found = there.replace(hour=int(hours), minute=int(minutes), second=0, microsecond=0)
        return found if found > self.now + timedelta(minutes=5) else found + timedelta(days=1)

    def open(self) -> list[Visit]:
        return [v for v in self.school.visits.values() if v.open]

    def waiting(self) -> list[Visit]:
        return [v for v in self.open() if v.asked]

    # What people do

    def book(self, who: str, child: str, start: datetime, form: str) -> None:
        words = "电话家访" if form == CALL else "家访"
        self._show(who, f"{said(start)}去{child}家{words}" if form != CALL else f"{said(start)}和{child}家长电话沟通",
                   Draft("", "propose", 0, 0, start, (child, form)))  # fmt: skip

    def ask_to_move(self, visit: Visit, start: datetime) -> None:
        self._show(
            visit.teacher, f"{visit.child}的家访改到{said(start)}", Draft("", "move", visit.id, visit.steps, start)
        )

    def ask_to_call_off(self, visit: Visit, who: str) -> bool:
        others = [v for v in self.open() if v.child == visit.child and v.state == "confirmed"]
        # While she is asked for another hour a guardian's no is an answer to that.
        mine = who in FAMILIES[visit.child] and others == [visit] and not visit.moving
        if who != visit.teacher and not mine:
            return False
        self._show(who, f"取消{visit.child}的家访", Draft("", "call_off", visit.id, visit.steps))
        return True

    def send(self, who: str, how: str) -> None:
        """Taps what sends the newest draft."""
        number = self.drafts[who].number if who in self.drafts else None
        taps = [s for s in self.seen if (s.who, s.deed, s.value) == (who, "draft.send", number)]
        if taps:
            self.tap(taps[-1], None, how)

    def answer(self, visit: Visit, nth: int, deed: str, start: datetime, how: str) -> None:
        """Whoever is asked answers by a tap, after having asked for it where a card came without."""
        family = FAMILIES[visit.child]
        who = visit.teacher if visit.asked == "teacher" else family[nth % len(family)]
        side = "counter" if visit.asked == "teacher" else "visit"
        wanted = {"first": [f"{side}.take", f"{side}.confirm"], "other_time": [f"{side}.other_time"],
                  "last": ["counter.keep", "counter.withdraw", "visit.unfit", "visit.decline"]}.get(deed, [deed])  # fmt: skip
        for attempt in range(2):
            fresh = [s for s in self.seen if (s.who, s.visit, s.steps) == (who, visit.id, visit.steps)]
            if taps := [s for s in fresh if s.deed in wanted]:
                self.tap(taps[-1], start, how)
                return
            if attempt == 0:
                self._said(self.day.types(who, "详情"), who)

    def tap(self, seen: Seen, start: datetime | None, how: str) -> None:
        """That very item, however old it is."""
        text = self._said(self.day.presses(seen.who, seen.item, how), seen.who)
        if APOLOGY in text:
            self._forget_draft(seen.who)
            return
        if seen.deed == "draft.send":
            draft = self.drafts.get(seen.who)
            if draft is not None and draft.number == seen.value:
                self._carry_out(seen.who, self.drafts.pop(seen.who))
            return
        self.drafts.pop(seen.who, None)  # who taps something else has let it go
        if seen.deed in deeds.ASKS:
            if start is not None and self._fresh(seen):
                do = "wish" if seen.deed == "visit.other_time" else "answer_wish"
                self._show(seen.who, said(start), Draft("", do, seen.visit, seen.steps, start))
        elif self._fresh(seen):
            do = deeds.GUARDIANS.get(seen.deed) or deeds.STAFF[seen.deed]
            self._try(do, self.school.visits[seen.visit], seen.who)

    def stop(self, who: str, how: str) -> None:
        reply = self.day.types(who, "退订")
        self._said(reply, who)
        item = next(i for m in reply for i in m.items if "停止全部提醒" in i.label)
        if APOLOGY not in self._said(self.day.presses(who, item, how), who):
            deeds.stop(self.school, who, self.now)

    def resume(self, who: str) -> None:
        self._said(self.day.types(who, "恢复"), who)
        self.school.stopped.discard(who)

    def _fresh(self, seen: Seen) -> bool:
        visit = self.school.visits.get(seen.visit)
        return visit is not None and visit.steps == seen.steps

    def _show(self, who: str, words: str, draft: Draft) -> None:
        """Types it; what is shown then is the draft, unless a question came back."""
        reply = self.day.types(who, words)
        text = self._said(reply, who)
        shown = [s for s in self.seen[-8:] if s.who == who and s.deed == "draft.send" and s.item.label in text]
        self._forget_draft(who)
        if shown and any(s.item in m.items for m in reply for s in shown):
            self.drafts[who] = Draft(shown[-1].value, *list(vars(draft).values())[1:])

    def _forget_draft(self, who: str) -> None:
        """It may have been overtaken by a question that came back: nobody taps it any more."""
        if draft := self.drafts.pop(who, None):
            self.seen = [s for s in self.seen if (s.who, s.deed, s.value) != (who, "draft.send", draft.number)]

    def _carry_out(self, who: str, draft: Draft) -> None:
        if draft.do == "propose":
            new = self._new_visit()
            try:
                deeds.propose(self.school, new or -1, who, draft.plan[0], draft.start, draft.plan[1], self.now)
            except No:
                assert new is None, "it was booked all the same"
            else:
                assert new is not None, "it was not booked"
            return
        visit = self.school.visits[draft.visit]
        if visit.steps == draft.steps:
            start = [draft.start] if draft.start else []
            self._try(getattr(deeds, draft.do), visit, who, *start)

    def _new_visit(self) -> int | None:
        with reading(self.day.sessions) as session:
            new = set(session.scalars(sa.select(Row.id))) - set(self.school.visits)
        assert len(new) <= 1, "booked twice"
        return next(iter(new), None)

    def _try(self, do, visit: Visit, who: str, *more: object) -> None:
        try:
            do(self.school, visit, who, *more, self.now)
        except No:
            return

    def _said(self, reply: tuple[Message, ...], who: str) -> str:
        self.replies[who] += len(reply)
        self._planned_at = None
        self._look()
        return "".join(m.text for m in reply)

    def _look(self) -> list[tuple[str, Message]]:
        """What has come to anybody since the last look; what can be tapped in it is kept."""
        new = []
        for who in self._read:
            for message in self.day.heard(who)[self._read[who] :]:
                new.append((who, message))
                self._read[who] += 1
        items = [(who, item) for who, m in new for item in m.items if item.id]
        if items:
            with reading(self.day.sessions) as session:
                taps = {
                    t.id: t for t in session.scalars(sa.select(Tap).where(Tap.id.in_([int(i.id) for _, i in items])))
                }
            for who, item in items:
                tap = taps[int(item.id)]
                known = tap.deed == "draft.send" or tap.deed in {*deeds.GUARDIANS, *deeds.STAFF, *deeds.ASKS}
                if known and (tap.deed != "visit.form" or tap.value == CALL):
                    visit = tap.subject_id or 0
                    steps = self._steps(visit)
                    self.seen.append(Seen(who, item, tap.deed, visit, steps, tap.value))
        return new

    def _steps(self, visit: int) -> int:
        with reading(self.day.sessions) as session:
            return session.scalar(sa.select(Row.steps).where(Row.id == visit)) or 0

    # What the hour does

    def jump(self, by: timedelta) -> None:
        self.day.hold(self.now + by)

    def to_the_next_thing(self) -> None:
        """As the sandbox and a play go on: nothing that ought to happen lies between."""
        if self._planned_at != self.now:
            self.plan(ONCE)
        coming, next_at = [m for m in clock.coming(self.school, self.now) if m > self.now], self.day.next_at()
        assert not coming or (next_at or LATE) <= min(coming), f"{min(coming)} would be missed"
        if next_at is not None and next_at < self.now + timedelta(days=7):
            self.day.hold(next_at)
            self.plan(ONCE)

    def to_a_reminder(self) -> None:
        """Straight to the next one, as if everything had stood still till then."""
        settled = [v for v in self.open() if v.state == "confirmed"]
        coming = [moment for v in settled for _, moment, _, _ in clock.reminders(v) if moment > self.now]
        if coming:
            self.day.hold(min(coming))
            self.plan(ONCE)

    def plan(self, how: str) -> None:
        both(self.day.plan) if how == AT_ONCE else self.day.plan()
        clock.pass_to(self.school, self.now)
        self._planned_at = self.now

    def weather(self, kind: str, times: int) -> None:
        self._stormy = True
        self.day.platform.fault(kind, times)

    def deliver(self, how: str) -> None:
        """A sender, two at once, or one that falls at a point."""
        self._look()
        before = self.beside.rows()
        if self._stormy or how not in (ONCE, AT_ONCE):
            self.beside.shaken |= self.beside.due(before.values())
        if how == ONCE:
            self.day.deliver()
        elif how == AT_ONCE:
            both(self.day.deliver)
        else:
            self.day.deliver_and_fall(how)
        self.beside.ended(before)
        for who, message in self._look():
            self.beside.current(who, message)

    def rest(self) -> None:
        """In the end everything that is due has a name, and was heard once."""
        self.day.platform.clear_faults()
        self._stormy = False
        for _ in range(ATTEMPTS):
            self.plan(ONCE)
            self.deliver(ONCE)
            self.beside.agree()
            left = self.beside.left()
            if not left:
                break
            self.day.hold(max(self.now, min(r.due_at for r in left)))
        assert not left, [(r.kind, r.state, r.reason, r.due_at) for r in left]
        self.beside.all_is_told(self.replies)


def said(moment: datetime) -> str:
    """As a teacher would type it."""
    there = local(moment)
    part = "上午" if there.hour < 12 else "下午" if there.hour < 18 else "晚上"
    return f"{there.month}月{there.day}日{part}{there.hour - 12 * (there.hour > 12)}点{f'{there.minute}分' if there.minute else ''}"
