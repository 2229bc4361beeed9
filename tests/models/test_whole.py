"""Rows read side by side are the session's own objects, as if the library had read them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Sessions, write, writing
from models.person import HOMEROOM, Person, Role
from models.whole import Whole, fill_lists
from tests import cast

_STAFF = Whole(Person, Role)
_QUERY = (
    sa.select(*_STAFF.columns)
    .select_from(Person.__table__)
    .outerjoin(Role, Role.person_id == Person.id)
    .order_by(Person.id, Role.id)
)


def _read(session: Session) -> list[tuple[Any, ...]]:
    found = _STAFF.read(session, _QUERY, {})
    fill_lists("roles", found)
    return found


def _enter(sessions: Sessions) -> None:
    with writing(sessions) as session:
        cast.enter(session)


def test_they_are_what_the_library_reads(sessions: Sessions) -> None:
    _enter(sessions)
    with sessions() as own, sessions() as theirs:
        found = list(dict.fromkeys(person for person, _ in _read(own)))
        same = theirs.scalars(sa.select(Person).order_by(Person.id)).all()
        for one, other in zip(found, same, strict=True):
            assert [getattr(one, c.key) for c in sa.inspect(Person).column_attrs] == [
                getattr(other, c.key) for c in sa.inspect(Person).column_attrs
            ]
            assert [role.name for role in one.roles] == [role.name for role in other.roles]
            assert own.get(Person, one.id) is one
        assert any(not one.roles for one in found)
        assert not own.dirty


def test_what_is_changed_on_them_is_written(sessions: Sessions) -> None:
    _enter(sessions)
    with writing(sessions) as session:
        head = next(person for person, role in _read(session) if role and role.name == HOMEROOM)
        head.name = "陈安静"
    with sessions() as after:
        assert after.get_one(Person, head.id).name == "陈安静"


def test_what_the_session_has_stays_and_what_has_expired_is_read_again(sessions: Sessions) -> None:
    _enter(sessions)
    with writing(sessions) as session:
        person = session.scalars(sa.select(Person).order_by(Person.id)).first()
        assert person is not None
        there = person.name
        write(person, number="T100")
        with session.no_autoflush:
            person.name = "未存"
            session.execute(sa.update(Person.__table__).where(Person.id == person.id).values(name="别名"))  # type: ignore[arg-type]
            assert person in session.dirty
        session.expire(person, ["phone_mark"])
        again = _read(session)[0][0]
        assert again is person
        assert (person.name, person.number) == ("未存", "T100")
        assert "phone_mark" in vars(person)
        person.name = there
