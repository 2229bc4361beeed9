"""What a person still lets us send by subscription (订阅通知): one yes buys one message of one template."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.whole import Whole


class Permit(Base):
    """A ledger of our own: the platform does not say how many are left. It goes with the identity."""

    __tablename__ = "permit"
    __table_args__ = (sa.UniqueConstraint("identity_id", "template"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identity_id: Mapped[int] = mapped_column(sa.ForeignKey("identity.id", ondelete="CASCADE"))
    template: Mapped[str] = mapped_column(sa.String(80))  #: the platform's id of the subscription template
    left: Mapped[int] = mapped_column(sa.SmallInteger, default=0)

    @staticmethod
    def of(session: Session, identity_ids: Iterable[int]) -> dict[int, dict[str, Permit]]:
        """Those with something left, by identity and template."""
        ids, found = sorted(set(identity_ids)), dict[int, dict[str, Permit]]()
        for (permit,) in _PERMIT.read(session, _WITH_SOME_LEFT, {"ids": ids}) if ids else ():
            found.setdefault(permit.identity_id, {})[permit.template] = permit
        return found

    @staticmethod
    def note(session: Session, identity_id: int, template: str, accepted: bool) -> None:
        """She was asked: a yes is one message more, a no takes back what was left."""
        query = sa.select(Permit).where(Permit.identity_id == identity_id, Permit.template == template)
        permit = session.scalars(query).one_or_none()
        if permit is None:
            permit = Permit(identity_id=identity_id, template=template, left=0)
            session.add(permit)
        permit.left = permit.left + 1 if accepted else 0

    @staticmethod
    def give_back(session: Session, identity_id: int, template: str) -> None:
        """The message was refused for another reason and used nothing up."""
        mine = Permit.identity_id == identity_id, Permit.template == template
        session.execute(sa.update(Permit).where(*mine).values(left=Permit.left + 1))

    @staticmethod
    def close(session: Session, identity_id: int, template: str) -> None:
        """The platform says that nothing is left, whatever we counted."""
        mine = Permit.identity_id == identity_id, Permit.template == template
        session.execute(sa.update(Permit).where(*mine).values(left=0))


_PERMIT = Whole(Permit)
_WITH_SOME_LEFT = sa.select(*_PERMIT.columns).where(
    Permit.identity_id.in_(sa.bindparam("ids", expanding=True)), Permit.left > 0
)
