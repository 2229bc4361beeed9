"""What is asked of a guardian before anything she says is read: may we speak with her, and does she owe an answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import prepared
from models.consent import Consent
from models.followup import ASKED, FollowUp
from models.survey import OPEN, Survey


class Standing(NamedTuple):
    """Whether any consent of hers stands, for whichever child and purpose, and what she has not answered."""

    consents: bool = False
    surveys: bool = False
    followups: bool = False

    @staticmethod
    def of(session: Session, person_ids: Sequence[int]) -> Standing:
        """All of it in one question; nobody has none."""
        if not person_ids:
            return Standing()
        (found,) = prepared.rows(session, _standing(), {"whose": list(person_ids)})
        return Standing(*map(bool, found))


@cache
def _standing() -> sa.Select[bool, bool, bool]:
    """Asked in every turn of a guardian: made once."""

    def any_of(row: type[Consent | Survey | FollowUp], *conditions: sa.ColumnElement[bool]) -> sa.Exists:
        return sa.exists().where(row.person_id.in_(sa.bindparam("whose", expanding=True)), *conditions)

    return sa.select(
        any_of(Consent, Consent.withdrawn_at.is_(None)),
        any_of(Survey, Survey.state == OPEN),
        any_of(FollowUp, FollowUp.state == ASKED),
    )
