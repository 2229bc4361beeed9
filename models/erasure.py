"""A child whose data is erased for good (删除): key destroyed, rows blank, family forgotten (rel.L7, rel.I23)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import erasing, history, sealed
from models.base import Base
from models.concern import LEFT, Concern
from models.errors import Refused
from models.named import Named
from models.note import SAFETY, Note
from models.notification import Owed, owe
from models.person import Person
from models.school import School
from models.student import Guardianship, Student
from models.visit import Visit
from models.visit_life import OPEN, UNDER_WAY


class Erasure(Base):
    """A family's wish, the deed, or both. It holds no name: by its mark a restored copy finds whom to erase again."""

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), unique=True)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  #: in the chat; none: at the office
    asked_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    mark: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")

    student: Mapped[Student] = relationship()

    @staticmethod
    def of(session: Session, student: Student) -> Erasure:
        """The child's row, begun when there was none."""
        found = session.scalars(sa.select(Erasure).where(Erasure.student_id == student.id)).one_or_none()
        if found is None:
            found = Erasure(school_id=student.school_id, student=student, mark=mark(student), reason="")
            session.add(found)
        return found

    @staticmethod
    def ask(session: Session, student: Student, person_id: int, now: datetime) -> bool:
        """A guardian wishes it; False when that is known already. Nothing is erased by it."""
        row = Erasure.of(session, student)
        if row.asked_at is not None:
            return False
        row.asked_by_id, row.asked_at = person_id, now
        session.flush()
        history.write(session, student, history.Deed("ask_erasure", "erasure", row.id, person_id), now)
        return True

    @staticmethod
    def of_school(session: Session, school: School) -> list[Erasure]:
        """What was asked for and what was done, the oldest first."""
        return list(session.scalars(sa.select(Erasure).where(Erasure.school_id == school.id).order_by(Erasure.id)))

    @staticmethod
    def waiting(session: Session, school: School) -> list[Erasure]:
        """What families have asked for and nobody has done, the oldest first."""
        query = sa.select(Erasure).where(Erasure.school_id == school.id, Erasure.done_at.is_(None))
        return list(session.scalars(query.order_by(Erasure.asked_at)))


@dataclass(frozen=True)
class Erased:
    """One who was erased, as it is known beside the database: without a name."""

    school: str  #: its key
    student: int
    mark: str


@dataclass
class Extent:
    """What an erasure would take, before anything of it is done."""

    student: Student
    visits: list[Visit]
    leaving: list[Person]  #: guardians without another child here
    staying: list[Person]
    held_since: datetime | None = None  #: a cry for help or a raised concern, which the law wants kept (rel.L21)
    named: Named = field(default_factory=Named)  #: where else somebody of them is named in words

    @property
    def names(self) -> list[str]:
        """Also the given name of the child, as those call it who know it."""
        given = [self.student.name[1:]] if len(self.student.name) > 2 else []
        return [self.student.name, *given, *(person.name for person in self.leaving)]

    @property
    def open_visits(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.state in OPEN]


def mark(student: Student) -> str:
    """By which a child is known again and nobody can be told from."""
    return sealed.erased_mark(f"{student.school.key} {student.number}")


def extent(session: Session, student: Student) -> Extent:
    """What would go."""
    if student.erased_at is not None:
        raise Refused("erased_already")
    people = [tie.person for tie in student.guardianships]
    others = sa.select(Guardianship.person_id).join(Student).where(
        Student.left_at.is_(None), Student.id != student.id, Guardianship.person_id.in_([p.id for p in people])
    )  # fmt: skip
    kept = set(session.scalars(others)) | {p.id for p in people if p.on_staff}
    leaving = [p for p in people if p.id not in kept]
    found = Extent(student, Visit.of_student(session, student), leaving, [p for p in people if p.id in kept])
    found.held_since = _held_since(session, found)
    return found


def _held_since(session: Session, found: Extent) -> datetime | None:
    raised = sa.select(sa.func.min(Concern.at)).where(Concern.student_id == found.student.id, Concern.state != LEFT)
    about = sa.or_(
        Note.student_id == found.student.id,
        Note.visit_id.in_([v.id for v in found.visits]),
        Note.person_id.in_([p.id for p in (*found.leaving, *found.staying) if not p.on_staff]),
    )
    cried = sa.select(sa.func.min(Note.at)).where(Note.kind == SAFETY, about)
    return min((at for at in (session.scalar(raised), session.scalar(cried)) if at is not None), default=None)


def erase(session: Session, found: Extent, reason: str, now: datetime, despite: bool = False) -> Erasure:
    """Erases for good; refused while a visit is under way, and while a safety report must be kept, unless `despite`."""
    student, school = found.student, found.student.school
    if found.held_since is not None and not despite:
        raise Refused("erasure_held", since=found.held_since)
    if not despite and any(visit.state == UNDER_WAY for visit in found.visits):
        raise Refused("erasure_under_way")
    row = Erasure.of(session, student)
    row.done_at, row.mark, row.reason = now, mark(student), found.named.without(reason, found.names)[:200]
    told = [owed for visit in found.open_visits for owed in _told(visit, now)]
    own = [v.id for v in found.visits if not v.household]
    erasing.answers(session, [v.id for v in found.visits if v.student_id == student.id])
    erasing.outbox(session, student, own, found.leaving, now)
    erasing.visits(session, student, found.visits, now)
    erasing.words(session, student, own, [p.id for p in found.leaving], now)
    erasing.chats(session, [*found.leaving, *found.staying])
    found.named.forget(session, student, found.names)
    for person in found.leaving:
        _forget_person(session, person, now)
    _blank(session, student, now)
    history.write(session, student, history.Deed("erase", "student", student.id), now)
    school.roster_version += 1
    session.flush()
    owe(session, told, now)
    return row


def _told(visit: Visit, now: datetime) -> list[Owed]:
    """Who was to go there hears it; which child it was she knows by the hour, and no message says it."""
    people: Sequence[int] = [visit.teacher_id, *(p.id for p in visit.going)]
    kind = "erasure.one_of" if visit.household else "erasure.visit"
    return [Owed(visit.school_id, kind, visit.id, p, now) for p in dict.fromkeys(people)]


def _forget_person(session: Session, person: Person, now: datetime) -> None:
    erasing.identities(session, person)
    person.name, person.phone, person.data_key = f"#{person.id}", None, sealed.new_key()
    person.left_at = person.left_at or now


def _blank(session: Session, student: Student, now: datetime) -> None:
    student.name = student.number = f"#{student.id}"
    student.gender, student.birthday, student.boarding, student.remote, student.is_key = "", None, False, False, False
    student.address_sealed = student.health_sealed = student.categories_sealed = None
    # What was sealed under the former key, history included, is closed for ever.
    student.data_key = sealed.new_key()
    student.left_at, student.erased_at = student.left_at or now, now
    student.guardianships.clear()
    session.flush()
