"""Binding codes: by which a person known to the roster proves to be the one who writes (rulings 16)."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import sealed
from models.base import Base
from models.errors import Refused
from models.identity import Identity
from models.person import Person
from models.policy import DEFAULT, Policy
from models.school import School

#: Nothing in it looks like another letter or digit in any hand.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
LENGTH = 6


class Code(Base):
    """One code of one person; the code itself is known only to who holds the slip."""

    __tablename__ = "code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    code_mark: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class WrongTry(Base):
    """Somebody typed a code that is none. The sender is a keyed hash, so that unfollowing does not wipe the slate."""

    __tablename__ = "wrong_try"

    id: Mapped[int] = mapped_column(primary_key=True)
    sender_mark: Mapped[str] = mapped_column(sa.String(64), index=True)
    at: Mapped[datetime]
    locked_until: Mapped[datetime | None]  #: set on the one that was too many


def issue(session: Session, person: Person, now: datetime) -> str:
    """A new code for this person, told once; earlier ones are void."""
    return issue_all(session, [person], now)[0]


def issue_all(session: Session, persons: Sequence[Person], now: datetime) -> list[str]:
    """A new code for each of these persons, in their order."""
    for part in _parts([p.id for p in persons]):
        session.execute(sa.delete(Code).where(Code.person_id.in_(part), Code.used_at.is_(None)))
    codes = _fresh(session, len(persons))
    for person, code in zip(persons, codes, strict=True):
        life = timedelta(days=person.school.policy.code_days)
        session.add(Code(person_id=person.id, code_mark=sealed.code_mark(code), expires_at=now + life))
    session.flush()
    return codes


def redeem(session: Session, identity: Identity, code: str, now: datetime) -> Person | Refused:
    """The person whose code it is; the code is used up by that. Binding is the caller's next step.

    A refusal is returned, not raised, so that the wrong try behind it is committed with the door's transaction:
    `code_locked` (until), `code_wrong` (left), `code_expired`, `code_used`.
    """
    sender = sealed.code_mark(f"{identity.account} {identity.openid}")
    until = _locked_until(session, sender, now)
    if until is not None:
        return Refused("code_locked", until=until)
    row = session.scalars(sa.select(Code).where(Code.code_mark == sealed.code_mark(spelled(code)))).one_or_none()
    person = session.get(Person, row.person_id) if row else None
    if row is None or person is None or person.left_at is not None:
        return _wrong(session, identity, sender, now)
    if row.used_at is None and row.expires_at <= now:
        return Refused("code_expired")
    taken = sa.update(Code).where(Code.id == row.id, Code.used_at.is_(None)).values(used_at=now)
    if session.execute(taken).rowcount != 1:  # type: ignore[attr-defined]
        return Refused("code_used")
    return person


def spelled(code: str) -> str:
    """The code as issued, however it was typed: small letters, full-width ones, blanks and dashes."""
    return "".join(c for c in unicodedata.normalize("NFKC", code).upper() if c.isalnum())


def _fresh(session: Session, count: int) -> list[str]:
    codes: dict[str, None] = {}
    while len(codes) < count:
        drawn = {"".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(count - len(codes))}
        marks = {sealed.code_mark(code): code for code in drawn}
        for part in _parts(marks):
            for taken in session.scalars(sa.select(Code.code_mark).where(Code.code_mark.in_(part))):
                del marks[taken]
        codes.update(dict.fromkeys(marks.values()))
    return list(codes)


def _wrong(session: Session, identity: Identity, sender: str, now: datetime) -> Refused:
    policy = _policy(session, identity)
    since = now - timedelta(hours=policy.code_window_hours)
    session.execute(sa.delete(WrongTry).where(WrongTry.at <= since))
    rows = session.scalars(sa.select(WrongTry).where(WrongTry.sender_mark == sender).order_by(WrongTry.id)).all()
    last_lock = max((n for n, row in enumerate(rows, 1) if row.locked_until), default=0)
    left = policy.code_tries - (len(rows) - last_lock) - 1
    until = now + timedelta(minutes=policy.code_lock_minutes) if left <= 0 else None
    session.add(WrongTry(sender_mark=sender, at=now, locked_until=until))
    if until is None:
        return Refused("code_wrong", left=left)
    identity.locked_until = until
    return Refused("code_locked", until=until)


def _locked_until(session: Session, sender: str, now: datetime) -> datetime | None:
    until = session.scalar(sa.select(sa.func.max(WrongTry.locked_until)).where(WrongTry.sender_mark == sender))
    return until if until and until > now else None


def _policy(session: Session, identity: Identity) -> Policy:
    schools = School.of_account(session, identity.account)
    return schools[0].policy if schools else DEFAULT


def _parts(values: Iterable[object], size: int = 500) -> Iterator[list[object]]:
    row = list(values)
    for start in range(0, len(row), size):
        yield row[start : start + size]
