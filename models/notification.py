"""The outbox (发件箱): one message owed to one person is one row (rulings 29)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from models import failpoint, prepared
from models.base import Base, Utc

PENDING, SENDING = "pending", "sending"
SENT, DROPPED, FAILED, UNKNOWN = "sent", "dropped", "failed", "unknown"

RESTORED = "restored"  #: why dropped: it may have been sent before a backup was put back (rel.I20)
HELD_BACK = "held_back"  #: in the session's info: what is owed now is not to be said

SAFETY, TODAY, OTHER = 0, 1, 2  #: priority: safety before a visit of today before the rest


class Notification(Base):
    """What is owed to a person. Ends as sent, dropped (no longer true), failed (a person is told) or unknown."""

    __tablename__ = "notification"
    __table_args__ = (
        sa.UniqueConstraint(
            "school_id", "kind", "subject_id", "round", "slot", "person_id", name="uq_notification_key"
        ),
        sa.Index("ix_notification_due", "priority", "due_at", "id", sqlite_where=sa.text("state = 'pending'"),
                 postgresql_where=sa.text("state = 'pending'")),
        sa.Index("ix_notification_lease", "lease_until", "id", sqlite_where=sa.text("state = 'sending'"),
                 postgresql_where=sa.text("state = 'sending'")),
        sa.Index("ix_notification_open", "person_id", sqlite_where=sa.text("state IN ('pending', 'sending')"),
                 postgresql_where=sa.text("state IN ('pending', 'sending')")),
        sa.Index("ix_notification_person", "person_id", "id"),
        sa.Index("ix_notification_subject", "kind", "subject_id"),
        sa.Index("ix_notification_receipt", "receipt"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))  #: `topic.name`, the same word as in the texts
    subject_id: Mapped[int] = mapped_column(default=0)  #: the visit, survey … the kind speaks of
    round: Mapped[int] = mapped_column(default=0)
    slot: Mapped[str] = mapped_column(sa.String(40), default="")  #: what repeats without a state step
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  #: ids and codes only, no family's words
    priority: Mapped[int] = mapped_column(sa.SmallInteger, default=OTHER)
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]  #: later than this silence is better
    state: Mapped[str] = mapped_column(sa.String(10), default=PENDING)
    reason: Mapped[str | None] = mapped_column(sa.String(60))  #: why dropped, failed or unknown
    channel: Mapped[str | None] = mapped_column(sa.String(20))  #: by which it went
    attempts: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    fence: Mapped[int] = mapped_column(default=0)  #: raised by every claim; an older claim may not write back
    lease_until: Mapped[datetime | None]  #: real time, not the school's clock (rulings 26)
    created_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]  #: when it was first handed to the platform
    done_at: Mapped[datetime | None]
    receipt: Mapped[str | None] = mapped_column(sa.String(40))  #: the platform's number, by which it reports later


@dataclass(frozen=True)
class Owed:
    """A message to be put into the outbox."""

    school_id: int
    kind: str
    subject_id: int
    person_id: int
    due_at: datetime
    round: int = 0
    slot: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    expires_at: datetime | None = None
    priority: int = OTHER


def owe(session: Session, owed: Sequence[Owed], now: datetime) -> int:
    """Adds what is not yet in the outbox; the unique key makes a second call add nothing. Returns how many."""
    if not owed:
        return 0
    held = bool(session.info.get(HELD_BACK))
    state = {"state": DROPPED, "reason": RESTORED, "done_at": now} if held else {"state": PENDING}
    rows = [{**vars(o), **state, "attempts": 0, "fence": 0, "created_at": now} for o in owed]
    done = prepared.write_all(session, _owing(session.get_bind().dialect.name), rows)
    if done and not held:
        # The door that commits wakes a worker when something is due at once.
        earliest = min(o.due_at for o in owed)
        session.info["owed_from"] = min(session.info.get("owed_from", earliest), earliest)
        failpoint.reach("outbox.owed")
    return done


@cache
def _owing(dialect: str) -> sa.Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(Notification.__table__).on_conflict_do_nothing()  # type: ignore[arg-type]


def settle(session: Session, row: Notification, state: str, now: datetime, **what: Any) -> bool:
    """Writes down what came of a claimed row; False when another claim has taken it meanwhile."""
    written = {"state": state, "lease_until": None} | ({"done_at": now} if state != PENDING else {}) | what
    values = {f"new_{name}": value for name, value in written.items()}
    claimed = {"claimed_id": row.id, "claimed_fence": row.fence}
    return bool(session.execute(_settling(tuple(written)), values | claimed).rowcount == 1)  # type: ignore[attr-defined]


@cache
def _settling(columns: tuple[str, ...]) -> sa.Update:
    """Made once: every message that goes out is settled by one of three or four such statements."""
    table = Notification.__table__
    mine = table.c.id == sa.bindparam("claimed_id"), table.c.fence == sa.bindparam("claimed_fence")
    update = sa.update(table).where(*mine, table.c.state == SENDING)  # type: ignore[arg-type]
    return update.values({name: sa.bindparam(f"new_{name}") for name in columns})


def settle_sent(session: Session, sent: Sequence[tuple[Notification, str | None]], now: datetime) -> None:
    """The same for all that went, in one go; what another claim has taken meanwhile is left to it, row by row."""
    if sent:
        connection, rows = session.connection(), [(row.id, row.fence, receipt) for row, receipt in sent]
        if connection.dialect.name == "sqlite":
            listed = [dict(zip(("its_id", "its_fence", "its_receipt"), row, strict=True)) for row in rows]
            connection.execute(_SETTLING_EACH, [its | {"now": now} for its in listed])
        else:
            ids, fences, receipts = (list(column) for column in zip(*rows, strict=True))
            connection.execute(_SETTLING_ALL, {"now": now, "ids": ids, "fences": fences, "receipts": receipts})


def hand_over(session: Session, going: Sequence[tuple[Notification, str]], now: datetime) -> None:
    """Notes of claimed rows by which way they are about to go, before they go."""
    for way in sorted({way for _, way in going}):
        rows = [row for row, its in going if its == way]
        prepared.write(session, _HANDING_OVER, {"ids": [row.id for row in rows], "way": way, "now": now})
        for row in rows:
            set_committed_value(row, "channel", way)
            set_committed_value(row, "tried_at", row.tried_at or now)


def _in_words(state: str) -> sa.ColumnElement[str]:
    # In the statement's own words: a database takes a partial index only for what it can read there.
    return sa.literal_column(f"'{state}'", sa.String)


_OUTBOX = Notification.__table__
_HANDING_OVER = (
    sa.update(_OUTBOX)  # type: ignore[arg-type]
    .where(_OUTBOX.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(channel=sa.bindparam("way"), tried_at=sa.func.coalesce(_OUTBOX.c.tried_at, sa.bindparam("now", type_=Utc)))
)
#: Row by row in the same statement: SQLite runs it as often as there are rows.
_SETTLING_EACH = sa.text(
    "UPDATE notification SET state = 'sent', lease_until = NULL, done_at = :now, reason = NULL, receipt = :its_receipt"
    " WHERE id = :its_id AND fence = :its_fence AND state = 'sending'"
).bindparams(sa.bindparam("now", type_=Utc))
#: PostgreSQL takes them all in one statement, and answers once.
_SETTLING_ALL = sa.text(
    "UPDATE notification SET state = 'sent', lease_until = NULL, done_at = :now, reason = NULL, receipt = its.receipt"
    " FROM unnest(CAST(:ids AS integer[]), CAST(:fences AS integer[]), CAST(:receipts AS varchar[]))"
    " AS its(id, fence, receipt)"
    " WHERE notification.id = its.id AND notification.fence = its.fence AND notification.state = 'sending'"
).bindparams(sa.bindparam("now", type_=Utc))
IS_PENDING = Notification.state == _in_words(PENDING)
IS_SENDING = Notification.state == _in_words(SENDING)
IS_OPEN = Notification.state.in_([_in_words(PENDING), _in_words(SENDING)])


def earliest_due() -> sa.ScalarSelect[datetime | None]:
    """When the next message falls due: the first of each priority, for that is how the index is ordered."""
    first = sa.func.min(Notification.due_at).label("at")
    each = [sa.select(first).where(IS_PENDING, Notification.priority == p) for p in (SAFETY, TODAY, OTHER)]
    return sa.select(sa.func.min(sa.union_all(*each).subquery().c.at)).scalar_subquery()


_NEXT_DUE = sa.select(earliest_due())


def next_due(session: Session) -> datetime | None:
    """When the next message falls due."""
    return session.scalar(_NEXT_DUE)
