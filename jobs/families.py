"""Who of many families is told: asked of the roster once for a whole list of visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audience, companion
from models.also_reminded import AlsoReminded
from models.audience import Entitled
from models.consent import VISITS
from models.policy import Policy
from models.visit_sibling import siblings_of


class Families:
    """The guardians whom these visits concern; nothing is read before the first question."""

    def __init__(self, session: Session, rows: Sequence[sa.Row[Any]], purpose: str = VISITS) -> None:
        self._session, self._rows, self._purpose = session, rows, purpose
        self._found: dict[int, list[Entitled]] | None = None
        self._also: dict[int, list[int]] | None = None

    def of(self, row: sa.Row[Any]) -> list[Entitled]:
        """The guardians entitled to hear of this visit, in the roster's order; of siblings' who hears of all first."""
        if self._found is None:
            also = siblings_of(self._session, (r.id for r in self._rows))
            whose = {r.id: [r.student_id, *also.get(r.id, ())] for r in self._rows}
            self._found = audience.households(self._session, whose, self._purpose)
        return self._found.get(row.id, [])

    def announced_to(self, row: sa.Row[Any], policy: Policy) -> list[int]:
        """To whom a question about a proposal goes (rulings 4); see `audience.announced_to`."""
        found = [g.person_id for g in self.of(row) if not g.stopped]
        return found[:1] if policy.ask == "main" else found

    def asked(self, row: sa.Row[Any], policy: Policy) -> list[int]:
        """Those of them who can answer, for every child of the visit."""
        able = {g.person_id for g in self.of(row) if g.of_all}
        return [person_id for person_id in self.announced_to(row, policy) if person_id in able]

    def answering(self, row: sa.Row[Any]) -> Entitled | None:
        """Who answered, else the first; none when she wants no reminders (rulings 4, 18, 25)."""
        entitled = self.of(row)
        found = next((g for g in entitled if g.person_id == row.confirmed_by_id), None) or next(iter(entitled), None)
        return None if found is None or found.stopped else found

    def reminded(self, row: sa.Row[Any]) -> list[int]:
        """Who answered, and who else has said 也提醒我 (rulings 4)."""
        if self._also is None:
            self._also = AlsoReminded.of(self._session, (r.id for r in self._rows))
        answering, also = self.answering(row), self._also.get(row.id, [])
        first = [answering.person_id] if answering else []
        others = [g.person_id for g in self.of(row) if g.person_id in also and not g.stopped]
        return first + [p for p in others if p not in first]

    def companions(self, row: sa.Row[Any]) -> list[int]:
        """The colleagues who come along (B6); asked for only where there are any."""
        return companion.going(self._session, row.id) if row.accompanied else []
