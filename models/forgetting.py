"""What is kept no longer than it is needed (rel.L5): of which kind, for how many days, and what goes then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Base
from models.code import Code, WrongTry
from models.conversation import Conversation, Tap
from models.followup import FollowUp
from models.history import ReadLog
from models.identity import Identity
from models.inbox import WAITING, Inbound
from models.note import SAFETY, Note
from models.person import Person
from models.photo import Photo
from models.policy import Policy
from models.reading_request import ReadingRequest
from models.school import School
from models.survey import Survey
from models.unclear import Unclear
from models.visit import Visit
from models.visit_life import HELD

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Schools:
    """Whose things are looked at: none named means everybody's."""

    ids: tuple[int, ...] = ()

    def here(self, column: Any) -> list[Condition]:
        """The condition that a row belongs to one of these schools."""
        return [column.in_(self.ids)] if self.ids else []

    def speaking(self, account: Any) -> list[Condition]:
        """The condition that a row belongs to an account through which one of them speaks."""
        return [account.in_(sa.select(School.account).where(School.id.in_(self.ids)))] if self.ids else []

    def by_identity(self, column: Any) -> list[Condition]:
        """The same for what hangs on a WeChat identity."""
        whose = sa.select(Identity.id).where(*self.speaking(Identity.account))
        return [column.in_(whose)] if self.ids else []

    def of_person(self, column: Any) -> list[Condition]:
        """The condition that it is somebody of these schools."""
        return [column.in_(sa.select(Person.id).where(Person.school_id.in_(self.ids)))] if self.ids else []


@dataclass(frozen=True)
class Kept:
    """One kind of thing that ages; `order` is an index in which the oldest come first, so that few rows are read."""

    name: str
    days: str  #: the policy's number
    table: type[Base]
    at: Any  #: from when its days count
    whose: Callable[[Schools], list[Condition]]
    only: tuple[Condition, ...] = ()  #: which rows can still go
    blank: tuple[str, ...] = ()  #: what is taken out of the row; nothing named: the row itself goes
    order: Any = None  #: the key where rows come in the order of time; else `at`
    last_stays: bool = False  #: its number stands elsewhere, and SQLite would give it to the next row

    def until(self, policy: Policy) -> timedelta:
        """How long it is kept."""
        return timedelta(days=getattr(policy, self.days))

    def first(self, schools: Schools, limit: int) -> sa.Select[int, datetime]:
        """The oldest rows."""
        query = sa.select(self.key, self.at).where(*self.only, *self.whose(schools))
        if self.last_stays:
            query = query.where(self.key < sa.select(sa.func.max(self.key)).scalar_subquery())
        return query.order_by(self.at if self.order is None else self.order).limit(limit)

    @property
    def key(self) -> Any:
        return sa.inspect(self.table).primary_key[0]


#: Safety notes, concerns that were raised, consents and history are held: nothing here names them (rel.L21).
KINDS: tuple[Kept, ...] = (
    Kept("pushes", "keep_push_days", Inbound, Inbound.received_at, lambda s: s.speaking(Inbound.account),
         (Inbound.body_sealed.is_not(None), Inbound.state != WAITING), ("body_sealed", "reply_sealed")),
    # The key of a push may go when nobody repeats it any more, but who came when is the security log (rel.L13).
    Kept("push keys", "keep_log_days", Inbound, Inbound.received_at, lambda s: s.speaking(Inbound.account),
         order=Inbound.id, last_stays=True),
    Kept("taps", "keep_push_days", Tap, Tap.expires_at, lambda s: s.by_identity(Tap.identity_id), last_stays=True),
    Kept("conversations", "keep_chat_days", Conversation, Conversation.changed_at,
         lambda s: s.by_identity(Conversation.identity_id)),
    Kept("words passed on", "keep_chat_days", Note, Note.at, lambda s: s.here(Note.school_id), (Note.kind != SAFETY,)),
    Kept("not understood", "keep_chat_days", Unclear, Unclear.at, lambda s: s.here(Unclear.school_id)),
    Kept("photos taken out", "keep_photo_days", Photo, Photo.removed_at, lambda s: s.here(Photo.school_id),
         (Photo.removed_at.is_not(None), Photo.bytes_sealed.is_not(None)), ("bytes_sealed",)),
    Kept("photos without a record", "keep_photo_days", Photo, Photo.at, lambda s: s.here(Photo.school_id),
         (Photo.bytes_sealed.is_not(None), Photo.removed_at.is_(None),
          Photo.visit_id.in_(sa.select(Visit.id).where(Visit.state == HELD))), ("bytes_sealed",)),
    Kept("codes", "keep_code_days", Code, Code.expires_at, lambda s: s.of_person(Code.person_id)),
    Kept("wrong codes", "keep_code_days", WrongTry, WrongTry.at, lambda s: []),
    Kept("questionnaires", "keep_answer_days", Survey, Survey.opened_at, lambda s: s.here(Survey.school_id),
         (Survey.answers_sealed.is_not(None),), ("answers_sealed",)),
    Kept("follow-ups", "keep_answer_days", FollowUp, FollowUp.asked_at, lambda s: s.here(FollowUp.school_id),
         (FollowUp.answer_sealed.is_not(None),), ("answer_sealed",)),
    Kept("readings", "keep_reading_days", ReadLog, ReadLog.at, lambda s: s.here(ReadLog.school_id), order=ReadLog.id),
    Kept("requests to read", "keep_reading_days", ReadingRequest, ReadingRequest.asked_at,
         lambda s: s.here(ReadingRequest.school_id), order=ReadingRequest.id, last_stays=True),
    Kept("telephones of who has left", "keep_leaver_days", Person, Person.left_at, lambda s: s.here(Person.school_id),
         (Person.left_at.is_not(None), Person.phone_sealed.is_not(None)), ("phone_sealed", "phone_mark")),
)  # fmt: skip


def due_from(session: Session, schools: Schools, policy: Policy) -> datetime | None:
    """From when something has been kept long enough; none when nothing ages."""
    found = ((kind, session.execute(kind.first(schools, 1)).first()) for kind in KINDS)
    return min((row[1] + kind.until(policy) for kind, row in found if row is not None), default=None)


def forget(session: Session, schools: Schools, policy: Policy, now: datetime, limit: int) -> int:
    """Lets go what has been kept long enough, at most so many rows of each kind; returns how many went."""
    return sum(_forget(session, kind, kind.first(schools, limit), now - kind.until(policy)) for kind in KINDS)


def _forget(session: Session, kind: Kept, oldest: sa.Select[int, datetime], until: datetime) -> int:
    rows = session.execute(oldest.with_for_update(of=kind.table, skip_locked=True))
    gone = kind.key.in_([key for key, at in rows if at <= until])
    change = sa.update(kind.table).values(dict.fromkeys(kind.blank)) if kind.blank else sa.delete(kind.table)
    done: Any = session.execute(change.where(gone), execution_options={"synchronize_session": False})
    return int(done.rowcount)
