"""What the platform reports afterwards: a template message that it had accepted was not delivered after all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from handlers import announce
from models.notification import FAILED, SENT, Notification


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


def _entries(details: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """Each message's number and whether it failed; the two kinds of report say it differently."""
    if "msgid" in details:
        return [(str(details["msgid"]), str(details.get("status", "")).startswith("failed"))]
    return [(str(e.get("MsgID", "")), e.get("ErrorCode", "0") != "0") for e in details.get("list", [])]
