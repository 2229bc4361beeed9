"""What the platform reports: a message that it had accepted was not delivered; somebody subscribes, or no longer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from handlers import announce
from handlers.turn import Said
from models.identity import Identity
from models.notification import FAILED, SENT, Notification
from models.permit import Permit


def note(session: Session, details: Mapping[str, Any], now: datetime) -> None:
    """Marks the row of a report of failure as failed, and a person is asked to telephone."""
    for receipt, failed in _entries(details):
        if not failed:
            continue
        query = sa.select(Notification).where(Notification.receipt == receipt, Notification.state == SENT)
        row = session.scalars(query).one_or_none()
        if row is not None:
            row.state, row.reason = FAILED, "template not delivered"
            announce.unreachable(session, row, now)


def note_permits(session: Session, identity: Identity, spoken: Said) -> None:
    """Keeps the ledger of subscriptions: one yes is one message; a no, also in the settings, takes the rest back."""
    if spoken.kind not in ("popup", "permit"):
        return
    for entry in spoken.details.get("list", []):
        if template := str(entry.get("TemplateId", ""))[:80]:
            Permit.note(session, identity.id, template, entry.get("SubscribeStatusString") == "accept")


def _entries(details: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """Each message's number and whether it failed; the two kinds of report say it differently."""
    if "msgid" in details:
        return [(str(details["msgid"]), str(details.get("status", "")).startswith("failed"))]
    return [(str(e.get("MsgID", "")), e.get("ErrorCode", "0") != "0") for e in details.get("list", [])]
