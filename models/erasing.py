"""What hangs on a child that is erased, table by table: visits, messages, words, WeChat identities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import hours, sealed
from models.action_item import DROPPED, ActionItem
from models.action_item import OPEN as TO_DO
from models.base import Base
from models.code import Code
from models.concern import Concern
from models.consent import Consent
from models.conversation import Conversation, Tap
from models.followup import ASKED, FollowUp
from models.followup import EXPIRED as ENDED
from models.home_refusal import HomeRefusal
from models.identity import Binding, Identity
from models.inbox import Inbound
from models.note import Note
from models.notification import DROPPED as UNSAID
from models.notification import PENDING, SENDING, Notification
from models.person import TEACHER, Person, Role
from models.photo import Photo
from models.reading_request import ReadingRequest
from models.record import Record
from models.student import Student
from models.survey import EXPIRED, OPEN, Survey
from models.visit import Visit
from models.visit_life import CONFIRMED, HELD, PROPOSED, RECORDED, THE_CLOCK, UNDER_WAY, Actor
from models.visit_life import OPEN as LIVING
from models.visit_life import TEACHER as TEACHES

_PLAIN = {"synchronize_session": False}
ERASED = "erased"  #: why a message was dropped
#: The kinds whose subject is a visit.
_OF_VISITS = ("visit.", "offer.", "reminder.", "presence.", "record.reminder", "companion.", "company.", "table.")


def visits(session: Session, student: Student, found: Sequence[Visit], now: datetime) -> None:
    """Open ones end, nothing follows from held ones, their words go; one to brothers and sisters goes on for them."""
    for visit in found:
        _wordless(visit)
        if visit.household:
            _without(session, visit, student)
            continue
        if visit.state == PROPOSED:
            visit.withdraw(session, Actor(TEACHES), now)
        elif visit.state == CONFIRMED:
            visit.cancel(session, Actor(TEACHES), now)
        elif visit.state == UNDER_WAY:
            visit.miss(session, Actor(TEACHES), now)
        elif visit.state in (HELD, RECORDED):
            visit.close(session, THE_CLOCK, now)
        visit.held_at = None  # by which planners find what has still to follow
    session.flush()


def _wordless(visit: Visit) -> None:
    visit.purpose_sealed = visit.goals_sealed = visit.reason_sealed = None
    visit.guests_sealed = visit.letter_sealed = visit.present_sealed = None


def _without(session: Session, visit: Visit, student: Student) -> None:
    others = [child for child in visit.students if child.id != student.id]
    visit.student, visit.student_id, visit.siblings = others[0], others[0].id, others[1:]
    visit.household = len(others) > 1
    session.flush()
    if visit.state in LIVING:
        hours.settle(session, visit.id, visit.spans())


def outbox(session: Session, student: Student, own: Sequence[int], people: Sequence[Person], now: datetime) -> None:
    """Nothing that waits goes out any more, neither to the family nor about the child and its own visits (rel.I12)."""
    subjects: tuple[tuple[tuple[str, ...], Any], ...] = (
        (_OF_VISITS, own),
        (("note.", "safety."), _ids(Note, Note.student_id == student.id, Note.visit_id.in_(own))),
        (("survey.",), _ids(Survey, Survey.visit_id.in_(own))),
        (("followup.",), _ids(FollowUp, FollowUp.visit_id.in_(own))),
        (("item.",), _ids(ActionItem, ActionItem.student_id == student.id)),
        (("concern.",), _ids(Concern, Concern.student_id == student.id)),
        (("reading.",), _ids(ReadingRequest, ReadingRequest.student_id == student.id)),
        (("photo.",), _ids(Photo, Photo.student_id == student.id)),
    )
    about = [
        sa.and_(sa.or_(*(Notification.kind.startswith(p) for p in kinds)), Notification.subject_id.in_(ids))
        for kinds, ids in subjects
    ]
    gone = sa.or_(Notification.person_id.in_([p.id for p in people]), *about)
    waiting = sa.update(Notification).where(Notification.state.in_((PENDING, SENDING)), gone)
    values = {"state": UNSAID, "reason": ERASED, "done_at": now, "lease_until": None}
    session.execute(waiting.values(values), execution_options=_PLAIN)


def _ids(table: type[Base], *conditions: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(sa.inspect(table).primary_key[0]).where(sa.or_(*conditions))


def answers(session: Session, under_key: Sequence[int]) -> None:
    """What a family has answered about these visits: it was sealed under the child's key."""
    for table, column, waits, ended in (
        (Survey, "answers_sealed", OPEN, EXPIRED),
        (FollowUp, "answer_sealed", ASKED, ENDED),
    ):
        of_visits = sa.update(table).where(table.visit_id.in_(under_key))
        session.execute(of_visits.values({column: None}), execution_options=_PLAIN)
        session.execute(of_visits.where(table.state == waits).values(state=ended), execution_options=_PLAIN)


def words(session: Session, student: Student, own: Sequence[int], people: Sequence[int], now: datetime) -> None:
    """What was written, photographed and promised; rows that are counted stay, empty."""
    about = sa.or_(Note.student_id == student.id, Note.visit_id.in_(own), Note.person_id.in_(people))
    gone: dict[str, Any] = {"bytes_sealed": None, "medium_sealed": None, "lease_until": None, "removed_at": now}
    noted, given = ActionItem.student_id == student.id, Consent.student_id == student.id
    wished = ReadingRequest.student_id == student.id
    for change in (
        sa.update(Note).where(about).values(text_sealed=b"", data_key=sealed.new_key()),
        sa.update(Record).where(Record.student_id == student.id).values(fields_sealed=b""),
        sa.update(Concern).where(Concern.student_id == student.id).values(words_sealed=b""),
        sa.update(ActionItem).where(noted).values(text_sealed=b""),
        sa.update(ActionItem).where(noted, ActionItem.state == TO_DO).values(state=DROPPED),
        sa.update(Photo).where(Photo.student_id == student.id).values(gone),
        sa.update(Consent).where(given, Consent.withdrawn_at.is_(None)).values(withdrawn_at=now),
        sa.update(ReadingRequest).where(wished).values(words_sealed=b"", data_key=sealed.new_key()),
        sa.delete(HomeRefusal).where(HomeRefusal.student_id == student.id),
    ):  # fmt: skip
        session.execute(change, execution_options=_PLAIN)
    for role in session.scalars(sa.select(Role).where(Role.student_id == student.id)).all():
        if len(role.person.roles) == 1:
            role.person.roles.append(Role(name=TEACHER))
        role.person.roles.remove(role)
    session.flush()


def chats(session: Session, people: Sequence[Person]) -> None:
    """Everything that the family has said and was shown: its key goes, and with it all that was pushed."""
    whose = sa.select(Binding.identity_id).where(Binding.person_id.in_([p.id for p in people]))
    for table in (Tap, Conversation):
        session.execute(sa.delete(table).where(table.identity_id.in_(whose)), execution_options=_PLAIN)


def identities(session: Session, person: Person) -> None:
    """How somebody was reached: the binding, and the WeChat identity when it speaks for nobody else."""
    query = sa.select(Identity).join(Binding).where(Binding.person_id == person.id)
    for identity in session.scalars(query).unique().all():
        Inbound.forget(session, identity.account, identity.openid)
        identity.bindings = [b for b in identity.bindings if b.person_id != person.id]
        if not identity.bindings:
            session.delete(identity)
    session.execute(sa.delete(Code).where(Code.person_id == person.id))
    session.flush()
