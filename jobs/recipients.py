"""Whom a round of messages goes to, read in few queries, and who must wait for an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from models import ahead
from models.identity import Binding, Identity
from models.notification import IS_OPEN, PENDING, SAFETY, SENDING, Notification
from models.permit import Permit
from models.person import Person, Role
from models.school import School

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
        query = sa.select(Person).where(Person.id.in_(ids)).options(lazyload(Person.roles))
        people = {person.id: person for person in session.scalars(query)}
        ahead.one_each(session, list(people.values()), ("school", "school_id"), School)
        roles = sa.select(Role).where(Role.person_id.in_(ids)).order_by(Role.id)
        ahead.many_each(list(people.values()), ("roles", "person_id"), session.scalars(roles))
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
    query = (
        sa.select(Binding.person_id, Identity)
        .join(Identity, Binding.identity_id == Identity.id)
        .where(Binding.person_id.in_(people), Identity.following)
        .order_by(Binding.id)
        .options(lazyload(Identity.bindings))
        .with_for_update(of=Identity)
    )
    rows = session.execute(query).all()
    return {person: identity for person, identity in rows if identity.account == people[person].school.account}


def _waits(
    session: Session, mine: list[int], people: list[int], now: datetime
) -> dict[int, list[tuple[int, datetime]]]:
    table = Notification
    sending = sa.and_(table.state == SENDING, table.lease_until >= datetime.now(UTC))
    coming = sa.and_(table.state == PENDING, table.attempts > 0, table.due_at.between(now, now + _PATIENCE))
    query = sa.select(table.person_id, table.id, table.state, table.due_at).where(
        IS_OPEN, table.person_id.in_(people), table.id.not_in(mine), sa.or_(sending, coming)
    )
    waits: dict[int, list[tuple[int, datetime]]] = {}
    for person, row, state, due_at in session.execute(query):
        waits.setdefault(person, []).append((row, now + _SOON if state == SENDING else due_at))
    return waits
