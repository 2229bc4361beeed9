"""Statements that go straight to the driver do what they do by the library's own way, and no less."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from models import prepared
from models.base import Sessions, writing
from models.identity import Identity
from models.notification import Notification
from models.person import Person
from models.ready import of
from models.visit import Visit
from models.visit_life import LAPSED
from tests import cast
from tests.cast import at
from tests.statements import heard

_VISITS = Visit.__table__
_BY_STATE = sa.select(_VISITS.c.id, _VISITS.c.starts_at, _VISITS.c.joining, _VISITS.c.purpose_sealed).where(
    _VISITS.c.state.in_(sa.bindparam("states", expanding=True)), _VISITS.c.steps >= sa.bindparam("steps")
)
_OUTBOX = Notification.__table__
_OWE = sa.insert(_OUTBOX)  # type: ignore[arg-type]
_TAKE = sa.insert(Identity.__table__)  # type: ignore[arg-type]


def test_rows_are_those_of_the_librarys_own_way(session: Session) -> None:
    people = cast.enter(session)
    people.visit("11-28 15:00", purpose="了解学习情况")
    session.flush()
    for states in (["proposed", "confirmed"], ["confirmed"], ["proposed", "confirmed", "held"], []):
        asked = {"states": states, "steps": 0}
        found = prepared.rows(session, _BY_STATE, asked)
        assert found == [tuple(row) for row in session.execute(_BY_STATE, asked)]
        assert len(found) == ("proposed" in states)


def test_what_the_session_has_changed_is_found(session: Session) -> None:
    visit = cast.enter(session).visit("11-28 15:00")
    visit.state = LAPSED
    assert session.dirty
    assert [row[0] for row in prepared.rows(session, _BY_STATE, {"states": [LAPSED], "steps": 0})] == [visit.id]


def test_what_has_changed_is_written_by_one_statement_and_nothing_else(sessions: Sessions) -> None:
    with writing(sessions) as session:
        people = cast.enter(session)
        visit_id = people.visit("11-28 15:00").id
    with writing(sessions) as session:
        visit = session.get_one(Visit, visit_id)
        visit.forms_offered, visit.present, visit.kind = True, None, visit.kind
        visit.joining, visit.wait_until = [7], at("11-24 08:00")
        with heard(sessions.kw["bind"]) as asked:
            prepared.flush(session)
            prepared.flush(session)
        assert len(asked) == 1
        assert "forms_offered" in asked[0]
        assert "present" not in asked[0]
        assert not session.dirty
    with sessions() as after:
        kept = after.get_one(Visit, visit_id)
        assert (kept.forms_offered, kept.joining, kept.wait_until) == (True, [7], at("11-24 08:00"))


def test_what_is_new_is_written_with_what_has_changed(session: Session) -> None:
    people = cast.enter(session)
    people.mother.name = "张妈妈"
    session.add(Identity(**_WHOLE))
    prepared.flush(session)
    assert not session.new
    assert not session.dirty
    assert people.mother.name == "张妈妈"


def test_a_row_goes_back_with_its_savepoint(session: Session) -> None:
    visit = cast.enter(session).visit("11-28 15:00")
    inner = session.begin_nested()
    visit.forms_offered = True
    prepared.flush(session)
    inner.rollback()
    assert not visit.forms_offered


def _owed(person_id: int, school_id: int, subject_id: int) -> dict[str, object]:
    return {
        "school_id": school_id, "kind": "visit.offer", "subject_id": subject_id, "round": 0, "slot": "",
        "person_id": person_id, "facts": {"by": [1, "二"]}, "priority": 2, "due_at": at("11-28 15:00"),
        "expires_at": None, "state": "pending", "attempts": 0, "fence": 0, "created_at": at("11-27 15:00"),
    }  # fmt: skip


def test_many_rows_go_in_as_they_are(session: Session) -> None:
    people = cast.enter(session)
    rows = [_owed(people.mother.id, people.school.id, number) for number in range(120)]
    assert prepared.write_all(session, _OWE, rows) == 120
    kept = session.scalars(sa.select(Notification).order_by(Notification.subject_id)).all()
    assert [one.subject_id for one in kept] == list(range(120))
    assert kept[7].facts == {"by": [1, "二"]}
    assert kept[7].due_at == at("11-28 15:00")


def test_a_column_that_has_a_default_must_be_given(session: Session) -> None:
    with pytest.raises(ValueError, match="default"):
        prepared.write(session, _TAKE, {"account": "demo", "openid": "o1"})


_WHOLE = {"account": "demo", "openid": "o1", "following": True, "said_left": 0, "tapped_left": 0}


def test_the_databases_no_comes_as_the_librarys_and_without_what_was_given(session: Session) -> None:
    prepared.write(session, _TAKE, _WHOLE)
    with pytest.raises(IntegrityError) as told:
        prepared.write(session, _TAKE, _WHOLE)
    assert told.value.params is None


def test_whoever_listens_hears_them(session: Session) -> None:
    with heard(session.get_bind()) as asked:
        prepared.rows(session, _BY_STATE, {"states": ["proposed"], "steps": 0})
        prepared.write(session, _TAKE, _WHOLE)
    assert [words.split()[0] for words in asked] == ["SELECT", "INSERT"]


def test_a_later_transaction_of_the_session_has_a_connection_of_its_own(sessions: Sessions) -> None:
    with writing(sessions) as session:
        prepared.write(session, _TAKE, _WHOLE)
        session.rollback()
        assert session.scalar(sa.select(sa.func.count(Identity.id))) == 0
        prepared.write(session, _TAKE, _WHOLE | {"openid": "o2"})
    with sessions() as after:
        assert after.scalars(sa.select(Identity.openid)).all() == ["o2"]


def test_a_savepoint_takes_back_what_was_written_in_it(sessions: Sessions) -> None:
    with writing(sessions) as session:
        prepared.write(session, _TAKE, _WHOLE)
        inner = session.begin_nested()
        prepared.write(session, _TAKE, _WHOLE | {"openid": "o2"})
        inner.rollback()
        prepared.write(session, _TAKE, _WHOLE | {"openid": "o3"})
    with sessions() as after:
        assert after.scalars(sa.select(Identity.openid).order_by(Identity.id)).all() == ["o1", "o3"]


_COUNT = sa.select(sa.func.count(Identity.__table__.c.id))


def _waiting(session: Session) -> int:
    """How much of this session is to be written later."""
    driver: Any = session.connection().connection.driver_connection
    return len(driver.later)


def test_what_is_written_later_is_there_for_whoever_asks_and_after_the_commit(sessions: Sessions) -> None:
    with writing(sessions) as session:
        prepared.write_later(session, _TAKE, _WHOLE)
        assert prepared.rows(session, _COUNT, {}) == [(1,)]
        prepared.write_later(session, _TAKE, _WHOLE | {"openid": "o2"})
        assert session.scalar(_COUNT) == 2
        prepared.write_later(session, _TAKE, _WHOLE | {"openid": "o3"})
        assert prepared.write(session, sa.update(Identity.__table__), {"said_left": 3}) == 3  # type: ignore[arg-type]
        prepared.write_later(session, _TAKE, _WHOLE | {"openid": "o4"})
        session.add(Identity(**_WHOLE | {"openid": "o5"}))
        session.flush()
        prepared.write_later(session, _TAKE, _WHOLE | {"openid": "o6"})
    with sessions() as after:
        kept = after.scalars(sa.select(Identity.openid).order_by(Identity.id)).all()
        assert kept == ["o1", "o2", "o3", "o4", "o5", "o6"]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_what_is_written_later_goes_with_the_commit(sessions: Sessions) -> None:
    with writing(sessions) as session:
        prepared.write_later(session, _TAKE, _WHOLE)
        assert prepared.rows(session, _BY_STATE, {"states": ["proposed"], "steps": 0}) == []
        assert _waiting(session) == 1
        assert session.scalar(_COUNT) == 1
        assert _waiting(session) == 0


def test_what_was_to_be_written_later_is_forgotten_with_its_transaction(sessions: Sessions) -> None:
    with writing(sessions) as session:
        prepared.write_later(session, _TAKE, _WHOLE)
        session.rollback()
    with writing(sessions) as session:
        assert session.scalar(_COUNT) == 0


def test_what_a_savepoint_takes_back_is_not_written_later(sessions: Sessions) -> None:
    with writing(sessions) as session:
        inner = session.begin_nested()
        prepared.write_later(session, _TAKE, _WHOLE)
        inner.rollback()
        prepared.write_later(session, _TAKE, _WHOLE | {"openid": "o2"})
    with sessions() as after:
        assert after.scalars(sa.select(Identity.openid)).all() == ["o2"]


@pytest.mark.parametrize(
    "ask", [lambda s: s.scalar(_COUNT), lambda s: prepared.rows(s, _COUNT, {})[0][0]], ids=["past us", "by us"]
)
def test_what_was_to_be_written_before_a_savepoint_stays_when_that_is_taken_back(sessions: Sessions, ask: Any) -> None:
    with writing(sessions) as session:
        prepared.write_later(session, _TAKE, _WHOLE)
        inner = session.begin_nested()
        assert ask(session) == 1
        inner.rollback()
    with sessions() as after:
        assert after.scalars(sa.select(Identity.openid)).all() == ["o1"]


def test_a_commit_that_is_refused_undoes_all_and_its_connection_goes_on(sessions: Sessions) -> None:
    def take(*openids: str) -> None:
        with writing(sessions) as session:
            for openid in openids:
                prepared.write_later(session, _TAKE, _WHOLE | {"openid": openid})

    take("o1")
    for _ in range(3):
        with pytest.raises(IntegrityError):
            take("o2", "o1")
    take("o3")
    with sessions() as after:
        assert after.scalars(sa.select(Identity.openid).order_by(Identity.openid)).all() == ["o1", "o3"]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_connection_that_is_lost_is_given_up(sessions: Sessions) -> None:
    with sessions() as session, sessions() as other:
        prepared.rows(session, _BY_STATE, {"states": ["proposed"], "steps": 0})
        own = session.scalar(sa.text("SELECT pg_backend_pid()"))
        other.execute(sa.text("SELECT pg_terminate_backend(:own, 5000)"), {"own": own})
        with pytest.raises(OperationalError) as told:
            prepared.rows(session, _BY_STATE, {"states": ["proposed"], "steps": 0})
        assert told.value.connection_invalidated
        session.rollback()
        assert prepared.rows(session, _BY_STATE, {"states": ["proposed"], "steps": 0}) == []


def test_a_statement_knows_its_tables_wherever_they_stand(session: Session) -> None:
    asked = sa.select(_VISITS.c.id).where(
        sa.exists().where(_OUTBOX.c.subject_id == _VISITS.c.id),
        _VISITS.c.teacher_id.in_(sa.select(Identity.__table__.c.id).union_all(sa.select(Person.__table__.c.id))),
    )
    assert of(session, asked, {}).tables == {"visit", "notification", "identity", "person"}
    assert of(session, _TAKE, _WHOLE).tables == {"identity"}
    assert of(session, sa.update(_VISITS), {"steps": 1}).tables == {"visit"}  # type: ignore[arg-type]
