"""What is asked before a message is read: in one question, and the same as asked one by one."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from models.identity import Binding, Identity
from models.inbox import DONE, Inbound, Known
from models.person import Person
from models.speaker import Speaker
from models.standing import Standing
from models.survey import Survey
from tests.cast import EARLIER, Cast, at, enter

NOW = at("11-23 08:00")


@pytest.fixture
def cast(session: Session) -> Cast:
    return enter(session)


def _speaks(cast: Cast, person: Person, push: str = "new") -> Speaker:
    cast.session.flush()
    cast.session.expunge_all()
    return Speaker.of(cast.session, "demo", f"openid-of-{person.id}", push)


def _taken(cast: Cast, key: str, reply: bytes | None) -> None:
    row = Inbound(account="demo", key=key, openid="", kind="text", received_at=NOW, state=DONE, reply_sealed=reply)
    cast.session.add(row)


def test_somebody_unknown_is_nobody(cast: Cast) -> None:
    assert Speaker.of(cast.session, "demo", "somebody", "new") == (None, None, {})


@pytest.mark.rule("rel.I1")
@pytest.mark.parametrize("reply", [b"sealed", None])
def test_a_push_that_was_taken_is_known_whoever_sent_it(cast: Cast, reply: bytes | None) -> None:
    _taken(cast, "old", reply)
    _taken(cast, "another", b"its own")
    assert _speaks(cast, cast.mother, "old").known == Known(reply)
    assert Speaker.of(cast.session, "demo", "somebody", "old").known == Known(reply)
    assert _speaks(cast, cast.mother).known is None


def test_a_push_of_another_account_is_not_known(cast: Cast) -> None:
    _taken(cast, "old", b"sealed")
    cast.session.flush()
    Identity.reached(cast.session, "other", "o")
    assert Speaker.of(cast.session, "other", "o", "old").known is None


def test_each_person_stands_as_when_asked_alone(cast: Cast) -> None:
    visit = cast.visit("11-28 15:00")
    open_one = Survey(school_id=visit.school_id, visit_id=visit.id, person_id=cast.father.id, kind="guardian")
    open_one.opened_at = open_one.asked_at = EARLIER
    cast.session.add(open_one)
    both = Identity.reached(cast.session, "demo", f"openid-of-{cast.wang.id}")
    cast.session.add(Binding(identity_id=both.id, person_id=cast.mother.id, bound_at=EARLIER))
    people = {name: getattr(cast, name).id for name in ("wang", "mother", "father")}
    for who in (cast.wang, cast.father):
        found = _speaks(cast, who)
        assert found.identity is not None
        assert set(found.standings) == {p.id for p in found.identity.persons}
        assert found.standings == {number: Standing.of(cast.session, [number]) for number in found.standings}
    teacher = _speaks(cast, cast.wang).standings
    assert teacher == {people["wang"]: Standing(), people["mother"]: Standing(consents=True)}
    assert _speaks(cast, cast.father).standings == {people["father"]: Standing(consents=True, surveys=True)}
    assert Standing.of_all(teacher.values()) == Standing(consents=True)
