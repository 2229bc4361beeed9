"""Students and the guardians who answer for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import prepared, sealed
from models.base import Base
from models.consent import Consent
from models.person import LEADERS, Person
from models.school import School, SchoolClass
from models.whole import Whole, fill


class Student(Base):
    """A child of the school; what is sensitive is sealed under the child's own key (rulings 32)."""

    __tablename__ = "student"
    __table_args__ = (
        sa.UniqueConstraint("school_id", "number"),
        sa.Index("ix_student_class", "class_id"),
        sa.Index("ix_student_left", "left_at", sqlite_where=sa.text("left_at IS NOT NULL AND erased_at IS NULL"),
                 postgresql_where=sa.text("left_at IS NOT NULL AND erased_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    class_id: Mapped[int] = mapped_column(sa.ForeignKey("school_class.id"))
    number: Mapped[str] = mapped_column(sa.String(40))  #: 学号, tells same names apart
    name: Mapped[str] = mapped_column(sa.String(40))
    gender: Mapped[str] = mapped_column(sa.String(4), default="")
    birthday: Mapped[date | None]
    boarding: Mapped[bool] = mapped_column(default=False)
    remote: Mapped[bool] = mapped_column(default=False)  #: lives far out; two should go there (B6)
    data_key: Mapped[bytes]
    address_sealed: Mapped[bytes | None]
    health_sealed: Mapped[bytes | None]
    categories_sealed: Mapped[bytes | None]  #: P5, the key categories as a JSON list
    is_key: Mapped[bool] = mapped_column(default=False)  #: has a key category (P4); which ones is sealed
    left_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]  #: its data was erased for good; the row holds nothing any more

    school: Mapped[School] = relationship()
    school_class: Mapped[SchoolClass] = relationship(lazy="joined")
    guardianships: Mapped[list[Guardianship]] = relationship(
        back_populates="student", order_by="Guardianship.rank", cascade="all, delete-orphan"
    )

    @property
    def address(self) -> str | None:
        return sealed.unseal(self.data_key, "student.address", self.address_sealed)

    @address.setter
    def address(self, text: str | None) -> None:
        self.address_sealed = sealed.seal(self.data_key, "student.address", text)

    @property
    def health(self) -> str | None:
        return sealed.unseal(self.data_key, "student.health", self.health_sealed)

    @health.setter
    def health(self, text: str | None) -> None:
        self.health_sealed = sealed.seal(self.data_key, "student.health", text)

    @property
    def categories(self) -> list[str]:
        return sealed.unseal_json(self.data_key, "student.categories", self.categories_sealed) or []

    @categories.setter
    def categories(self, names: list[str]) -> None:
        self.categories_sealed = sealed.seal_json(self.data_key, "student.categories", names) if names else None
        self.is_key = bool(names)

    def lives_with(self, other: Student) -> bool:
        """Whether they are siblings, as far as the roster tells: a guardian of both, and not by 不通知."""
        return other is not self and bool(self._guardian_ids & other._guardian_ids)

    def siblings(self, session: Session) -> list[Student]:
        """The other children at this school of who answers for this one; whoever asks sees only those in her reach."""
        of_them = sa.select(Guardianship.student_id).where(
            Guardianship.person_id.in_(self._guardian_ids), Guardianship.muted.is_(False)
        )
        query = sa.select(Student).where(Student.id.in_(of_them), Student.id != self.id, Student.left_at.is_(None))
        return list(session.scalars(query.order_by(Student.id)))

    @property
    def _guardian_ids(self) -> set[int]:
        return {tie.person_id for tie in self.guardianships if not tie.muted}

    @staticmethod
    def new(school: School, school_class: SchoolClass, number: str, name: str) -> Student:
        """A student with a data key of its own."""
        key = sealed.new_key()
        return Student(school_id=school.id, class_id=school_class.id, number=number, name=name, data_key=key)

    @staticmethod
    def in_reach(session: Session, person: Person) -> list[Student]:
        """Whom this person teaches, mentors or leads (R5); the only way by which staff come to a student."""
        query = sa.select(Student).where(Student.school_id == person.school_id, Student.left_at.is_(None))
        scope = _scope(person)
        return [] if scope is None else list(session.scalars(query.where(scope).order_by(Student.id)))

    def in_reach_of(self, person: Person) -> bool:
        """Whether this person teaches, mentors or leads the student."""
        if person.school_id != self.school_id:
            return False
        return any(
            r.class_id == self.class_id
            or r.student_id == self.id
            or (r.name in LEADERS and (r.grade is None or r.grade == self.school_class.grade))
            for r in person.roles
        )


def _scope(person: Person) -> sa.ColumnElement[bool] | None:
    if any(r.name in LEADERS and r.grade is None for r in person.roles):
        return sa.true()
    grades = [r.grade for r in person.roles if r.name in LEADERS]
    classes = [r.class_id for r in person.roles if r.class_id is not None]
    mentees = [r.student_id for r in person.roles if r.student_id is not None]
    if not (grades or classes or mentees):
        return None
    in_grade = sa.select(SchoolClass.id).where(SchoolClass.school_id == person.school_id, SchoolClass.grade.in_(grades))
    return sa.or_(Student.class_id.in_(classes), Student.id.in_(mentees), Student.class_id.in_(in_grade))


class Guardianship(Base):
    """A guardian (家长) of a student, with the relation and the place in the roster."""

    __tablename__ = "guardianship"
    __table_args__ = (sa.UniqueConstraint("student_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    relation: Mapped[str] = mapped_column(sa.String(20))  #: 妈妈, 爷爷 …
    rank: Mapped[int] = mapped_column(default=0)  #: 0 is the main contact
    muted: Mapped[bool] = mapped_column(default=False)  #: 不通知 (custody): never told anything (rulings 4)

    student: Mapped[Student] = relationship(back_populates="guardianships")
    person: Mapped[Person] = relationship()
    consents: Mapped[list[Consent]] = relationship(
        primaryjoin=lambda: sa.and_(
            Guardianship.person_id == sa.orm.foreign(Consent.person_id),
            Guardianship.student_id == sa.orm.foreign(Consent.student_id),
        ),
        viewonly=True,
    )

    @staticmethod
    def of_person(session: Session, person: Person) -> list[Guardianship]:
        """The children at the school of whom this guardian may be told."""
        whole, query = _of_person()
        read = whole.read(session, query, {"guardian": person.id})
        for tie, student, school_class in read:
            fill(tie, "student", student)
            fill(student, "school_class", school_class)
        return [tie for tie, _, _ in read]

    def agreed(self, purpose: str) -> bool:
        """Whether the guardian's consent for this child and purpose stands (rel.L1)."""
        read: set[str] | None = self.__dict__.get("_agreed_to")
        if read is not None:
            return purpose in read
        return any(c.purpose == purpose and c.withdrawn_at is None for c in self.consents)

    @staticmethod
    def read_agreed(session: Session, ties: Iterable[Guardianship]) -> None:
        """For many at once, for as long as the transaction lasts: of hundreds of consents only what stands is read."""
        found: dict[tuple[int, int], set[str]] = {}
        for tie in ties:
            tie.__dict__["_agreed_to"] = found.setdefault((tie.student_id, tie.person_id), set())
        people = {"people": sorted({person for _, person in found})}
        for student, person, purpose in prepared.rows(session, _STANDING, people) if found else ():
            if (student, person) in found:
                found[student, person].add(purpose)


@cache
def _of_person() -> tuple[Whole, sa.Select[*tuple[Any, ...]]]:
    """Made once, with all that is said of the children."""
    whole = Whole(Guardianship, Student, SchoolClass)
    query = (
        sa.select(*whole.columns)
        .select_from(Guardianship.__table__)
        .join(Student, Student.id == Guardianship.student_id)
        .join(SchoolClass, SchoolClass.id == Student.class_id)
        .where(Guardianship.person_id == sa.bindparam("guardian"))
        .where(Guardianship.muted.is_(False), Student.left_at.is_(None))
    )
    return whole, query.order_by(Guardianship.id)


_STANDING = sa.select(Consent.student_id, Consent.person_id, Consent.purpose).where(
    Consent.person_id.in_(sa.bindparam("people", expanding=True)), Consent.withdrawn_at.is_(None)
)
