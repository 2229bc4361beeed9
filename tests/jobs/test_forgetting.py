"""What is kept goes on the night after its time and not before, a little at a time; what is held stays (rel.L5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from jobs import forgetting
from jobs.agenda import next_at, plan
from jobs.forgetting import BATCH
from models.base import Base
from models.code import Code, WrongTry
from models.concern import RAISED, Concern
from models.conversation import Conversation, Tap
from models.followup import ANSWERED, SHORT, FollowUp
from models.forgetting import KINDS, Schools, due_from
from models.history import History, ReadLog
from models.identity import Binding
from models.inbox import WAITING, Inbound
from models.note import PASSED, PRAISE, SAFETY, Note
from models.photo import Photo
from models.policy import DEFAULT, Policy
from models.reading_request import ReadingRequest
from models.record import Record
from models.school import use_policy
from models.survey import SATISFACTION, Survey
from models.unclear import APPROVED, Doubt, Unclear
from models.visit import Visit
from tests.cast import Cast, at

BORN = at("06-01 08:00")
FULL = {"talk": "谈" * 30, "problems": "无", "opinions": "无", "measures": "无"}


def _push(people: Cast, when: datetime, **more: Any) -> Inbound:
    row = Inbound(account="demo", key=f"{when}{more}", openid="o1", kind="text", received_at=when, **more)
    people.session.add(row)
    people.session.flush()
    return row


def _tap(people: Cast, until: datetime) -> Tap:
    whose = people.session.scalars(sa.select(Binding.identity_id)).first()
    tap = Tap(identity_id=whose, deed="x", label="张小明", expires_at=until)
    people.session.add(tap)
    people.session.flush()
    return tap


def _photo(people: Cast, when: datetime) -> Photo:
    visit = people.held("06-01 07:00", "06-01 07:40", confirmed="05-26 08:00")
    photo = Photo.add(people.session, visit, people.ming, people.wang.id, "medium", when)
    photo.keep(people.session, "image/png", b"a picture", when)
    return photo


def _survey(people: Cast, when: datetime) -> Survey:
    visit = _photo(people, when).visit_id
    row = Survey(school_id=people.school.id, visit_id=visit, person_id=people.mother.id, kind=SATISFACTION)
    row.opened_at = row.asked_at = when
    row.answers_sealed = b"x"
    people.session.add(row)
    return row


def _follow_up(people: Cast, when: datetime) -> FollowUp:
    visit = _photo(people, when).visit_id
    row = FollowUp(school_id=people.school.id, visit_id=visit, person_id=people.mother.id, stage=SHORT, part="guardian")
    row.asked_at, row.state, row.answer_sealed = when, ANSWERED, b"x"
    people.session.add(row)
    return row


def _note(people: Cast, when: datetime, kind: str = PASSED) -> Note:
    note = Note.write(people.session, people.school.id, kind, "老师好", when)
    reply = Note.write(people.session, people.school.id, kind, "您好", when + timedelta(days=300))
    reply.in_reply_to_id = note.id
    return note


def _taken_out(people: Cast, when: datetime) -> Photo:
    photo = _photo(people, when - timedelta(hours=1))
    photo.remove(people.session, people.wang.id, when)
    return photo


def _conversation(people: Cast, when: datetime) -> Conversation:
    whose = people.session.scalars(sa.select(Binding.identity_id)).first()
    return Conversation.of(people.session, whose or 0, when)


def _leaver(people: Cast, when: datetime) -> Any:
    people.father.left_at, people.father.phone = when, "13900000000"
    return people.father


def _child(people: Cast, when: datetime) -> Any:
    people.ming.left_at, people.ming.address = when, "杏花路"
    return people.ming


def _spared(people: Cast, make: Callable[..., Base], when: datetime, **more: Any) -> Base:
    """With a younger row behind it, for the youngest keeps its number."""
    row = make(people, when, **more)
    make(people, when + timedelta(days=5000))
    return row


Make = Callable[[Cast, datetime], Any]
#: What: how many days, how it is made, and what of it goes (None: the row).
GOES: dict[str, tuple[int, Make, str | None]] = {
    "a push's words": (7, lambda p, t: _push(p, t, body_sealed=b"x", reply_sealed=b"y"), "body_sealed"),
    "its answer": (7, lambda p, t: _push(p, t, body_sealed=b"x", reply_sealed=b"y"), "reply_sealed"),
    "a push's key": (180, lambda p, t: _spared(p, _push, t), None),
    "a tap": (7, lambda p, t: _spared(p, _tap, t), None),
    "a conversation": (90, _conversation, None),
    "words passed on": (90, _note, None),
    "praise": (90, lambda p, t: _note(p, t, PRAISE), None),
    "a photo taken out": (30, _taken_out, "bytes_sealed"),
    "a photo of no record": (30, _photo, "bytes_sealed"),
    "a code": (30, lambda p, t: _add(p, Code(person_id=p.mother.id, code_mark="m", expires_at=t)), None),
    "a wrong code": (30, lambda p, t: _add(p, WrongTry(sender_mark="m", at=t)), None),
    "a survey's answers": (730, _survey, "answers_sealed"),
    "a follow-up's answer": (730, _follow_up, "answer_sealed"),
    "a reading": (1095, lambda p, t: _add(p, _reading(p, t)), None),
    "a request to read": (1095, lambda p, t: _spared(p, _request, t), None),
    "a leaver's address": (365, _child, "address_sealed"),
    "a leaver's telephone": (365, _leaver, "phone_sealed"),
    "how it is found": (365, _leaver, "phone_mark"),
}


def _request(people: Cast, when: datetime) -> ReadingRequest:
    return ReadingRequest.ask(people.session, people.wang, people.ming, "张小明", "转班", when)


def _reading(people: Cast, when: datetime) -> ReadLog:
    row = ReadLog(school_id=people.school.id, at=when, student_id=people.ming.id)
    row.group = "roster"
    return row


def _add(people: Cast, row: Base) -> Base:
    people.session.add(row)
    people.session.flush()
    return row


@pytest.fixture
def quiet(people: Cast) -> Cast:
    """Nothing but what the test makes."""
    people.session.execute(sa.delete(ReadLog))
    people.session.flush()
    return people


def _there(people: Cast, row: Any, part: str | None) -> bool:
    key = sa.inspect(row).identity[0]
    people.session.expire_all()
    found = people.session.get(type(row), key)
    return found is not None and (part is None or getattr(found, part) is not None)


def _run(people: Cast, now: datetime) -> None:
    """Every round until there is nothing left to do at that hour."""
    for n in range(50):
        later = now + timedelta(seconds=n)
        if plan(forgetting.agenda, people.session, later) == 0:
            return
    raise AssertionError("it does not come to an end")


@pytest.mark.rule("rel.L5 rel.L10 rel.L13")
@pytest.mark.parametrize("what", GOES)
def test_it_stays_until_its_days_are_over_and_goes_the_night_after(quiet: Cast, what: str):
    days, make, part = GOES[what]
    row = make(quiet, BORN)
    quiet.session.flush()
    over = BORN + timedelta(days=days)
    _run(quiet, over - timedelta(minutes=1))
    assert _there(quiet, row, part), "too early"
    _run(quiet, over + timedelta(minutes=1))
    assert _there(quiet, row, part), "by day"
    night = over.replace(hour=19, minute=20)  # 03:20 in China
    _run(quiet, night)
    assert not _there(quiet, row, part)


@pytest.mark.rule("rel.L21 rulings.43")
def test_what_is_held_stays_for_years_and_a_second_run_changes_nothing(quiet: Cast):
    session = quiet.session
    cry = Note.write(session, quiet.school.id, SAFETY, "救救我", BORN)
    photo = _photo(quiet, BORN)
    visit = session.get_one(Visit, photo.visit_id)
    record = Record.add(session, visit, quiet.wang.id, FULL, BORN)
    record.submit(session, visit, quiet.wang.id, BORN)
    concern = Concern.keep(session, quiet.ming, quiet.wang, ["身上有伤"], BORN, RAISED)
    Unclear.keep(session, quiet.school.id, "〔名〕", Doubt("teacher", "none", "x", "x"), BORN).look("a", BORN, APPROVED)
    quiet.ming.left_at = BORN
    waiting = _push(quiet, BORN, body_sealed=b"x", state=WAITING)
    session.flush()
    deeds = session.scalar(sa.select(sa.func.count()).select_from(History))
    _run(quiet, BORN + timedelta(days=3000))
    before = _all(quiet)
    assert plan(forgetting.agenda, session, BORN + timedelta(days=3000, hours=1)) == 0
    assert _all(quiet) == before
    assert session.scalar(sa.select(sa.func.count()).select_from(Unclear)) == 0
    assert session.get_one(Note, cry.id).text == "救救我"
    assert session.get_one(Record, record.id).fields() == FULL
    assert session.get_one(Photo, photo.id).data() == b"a picture"
    assert session.get_one(Concern, concern.id).sentences == ["身上有伤"]
    assert quiet.ming.erased_at is None, "a raised concern holds all of it"
    assert session.get_one(Inbound, waiting.id).body_sealed == b"x"
    assert session.scalar(sa.select(sa.func.count()).select_from(History)) == deeds


def _all(people: Cast) -> dict[str, list[Any]]:
    found = {k.table.__tablename__: people.session.execute(sa.select(k.table.__table__)).all() for k in KINDS}
    return {name: sorted(map(repr, rows)) for name, rows in found.items()}


@pytest.mark.rule("rel.L5")
def test_a_district_is_cleared_in_rounds_that_stay_small(quiet: Cast):
    for n in range(2 * BATCH + 10):
        quiet.session.add(WrongTry(sender_mark=f"{n}", at=BORN))
    quiet.session.flush()
    now, left = BORN + timedelta(days=40), []
    for n in range(3):
        plan(forgetting.agenda, quiet.session, now + n * forgetting.PAUSE)
        left.append(quiet.session.scalar(sa.select(sa.func.count()).select_from(WrongTry)))
        assert plan(forgetting.agenda, quiet.session, now + n * forgetting.PAUSE) == 0, "the pause is kept"
        after = next_at(forgetting.agenda, quiet.session, now + n * forgetting.PAUSE)
        assert after == (now + (n + 1) * forgetting.PAUSE if left[-1] else None)
    assert left == [BATCH + 10, 10, 0]


@pytest.mark.rule("rel.L5 rulings.35")
def test_each_school_has_its_own_numbers(quiet: Cast):
    row = _note(quiet, BORN)
    use_policy(quiet.school.key, Policy(keep_chat_days=10))
    try:
        assert due_from(quiet.session, Schools((quiet.school.id,)), quiet.school.policy) == BORN + timedelta(days=10)
        assert due_from(quiet.session, Schools((quiet.school.id + 1,)), DEFAULT) is None
        _run(quiet, BORN + timedelta(days=11))
    finally:
        use_policy(quiet.school.key, DEFAULT)
    assert not _there(quiet, row, None)


@pytest.mark.rule("rel.L5")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_oldest_are_found_by_an_index(quiet: Cast, kind):
    """The table may be a district's: nobody reads all of it every night."""
    if quiet.session.get_bind().dialect.name != "sqlite":
        pytest.skip("an empty table is always read whole there")
    query = kind.first(Schools(), 1).compile(quiet.session.connection(), compile_kwargs={"literal_binds": True})
    steps = [row[3] for row in quiet.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
    whole = [s for s in steps if s.startswith("SCAN") and "INDEX" not in s and "CONSTANT" not in s]
    assert not whole or kind.order is not None or kind.name == "wrong codes", steps  # these are few
