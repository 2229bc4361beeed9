"""A message about a visit that may not have gone: unless somebody reacts, the teacher is to telephone (rulings 22)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.identity import Binding, Identity
from models.inbox import Inbound
from models.notification import Notification, Owed, owe
from models.visit import Visit
from models.visit_life import CONFIRMED, PROPOSED

PATIENCE = timedelta(hours=6)
BEFORE = timedelta(hours=1)  #: a visit that begins sooner is not waited for that long
KINDS = ("visit.", "offer.", "reminder.")


def doubt(session: Session, row: Notification, now: datetime) -> None:
    """Owes the teacher a word, later and once a step; when it is due it is looked at again."""
    visit = session.get(Visit, row.subject_id) if row.kind.startswith(KINDS) else None
    if visit is None or row.person_id not in {tie.person_id for tie in visit.ties}:
        return
    starts_at = visit.offer_starts_at or visit.starts_at
    due = min(now + PATIENCE, max(now, starts_at - BEFORE))
    facts = {"person": row.person_id, "since": now.isoformat()}
    owe(session, [Owed(visit.school_id, "visit.unsure", visit.id, visit.teacher_id, due, visit.steps, "", facts)], now)


def still_unsure(session: Session, row: Notification, visit: Visit, now: datetime) -> bool:
    """Whether the visit stands as it did, is still to come, and that guardian has not been heard of since."""
    if visit.steps != row.round or visit.state not in (PROPOSED, CONFIRMED) or visit.starts_at <= now:
        return False
    heard = (
        sa.select(Inbound.id)
        .join(Identity, sa.and_(Identity.account == Inbound.account, Identity.openid == Inbound.openid))
        .join(Binding, Binding.identity_id == Identity.id)
        .where(Binding.person_id == row.facts["person"])
        .where(Inbound.received_at > datetime.fromisoformat(row.facts["since"]))
    )
    return session.execute(heard.limit(1)).first() is None
