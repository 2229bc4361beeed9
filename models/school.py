"""A school and its classes."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base
from models.calendar import Calendar
from models.policy import DEFAULT, Policy
from models.term import Term, school_year, term_on

_policies: dict[str, Policy] = {}
_pilots: dict[str, tuple[str, ...]] = {}
_calendars: dict[str, Calendar] = {}
_NO_CALENDAR = Calendar()


def use_policy(key: str, policy: Policy) -> None:
    """Gives this process the policy of the school with that key (configuration)."""
    _policies[key] = policy


def use_pilot(key: str, classes: tuple[str, ...]) -> None:
    """Names the classes with which that school tries it out; only their families get messages. None: all classes."""
    _pilots.pop(key, None)
    if classes:
        _pilots[key] = classes


def use_calendar(key: str, calendar: Calendar) -> None:
    """Gives this process the calendar that the school with that key has told."""
    _calendars[key] = calendar


def pilots() -> dict[str, tuple[str, ...]]:
    """The schools that try it out, and with which classes."""
    return _pilots


class School(Base):
    """One school; every row of its own carries its id."""

    __tablename__ = "school"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    account: Mapped[str] = mapped_column(sa.String(40))  #: the configured WeChat account
    timezone: Mapped[str] = mapped_column(sa.String(40), default="Asia/Shanghai")
    sending_stopped_at: Mapped[datetime | None]  #: since when nothing is sent but safety; none: everything goes
    roster_version: Mapped[int] = mapped_column(default=0)  #: raised by every import; keeps the name index fresh

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def policy(self) -> Policy:
        return _policies.get(self.key, DEFAULT)

    @property
    def calendar(self) -> Calendar:
        return _calendars.get(self.key, _NO_CALENDAR)

    def term(self, day: date) -> Term:
        """The term to which a day of the school's wall calendar belongs; every day belongs to one."""
        return term_on(day, self.calendar.terms)

    def school_year(self, day: date) -> tuple[date, date]:
        """First and last day of the school year of that day."""
        return school_year(day, self.calendar.terms)

    @staticmethod
    def of_account(session: Session, account: str) -> list[School]:
        """The schools that speak through this account."""
        return list(session.scalars(sa.select(School).where(School.account == account).order_by(School.id)))


class SchoolClass(Base):
    """A class (班级) such as 三(1)班."""

    __tablename__ = "school_class"
    __table_args__ = (sa.UniqueConstraint("school_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    name: Mapped[str] = mapped_column(sa.String(40))  #: in the one spelling 三(1)班, whatever the roster wrote
    grade: Mapped[str] = mapped_column(sa.String(20))
    closed_at: Mapped[datetime | None]  #: its students have left the school (毕业); a closed one is never deleted

    school: Mapped[School] = relationship()
