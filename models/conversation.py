"""What is in the air with one identity: what was shown and not yet sent, what was asked last, what can be tapped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import prepared, sealed
from models.base import Base, write
from models.whole import Whole


class Conversation(Base):
    """One row per identity. Its state is sealed: it may hold words about a family."""

    __tablename__ = "conversation"

    identity_id: Mapped[int] = mapped_column(sa.ForeignKey("identity.id", ondelete="CASCADE"), primary_key=True)
    data_key: Mapped[bytes]
    state_sealed: Mapped[bytes | None]
    changed_at: Mapped[datetime] = mapped_column(index=True)

    @staticmethod
    def of(session: Session, identity_id: int, now: datetime) -> Conversation:
        """The conversation with an identity, begun when there was none."""
        found = session.get(Conversation, identity_id)
        if found is None:
            found = Conversation(identity_id=identity_id, data_key=sealed.new_key(), changed_at=now)
            session.add(found)
        return found

    @property
    def state(self) -> dict[str, Any]:
        return sealed.unseal_json(self.data_key, "conversation.state", self.state_sealed) or {}

    def keep(self, state: dict[str, Any], now: datetime) -> None:
        """Remembers this state and forgets the last one."""
        kept = sealed.seal_json(self.data_key, "conversation.state", state) if state else None
        write(self, state_sealed=kept, changed_at=now)


class Tap(Base):
    """One thing that can be tapped: an id of our own that says for whom, what it means, and until when."""

    __tablename__ = "tap"

    id: Mapped[int] = mapped_column(primary_key=True)
    identity_id: Mapped[int] = mapped_column(sa.ForeignKey("identity.id", ondelete="CASCADE"), index=True)
    deed: Mapped[str] = mapped_column(sa.String(40))  #: the handler's name for it
    subject_id: Mapped[int | None]
    value: Mapped[str] = mapped_column(sa.String(80), default="")
    round: Mapped[int] = mapped_column(default=0)  #: of the visit when it was offered; a later round makes it stale
    label: Mapped[str] = mapped_column(sa.String(60))
    expires_at: Mapped[datetime] = mapped_column(index=True)

    @staticmethod
    def of(session: Session, number: int) -> Tap | None:
        """The tap with this id, if it is still there."""
        whole, query = _of()
        return next((tap for (tap,) in whole.read(session, query, {"number": number})), None)

    @staticmethod
    def labelled(session: Session, ids: Sequence[int], label: str) -> Tap | None:
        """The one of these that is called so; hardly any words are a label, so that nothing more is read at first."""
        named = prepared.rows(session, _labels(), {"ids": list(ids)})
        found = next((number for number, its in named if its == label), None)
        return None if found is None else Tap.of(session, found)

    @staticmethod
    def offer(session: Session, taps: Sequence[Tap]) -> None:
        """Gives them their ids, all in one statement: which row got which number is told by what it says."""
        taps = [tap for tap in taps if tap.id is None]  # the others were offered before
        if not taps:
            return
        rows = [{name: _kept(tap, name) for name in _OFFERED} for tap in taps]
        ids: dict[tuple[Any, ...], list[int]] = {}
        for number, *says in prepared.rows_all(session, _offering(), rows):
            ids.setdefault(tuple(says), []).append(number)
        for tap, row in zip(taps, rows, strict=True):
            tap.id = ids[tuple(row[name] for name in _TOLD)].pop(0)


_OFFERED = [column.name for column in Tap.__table__.columns if column.name != "id"]
_DEFAULTS = {"value": "", "round": 0}
#: What a tap says, but for how long: it tells which row got which number.
_TOLD = [name for name in _OFFERED if name != "expires_at"]


@cache
def _of() -> tuple[Whole, sa.Select[*tuple[Any, ...]]]:
    whole = Whole(Tap)
    return whole, sa.select(*whole.columns).where(Tap.id == sa.bindparam("number"))


@cache
def _labels() -> sa.Select[int, str]:
    return sa.select(Tap.id, Tap.label).where(Tap.id.in_(sa.bindparam("ids", expanding=True)))


@cache
def _offering() -> sa.Insert:
    """Made once: to compile it costs ten times what it costs to carry it out."""
    table = Tap.__table__
    return sa.insert(table).returning(table.c.id, *(table.c[name] for name in _TOLD))  # type: ignore[arg-type]


def _kept(tap: Tap, name: str) -> Any:
    """What the tap says there, else the column's default."""
    value = getattr(tap, name)
    return _DEFAULTS.get(name) if value is None else value
