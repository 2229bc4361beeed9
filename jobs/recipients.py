"""Whom a round of messages goes to, read in few queries, and who must wait for an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import ahead, prepared
from models.identity import Binding, Identity
from models.notification import IS_OPEN, PENDING, SAFETY, SENDING, Notification
from models.permit import Permit
from models.person import Person, Role
from models.school import School
from models.whole import Whole

#: An earlier message that comes again within this time is waited for, so that two do not change places.
_PATIENCE = timedelta(minutes=2)
_SOON = timedelta(seconds=2)


@dataclass(frozen=True)
class Recipients:
    """The people of a round, where they are reached, and until when some of them wait."""

    people: dict[int, Person]
    identities: dict[int, Identity]
    waits: dict[int, list[tuple[int, datetime]]]
    permits: dict[int, dict[str, Permit]]

    @staticmethod
    def of(session: Session, rows: Sequence[Notification], now: datetime, looking_ahead: bool = True) -> Recipients:
        """Reads them all at once; windows are spent by one sender at a time."""
        if not rows:
            return Recipients({}, {}, {}, {})
        ids = sorted({row.person_id for row in rows})
        found: list[Person] = ahead.those(session, Person, "id", ids)
        ahead.one_each(session, found, ("school", "school_id"), School)
        ahead.many_each(session, found, ("roles", "person_id"), Role)
        people = {person.id: person for person in found}
        waits = _waits(session, [row.id for row in rows], ids, now) if looking_ahead else {}
        identities = _identities(session, people)
        permits = Permit.of(session, [i.id for i in identities.values()]) if looking_ahead else {}
        return Recipients(people, identities, waits, permits)

    def person(self, row: Notification) -> Person:
        return self.people[row.person_id]

    def identity(self, row: Notification) -> Identity | None:
        return self.identities.get(row.person_id)

    def permits_of(self, identity: Identity | None) -> dict[str, Permit]:
        """Of which subscription templates she still takes one; what is used up is to be taken out."""
        return self.permits.get(identity.id, {}) if identity is not None else {}

    def wait_for(self, row: Notification) -> datetime | None:
        """When an earlier message to the same person will be out of the way; safety waits for nobody."""
        if row.priority == SAFETY:
            return None
        return max((until for earlier, until in self.waits.get(row.person_id, []) if earlier < row.id), default=None)


def _identities(session: Session, people: dict[int, Person]) -> dict[int, Identity]:
    """Each one's newest binding that still follows on her school's account."""
    reached = [(b.person_id, identity) for b, identity in _BOUND.read(session, _FOLLOWING, {"people": list(people)})]
    return {person: identity for person, identity in reached if identity.account == people[person].school.account}


_BOUND = Whole(Binding, Identity)
_FOLLOWING = (
    sa.select(*_BOUND.columns)
    .join(Identity.__table__, Binding.identity_id == Identity.id)
    .where(Binding.person_id.in_(sa.bindparam("people", expanding=True)), Identity.following)
    .order_by(Binding.id)
    .with_for_update(of=Identity.__table__)
)


def _waits(
    session: Session, mine: list[int], people: list[int], now: datetime
) -> dict[int, list[tuple[int, datetime]]]:
    asked = {"people": people, "mine": mine, "real": datetime.now(UTC), "now": now, "soon": now + _PATIENCE}
    waits: dict[int, list[tuple[int, datetime]]] = {}
    for person, row, state, due_at in prepared.rows(session, _ON_THEIR_WAY, asked):
        waits.setdefault(person, []).append((row, now + _SOON if state == SENDING else due_at))
    return waits


_IN_HAND = sa.and_(Notification.state == SENDING, Notification.lease_until >= sa.bindparam("real"))
_COMING = sa.and_(
    Notification.state == PENDING,
    Notification.attempts > 0,
    Notification.due_at.between(sa.bindparam("now"), sa.bindparam("soon")),
)
_ON_THEIR_WAY = sa.select(Notification.person_id, Notification.id, Notification.state, Notification.due_at).where(
    IS_OPEN,
    Notification.person_id.in_(sa.bindparam("people", expanding=True)),
    Notification.id.not_in(sa.bindparam("mine", expanding=True)),
    sa.or_(_IN_HAND, _COMING),
)
