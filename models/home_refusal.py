"""A family that does not want a visit at home (入户): nobody asks it for one again this term (rulings 6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.errors import Refused
from models.hour import local
from models.student import Guardianship, Student
from models.term import Term
from models.visit_life import AT_HOME, CLOCK, Actor

if TYPE_CHECKING:
    from models.visit import Visit

#: A wish for another form is one not to be visited at home.
REFUSING = frozenset(("decline", "change_form"))


class HomeRefusal(Base):
    """One no to one visit at home; it holds until the term is over, or until the family asks for one itself."""

    __tablename__ = "home_refusal"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"))
    #: who said so, for her other children, too; none: by telephone
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    day: Mapped[date]  #: of the school's calendar
    lifted_at: Mapped[datetime | None]


def noticed(session: Session, visit: Visit, verb: str, actor: Actor, now: datetime) -> None:
    """Keeps the no of a family to a visit at home; looked at before the visit takes the step's other form."""
    if verb not in REFUSING or actor.part == CLOCK or (visit.offer_form or visit.form) != AT_HOME:
        return
    for student_id in visit.student_ids:
        row = HomeRefusal(school_id=visit.school_id, student_id=student_id, visit_id=visit.id)
        row.person_id = None if actor.by_phone else actor.person_id
        row.day = local(now, visit.school.zone).date()
        session.add(row)
    session.flush()


def refused_at_home(session: Session, student_ids: Iterable[int], term: Term) -> dict[int, date]:
    """Which of these children's families said no to a visit at home this term, and when last."""
    wanted, found = sorted(set(student_ids)), dict[int, date]()
    here = (HomeRefusal.day.between(term.first, term.last), HomeRefusal.lifted_at.is_(None))
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        of_child = sa.select(HomeRefusal.student_id, HomeRefusal.day).where(*here, HomeRefusal.student_id.in_(some))
        of_guardian = (
            sa.select(Guardianship.student_id, HomeRefusal.day)
            .join(HomeRefusal, HomeRefusal.person_id == Guardianship.person_id)
            .where(*here, Guardianship.student_id.in_(some), Guardianship.muted.is_(False))
        )
        for student_id, day in session.execute(of_child.union_all(of_guardian)):
            found[student_id] = max(day, found.get(student_id, day))
    return found


def refused_on(session: Session, student: Student, now: datetime) -> date | None:
    """The day of this term on which the child's family said no to a visit at home."""
    term = student.school.term(local(now, student.school.zone).date())
    return refused_at_home(session, [student.id], term).get(student.id)


def check(session: Session, student: Student, form: str, now: datetime) -> None:
    """No second request this term; the school refuses to send it, whoever asks."""
    if form == AT_HOME and refused_on(session, student, now) is not None:
        raise Refused("refused_at_home", student=student.name)


def lift(session: Session, student_ids: Sequence[int], person_id: int, now: datetime) -> None:
    """A guardian has asked for a visit at home herself: it may be spoken of again."""
    whose = sa.or_(HomeRefusal.student_id.in_(student_ids), HomeRefusal.person_id == person_id)
    session.execute(sa.update(HomeRefusal).where(whose, HomeRefusal.lifted_at.is_(None)).values(lifted_at=now))
