"""What is asked of a guardian before anything she says is read: may we speak with her, and does she owe an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

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

    @staticmethod
    def of_all(several: Iterable[Standing]) -> Standing:
        """Of somebody who is several people."""
        return Standing(*map(any, zip(*several, strict=True)))


def stands(whose: Callable[[sa.SQLColumnExpression[int]], sa.ColumnElement[bool]]) -> list[sa.Exists]:
    """What is asked, in the standing's order, of those rows whose person is meant."""
    rows: list[tuple[sa.SQLColumnExpression[int], sa.ColumnElement[bool]]] = [
        (Consent.person_id, Consent.withdrawn_at.is_(None)),
        (Survey.person_id, Survey.state == OPEN),
        (FollowUp.person_id, FollowUp.state == ASKED),
    ]
    return [sa.exists().where(whose(person), is_so) for person, is_so in rows]


@cache
def _standing() -> sa.Select[*tuple[Any, ...]]:
    whose: sa.BindParameter[int] = sa.bindparam("whose", expanding=True)
    return sa.select(*stands(lambda person: person.in_(whose)))
