"""Who sends what is owed: one sender takes a row of the outbox for a while, and nobody else has it then (rel.I9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import prepared
from models.notification import IS_PENDING, IS_SENDING, OTHER, SAFETY, SENDING, TODAY, Notification
from models.whole import Whole

#: Ids only, straight out of the index, whose order is that of the outbox: nothing is sorted, however much is due.
_DUE = (
    sa.select(Notification.id)
    .where(IS_PENDING, Notification.priority == sa.bindparam("priority"), Notification.due_at <= sa.bindparam("now"))
    .order_by(Notification.due_at, Notification.id)
    .limit(sa.bindparam("many"))
    .with_for_update(skip_locked=True)
)
_LOST = (
    sa.select(Notification.id)
    .where(IS_SENDING, Notification.lease_until < sa.bindparam("real"))
    .order_by(Notification.lease_until, Notification.id)
    .limit(sa.bindparam("many"))
    .with_for_update(skip_locked=True)
)
#: In which order a sender serves: what a dead one held waits for no backlog.
_QUEUES = ((_DUE, SAFETY), (_LOST, None), (_DUE, TODAY), (_DUE, OTHER))
_TAKEN = Whole(Notification)
_TAKE = (
    sa.update(Notification.__table__)  # type: ignore[arg-type]
    .where(Notification.id.in_(sa.bindparam("ids", expanding=True)))
    .values(
        state=SENDING,
        fence=Notification.fence + 1,
        attempts=Notification.attempts + 1,
        lease_until=sa.bindparam("until", type_=Notification.lease_until.type),
    )
    .returning(*_TAKEN.columns)
)
_OUTBOX = Notification.__table__
_RENEW = (
    sa.update(_OUTBOX)  # type: ignore[arg-type]
    .where(
        _OUTBOX.c.state == SENDING, sa.tuple_(_OUTBOX.c.id, _OUTBOX.c.fence).in_(sa.bindparam("held", expanding=True))
    )
    .values(lease_until=sa.bindparam("until"))
    .returning(_OUTBOX.c.id)
)


def find(session: Session, now: datetime, real: datetime, limit: int) -> list[int]:
    """What is to be sent first, locked: what is due (school's clock), and what a lease (real time) no longer holds."""
    found: list[int] = []
    for query, priority in _QUEUES:
        if len(found) < limit:
            asked = {"now": now, "priority": priority} if priority is not None else {"real": real}
            found += [number for (number,) in prepared.rows(session, query, asked | {"many": limit - len(found)})]
    return found


def claim(session: Session, now: datetime, real: datetime, lease: timedelta, limit: int = 200) -> list[Notification]:
    """Takes what is due for as long as the lease; of two claimants one gets a row.

    Rows whose lease ran out are taken again; their `fence` tells the late first claimant that it is too late.
    """
    found = find(session, now, real, limit)
    if not found:
        return []
    for row in [row for row in session.identity_map.values() if isinstance(row, Notification)]:
        session.expire(row)  # it is to be as the claim leaves it
    rows = {row.id: row for (row,) in _TAKEN.read(session, _TAKE, {"ids": found, "until": real + lease})}
    return [rows[number] for number in found]


def renew(session: Session, held: Mapping[int, int], until: datetime) -> set[int]:
    """Holds claimed rows, each with its fence, for longer; returns those that nobody else has taken meanwhile."""
    pairs = {"held": list(held.items()), "until": until}
    return set(session.connection().execute(_RENEW, pairs).scalars()) if held else set()
