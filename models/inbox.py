"""What WeChat pushed to us: accepted once, answered the same way as long as it may come again (rel.I1, rel.I3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models import prepared
from models.base import Base

DONE, FAILED = "done", "failed"
LET_BE = "let_be"  #: one of too many at once (rel.T16): kept, nothing came of it
WAITING = "waiting"  #: a voice message that is still to be heard (rulings 38)


class Inbound(Base):
    """One push. Its key is the MsgId, for events a hash of the decrypted text."""

    __tablename__ = "inbound"
    __table_args__ = (
        sa.UniqueConstraint("account", "key"),
        sa.Index("ix_inbound_body", "received_at", sqlite_where=sa.text("body_sealed IS NOT NULL"),
                 postgresql_where=sa.text("body_sealed IS NOT NULL")),
        sa.Index("ix_inbound_waiting", "id", sqlite_where=sa.text("state = 'waiting'"),
                 postgresql_where=sa.text("state = 'waiting'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(80))
    openid: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str] = mapped_column(sa.String(20))
    body_sealed: Mapped[bytes | None]  #: the decrypted XML under the process's inbox key; purged after days
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(sa.String(10), default=DONE)  #: `failed`: a bug of ours, with the number below
    incident: Mapped[str | None] = mapped_column(sa.String(12))
    reply_sealed: Mapped[bytes | None]  #: the stored reply, repeated for a repeated push
    attempts: Mapped[int] = mapped_column(sa.SmallInteger, default=0)  #: to hear it; an older one may not write back
    lease_until: Mapped[datetime | None]  #: real time (rulings 26): until then it is being heard, or left alone

    @staticmethod
    def known(session: Session, account: str, key: str) -> Known | None:
        """Whether this push was taken already, and the reply that it got."""
        found = prepared.rows(session, _known(), {"account": account, "push": key})
        return Known(*found[0]) if found else None

    def write(self, session: Session) -> None:
        """Writes it down with a statement of its own, at a tenth of what a flush costs: it is done in every turn."""
        prepared.write_later(session, _writing(), {name: getattr(self, name) for name in _WRITTEN})

    @staticmethod
    def forget(session: Session, account: str, openid: str) -> None:
        """Takes the openid out of what somebody who left had sent (rulings 17); its words went with her key."""
        gone = sa.and_(Inbound.account == account, Inbound.openid == openid)
        session.execute(sa.update(Inbound).where(gone).values(openid=""))

    @staticmethod
    def to_hear(session: Session, real: datetime, lease: timedelta, limit: int) -> list[Inbound]:
        """Takes voice messages to be heard for as long as the lease; of one person only the first that waits."""
        earlier, free = aliased(Inbound), sa.or_(Inbound.lease_until.is_(None), Inbound.lease_until < real)
        queued = sa.exists().where(
            earlier.state == WAITING,
            earlier.account == Inbound.account,
            earlier.openid == Inbound.openid,
            earlier.id < Inbound.id,
        )
        query = sa.select(Inbound).where(Inbound.state == WAITING, free, ~queued).order_by(Inbound.id).limit(limit)
        rows = list(session.scalars(query.with_for_update(skip_locked=True)))
        for row in rows:
            row.attempts, row.lease_until = row.attempts + 1, real + lease
        session.flush()
        return rows

    @staticmethod
    def waiting(session: Session, row_id: int) -> Inbound | None:
        """The voice message, locked, if it still waits to be heard."""
        query = sa.select(Inbound).where(Inbound.id == row_id, Inbound.state == WAITING)
        return session.scalars(query.with_for_update(), execution_options={"populate_existing": True}).one_or_none()


class Known(NamedTuple):
    """A push that was taken before."""

    reply_sealed: bytes | None


@cache
def _known() -> sa.Select[bytes | None]:
    """Asked of every push: made once."""
    mine = Inbound.account == sa.bindparam("account"), Inbound.key == sa.bindparam("push")
    return sa.select(Inbound.__table__.c.reply_sealed).where(*mine)


_WRITTEN = [c.name for c in Inbound.__table__.columns if c.name not in ("id", "attempts")]


@cache
def _writing() -> sa.Insert:
    return sa.insert(Inbound.__table__).values(attempts=0)  # type: ignore[arg-type]
