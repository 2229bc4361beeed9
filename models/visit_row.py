"""What is kept of a visit, column by column."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.visit_life import PROPOSED
from models.visit_slots import slots_of


class VisitRow(Base):
    """The columns of `Visit`; its verbs alone change them."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"))
    teacher_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    household: Mapped[bool] = mapped_column(default=False)  #: brothers or sisters are visited too, see `VisitSibling`
    state: Mapped[str] = mapped_column(sa.String(12), default=PROPOSED)
    kind: Mapped[str] = mapped_column(sa.String(12), default="general")
    form: Mapped[str] = mapped_column(sa.String(12))
    purpose_sealed: Mapped[bytes | None]  #: what the visit is about may be private (rel.T25)
    goals_sealed: Mapped[bytes | None]  #: Q3
    reason_sealed: Mapped[bytes | None]  #: why at so short a notice (B1)
    guests_sealed: Mapped[bytes | None]  #: who comes from outside the school (B10)
    #: who else of the family will be at a round table (B11), so that her hour is held, too
    joining: Mapped[list[int] | None] = mapped_column(sa.JSON(none_as_null=True))
    outline: Mapped[str | None] = mapped_column(sa.String(8))  #: the kind of talk outline that the teacher chose (Q5)
    present: Mapped[str | None] = mapped_column(sa.String(8))  #: who will be at home (B9)
    present_sealed: Mapped[bytes | None]  #: the same in the family's words
    letter_sealed: Mapped[bytes | None]  #: what was written to the family, of a letter
    accompanied: Mapped[bool] = mapped_column(default=False)  #: colleagues were asked along, see `Companion`
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: raised when a time is settled, so that a moved visit reminds anew and a remark does not
    round: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)  #: raised by every step; what was tapped for an older one is stale
    asked: Mapped[str | None] = mapped_column(sa.String(10))  #: whose answer is awaited
    offer_round: Mapped[int] = mapped_column(default=0)  #: how often times have been put to the other side
    offer_starts_at: Mapped[datetime | None]  #: the time that is on the table
    offer_ends_at: Mapped[datetime | None]
    #: further times that the same offer holds, as ISO moments; each lapses on its own
    offer_more: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))
    offer_form: Mapped[str | None] = mapped_column(sa.String(12))
    #: since when the answer is awaited; once the family has asked for time, from then on (B13)
    offer_at: Mapped[datetime | None]
    wait_until: Mapped[datetime | None]  #: the family has said that it will answer then
    waits: Mapped[int] = mapped_column(default=0)  #: how often it has; it is asked again after each
    proposed_at: Mapped[datetime | None]  #: when the family was first told
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  #: none: taken by telephone
    checked_in_at: Mapped[datetime | None]
    checked_out_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]  #: when it ended, for records and follow-ups
    #: since when it is known, of a visit held before the school began here; nothing follows from such a one
    imported_at: Mapped[datetime | None]
    forms_offered: Mapped[bool] = mapped_column(default=False)  #: B4: other forms are offered once

    @property
    def slots(self) -> list[datetime]:
        """When it may begin as it was offered, soonest first; none when no offer is open."""
        return slots_of(self)
