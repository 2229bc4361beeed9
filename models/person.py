"""People of the school: teachers, guardians, staff; one person may be several of these."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import sealed
from models.base import Base
from models.school import School, SchoolClass
from models.whole import Whole, fill_lists

HOMEROOM, SUBJECT, MENTOR, TEACHER = "homeroom", "subject", "mentor", "teacher"
GRADE_HEAD, STUDENT_AFFAIRS, PRINCIPAL = "grade_head", "student_affairs", "principal"
ADMIN, GATE = "admin", "gate"
LEADERS = (GRADE_HEAD, STUDENT_AFFAIRS, PRINCIPAL)
TEACHING = (HOMEROOM, SUBJECT, MENTOR, TEACHER)


class Person(Base):
    """Somebody the school knows by name."""

    __tablename__ = "person"
    __table_args__ = (
        sa.Index("ix_person_school_phone", "school_id", "phone_mark"),
        sa.Index("ix_person_left", "left_at", sqlite_where=sa.text("left_at IS NOT NULL AND phone_sealed IS NOT NULL"),
                 postgresql_where=sa.text("left_at IS NOT NULL AND phone_sealed IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    name: Mapped[str] = mapped_column(sa.String(40))
    number: Mapped[str | None] = mapped_column(sa.String(40))  #: the staff number; none for guardians
    data_key: Mapped[bytes]
    phone_sealed: Mapped[bytes | None]
    phone_mark: Mapped[str | None] = mapped_column(sa.String(64))  #: keyed hash, for look-up only
    left_at: Mapped[datetime | None]  #: closed by a roster import; nobody is deleted by it
    stopped_at: Mapped[datetime | None]  #: asked for no more reminders (rulings 18)
    surveys_stopped_at: Mapped[datetime | None]

    school: Mapped[School] = relationship()
    roles: Mapped[list[Role]] = relationship(back_populates="person", cascade="all, delete-orphan", lazy="selectin")

    @property
    def phone(self) -> str | None:
        return sealed.unseal(self.data_key, "person.phone", self.phone_sealed)

    @phone.setter
    def phone(self, number: str | None) -> None:
        self.phone_sealed = sealed.seal(self.data_key, "person.phone", number)
        self.phone_mark = sealed.phone_mark(number) if number else None

    @property
    def teaches(self) -> bool:
        return any(r.name in TEACHING for r in self.roles)

    @property
    def leads(self) -> bool:
        return any(r.name in LEADERS for r in self.roles)

    @property
    def on_staff(self) -> bool:
        return bool(self.roles)

    @staticmethod
    def new(school: School, name: str, number: str | None = None, phone: str | None = None) -> Person:
        """A person with a data key of her own."""
        person = Person(school_id=school.id, name=name, number=number, data_key=sealed.new_key(), roles=[])
        person.phone = phone
        return person

    @staticmethod
    def with_role(session: Session, school_id: int, *names: str) -> list[Person]:
        """Everybody of the school who has one of these roles, in the order of the roster."""
        query = sa.select(Person).join(Role).where(Person.school_id == school_id, Role.name.in_(names))
        return list(session.scalars(query.where(Person.left_at.is_(None)).order_by(Person.id).distinct()))

    @staticmethod
    def teachers_of(session: Session, class_id: int, student_id: int) -> list[Person]:
        """Who teaches or mentors the child, the homeroom teacher first."""
        whole, query = _teachers_of()
        read = whole.read(session, query, {"class": class_id, "student": student_id})
        fill_lists("roles", read)
        found = dict.fromkeys(person for person, _ in read)
        return sorted(found, key=lambda p: all(r.name != HOMEROOM or r.class_id != class_id for r in p.roles))

    @staticmethod
    def homeroom_of(session: Session, class_id: int) -> Person | None:
        """The homeroom teacher (班主任) of a class."""
        query = sa.select(Person).join(Role).where(Role.name == HOMEROOM, Role.class_id == class_id)
        return session.scalars(query.where(Person.left_at.is_(None)).order_by(Person.id)).first()


class Role(Base):
    """What a person is to a class, a grade, a student or the school."""

    __tablename__ = "role"
    __table_args__ = (sa.Index("ix_role_class", "class_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(20))
    class_id: Mapped[int | None] = mapped_column(sa.ForeignKey("school_class.id"))
    student_id: Mapped[int | None] = mapped_column(sa.ForeignKey("student.id"))  #: a mentor's mentee
    grade: Mapped[str | None] = mapped_column(sa.String(20))
    subject: Mapped[str | None] = mapped_column(sa.String(20))

    person: Mapped[Person] = relationship(back_populates="roles")
    school_class: Mapped[SchoolClass | None] = relationship()


@cache
def _teachers_of() -> tuple[Whole, sa.Select[*tuple[Any, ...]]]:
    """Each with all of her roles, one of which makes her the child's teacher."""
    whole, own = Whole(Person, Role), Role.__table__.alias("own")
    query = (
        sa.select(*whole.columns)
        .select_from(own)
        .join(Person, Person.id == own.c.person_id)
        .join(Role, Role.person_id == Person.id)
        .where(Person.left_at.is_(None), own.c.name.in_(TEACHING))
        .where(sa.or_(own.c.class_id == sa.bindparam("class"), own.c.student_id == sa.bindparam("student")))
    )
    return whole, query.order_by(Person.id, Role.id)
