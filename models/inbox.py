"""What WeChat pushed to us: accepted once, answered the same way for ever (rel.I1, rel.I3)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base

DONE, FAILED = "done", "failed"


class Inbound(Base):
    """One push. Its key is the MsgId, for events a hash of the decrypted text."""

    __tablename__ = "inbound"
    __table_args__ = (sa.UniqueConstraint("account", "key"),)

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

    @staticmethod
    def forget(session: Session, account: str, openid: str) -> None:
        """Takes the openid out of what somebody who left had sent (rulings 17); its words went with her key."""
        session.flush()
        gone = sa.and_(Inbound.account == account, Inbound.openid == openid)
        session.execute(sa.update(Inbound).where(gone).values(openid=""))
