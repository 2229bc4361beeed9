"""Who speaks: a WeChat identity of an account, and the persons it is bound to (rulings 16, 31)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import prepared
from models.base import Base, write
from models.conversation import Conversation
from models.person import Person, Role
from models.ready import Values
from models.school import School
from models.whole import Whole, fill, fill_lists

#: What a sender's deed opens: messages that may be sent, and for how long.
SAID = (5, timedelta(hours=48))
TAPPED = (3, timedelta(minutes=1))


class Identity(Base):
    """An openid of one account. Unfollowing erases it (rulings 17)."""

    __tablename__ = "identity"
    __table_args__ = (sa.UniqueConstraint("account", "openid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(sa.String(40))
    openid: Mapped[str] = mapped_column(sa.String(64))
    unionid: Mapped[str | None] = mapped_column(sa.String(64))
    following: Mapped[bool] = mapped_column(default=True)
    said_until: Mapped[datetime | None]  #: end of the 48 h window after a message
    said_left: Mapped[int] = mapped_column(default=0)
    tapped_until: Mapped[datetime | None]  #: end of the one-minute window after a tap, a scan, a follow
    tapped_left: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]  #: after five wrong codes

    bindings: Mapped[list[Binding]] = relationship(
        back_populates="identity", cascade="all, delete-orphan", lazy="selectin"
    )
    #: Read along with whoever speaks, for `Conversation.of`.
    conversation: Mapped[Conversation | None] = relationship(viewonly=True, lazy="raise")

    @staticmethod
    def of(session: Session, account: str, openid: str, lock: bool = False) -> Identity | None:
        """The identity behind an openid; `lock` keeps a second turn of the same person waiting."""
        whose = {"account": account, "openid": openid}
        if lock:
            lock_speaker(session, account, openid)
        read = read_speaker(session, speaker(), whose)
        return read[0][0] if read else None

    @staticmethod
    def reached(session: Session, account: str, openid: str) -> Identity:
        """The identity behind an openid, made when it is new; locked, for another first turn may just have made it."""
        found = Identity.of(session, account, openid, lock=True)
        if found is None:
            found = Identity(account=account, openid=openid, following=True, bindings=[])
            session.add(found)
            session.flush()
        return found

    @staticmethod
    def of_person(session: Session, person_id: int, account: str) -> Identity | None:
        """Where a person is reached on this account: the newest binding that still follows."""
        query = (
            sa.select(Identity)
            .join(Binding)
            .where(Binding.person_id == person_id, Identity.account == account, Identity.following)
        )
        return session.scalars(query.order_by(Binding.id.desc())).first()

    @property
    def persons(self) -> list[Person]:
        return [b.person for b in self.bindings]

    def open_window(self, grant: tuple[int, timedelta], now: datetime) -> None:
        """A message opens the long window anew; a tap, a scan or a follow the short one. Whoever does so follows."""
        left, life = grant
        if grant is SAID:
            write(self, following=True, said_left=left, said_until=now + life)
        else:
            write(self, following=True, tapped_left=left, tapped_until=now + life)

    def window(self, now: datetime) -> str | None:
        """Which window still takes a customer-service message: the one that closes first."""
        if self.tapped_left > 0 and self.tapped_until and self.tapped_until > now:
            return "tapped"
        if self.said_left > 0 and self.said_until and self.said_until > now:
            return "said"
        return None

    def spend(self, now: datetime) -> str | None:
        """One customer-service message is being sent; returns by which window."""
        window = self.window(now)
        if window == "tapped":
            self.tapped_left -= 1
        elif window == "said":
            self.said_left -= 1
        return window

    def give_back(self, window: str) -> None:
        """The message was refused and used nothing up."""
        if window == "tapped":
            self.tapped_left = min(self.tapped_left + 1, TAPPED[0])
        elif window == "said":
            self.said_left = min(self.said_left + 1, SAID[0])

    def close_windows(self) -> None:
        """The platform says that no window is open, whatever we counted."""
        self.said_left = self.tapped_left = 0


class Binding(Base):
    """This identity speaks for this person."""

    __tablename__ = "binding"
    __table_args__ = (sa.UniqueConstraint("identity_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identity_id: Mapped[int] = mapped_column(sa.ForeignKey("identity.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    bound_at: Mapped[datetime]

    identity: Mapped[Identity] = relationship(back_populates="bindings")
    person: Mapped[Person] = relationship(lazy="joined")


_SPEAKER = Whole(Identity, Binding, Person, Role, School, Conversation)


def lock_speaker(session: Session, account: str, openid: str) -> None:
    """Keeps another turn of the same person waiting until this one's end; SQLite has one writer at a time anyway.

    By itself: what is read along with a row for which one has waited is as it was before.
    """
    if session.get_bind().dialect.name != "sqlite":
        prepared.rows(session, _locking(), {"account": account, "openid": openid})


def read_speaker(session: Session, query: sa.Select[*tuple[Any, ...]], values: Values) -> list[tuple[Any, ...]]:
    """The rows of a query that begins as `speaker` does: identity, binding, person, and whatever it asks besides."""
    read = _SPEAKER.read(session, query, values)
    fill_lists("bindings", ((identity, binding) for identity, binding, *_ in read))
    fill_lists("roles", ((person, role) for _, _, person, role, *_ in read))
    for identity, binding, person, _, school, conversation, *_ in read:
        fill(identity, "conversation", conversation)
        if binding is not None:
            fill(binding, "person", person)
            fill(person, "school", school)
    return [(identity, binding, person, *more) for identity, binding, person, _, _, _, *more in read]


@cache
def speaker() -> sa.Select[*tuple[Any, ...]]:
    """Who speaks, with all that every turn asks of her, in one question; made once."""
    return (
        sa.select(*_SPEAKER.columns)
        .select_from(Identity.__table__)
        .outerjoin(Binding, Binding.identity_id == Identity.id)
        .outerjoin(Person, Person.id == Binding.person_id)
        .outerjoin(Role, Role.person_id == Person.id)
        .outerjoin(School, School.id == Person.school_id)
        .outerjoin(Conversation, Conversation.identity_id == Identity.id)
        .where(*_its_openid())
        .order_by(Binding.id, Role.id)
    )


@cache
def _locking() -> sa.Select[int]:
    return sa.select(Identity.id).where(*_its_openid()).with_for_update()


def _its_openid() -> tuple[sa.ColumnElement[bool], ...]:
    return Identity.account == sa.bindparam("account"), Identity.openid == sa.bindparam("openid")
