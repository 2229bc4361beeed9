"""A visit changes hands: a colleague goes in the teacher's place (代访)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from models.errors import Refused
from models.person import Person
from models.visit_life import Actor
from models.visit_whose import VisitWhose


class VisitHands(VisitWhose):
    """The one verb by which another teacher becomes the visit's."""

    __abstract__ = True

    if TYPE_CHECKING:
        teacher: Any
        companions: Any

        def _step(self, verb: str, actor: Actor, session: Session, now: datetime, why: str = "") -> None: ...

        def _hold(self, session: Session) -> None: ...

    def hand_over(self, session: Session, actor: Actor, to: Person, now: datetime) -> None:
        """Time, form and open question stand; from here on `to` goes, holds the hours and answers.

        Refused to whoever does not teach or lead every child of it (R5), and when her hour is taken.
        """
        if not all(student.in_reach_of(to) for student in self.students):
            raise Refused("out_of_reach_of", name=to.name)
        self._step("hand_over", actor, session, now, why=f"{self.teacher.name} → {to.name}")
        self.teacher, self.teacher_id = to, to.id
        for place in [c for c in self.companions if c.person_id == to.id]:
            # Who came along goes herself now.
            self.companions.remove(place)
            session.delete(place)
        self.accompanied = bool(self.companions)
        if self.offer_at is not None:
            # Whoever was asked is asked anew by the news of who comes (B13).
            self.offer_at = max(self.offer_at, now)
        self._hold(session)
