"""After an erasure nothing of the child is anywhere: not in the file, its log, the queue's dump, or a restored copy."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.backup import back_up
from bot.cli import main
from bot.config import SANDBOX_FILE, Config, load
from bot.erased_file import erased_file
from bot.keys import master_key
from bot.restore import put_back
from models import history, named, sealed
from models.action_item import ActionItem
from models.base import Sessions, make_engine, reading, writing
from models.base import sessions as make_sessions
from models.concern import RAISED, Concern
from models.conversation import Conversation, Tap
from models.erasure import Erasure, erase, extent
from models.errors import Refused
from models.followup import ANSWERED, SHORT, FollowUp
from models.identity import Binding, Identity
from models.inbox import Inbound
from models.migrations import upgrade
from models.note import PASSED, Note
from models.notification import DROPPED, PENDING, Notification, Owed, owe
from models.photo import Photo
from models.reading_request import ReadingRequest
from models.record import Record
from models.school import School
from models.student import Guardianship, Student
from models.survey import SATISFACTION, Survey
from models.tables import METADATA
from models.visit import Visit
from models.visit_life import CANCELLED, CLOSED
from tests import cast
from tests.cast import Cast, at

NAME, MOTHER, WORDS, PHONE = "金丝雀", "金丝雀妈", "金丝雀的话KANARIENVOGEL", "13912345678"
CANARIES = [NAME, MOTHER, "KANARIENVOGEL", PHONE, "S-KANARI-7", "PNG-KANARI"]
NOW = at("11-23 10:00")


def furnished(session: Session, school_key: str) -> Cast:
    """A child about whom everything is known that can be."""
    people = cast.enter(session)
    people.school.key = school_key
    child = people.ming
    child.name, child.number, child.address, child.health = NAME, "S-KANARI-7", f"{WORDS}路", WORDS
    child.categories = [WORDS]
    people.mother.name, people.mother.phone = MOTHER, PHONE
    session.flush()
    _visits(people, child)
    _chats(people)
    history.read(session, people.wang.id, child, "address", NOW, f"看看{NAME}")
    return people


def _visits(people: Cast, child: Student) -> None:
    session, mother = people.session, people.mother.id
    held = people.held("11-20 15:00", "11-20 15:40", purpose=WORDS, confirmed="11-16 08:00")
    held.goals, held.reason = [WORDS], WORDS
    record = Record.add(session, held, people.wang.id, {"talk": WORDS}, NOW)
    Photo.add(session, held, child, people.wang.id, f"m{WORDS}", NOW).keep(session, "image/png", b"PNG-KANARI", NOW)
    survey = Survey(school_id=people.school.id, visit_id=held.id, person_id=mother, kind=SATISFACTION)
    survey.opened_at = survey.asked_at = NOW
    survey.answers_sealed = sealed.seal_json(child.data_key, "survey.answers", {"comment": WORDS})
    asked = FollowUp(school_id=people.school.id, visit_id=held.id, person_id=mother, stage=SHORT, part="guardian")
    asked.asked_at, asked.state = NOW, ANSWERED
    asked.answer_sealed = sealed.seal(child.data_key, "follow_up.answer", WORDS)
    session.add_all([survey, asked])
    ActionItem.note(session, child, people.wang.id, WORDS, NOW)
    Concern.keep(session, child, people.wang, [WORDS], NOW)
    coming = people.confirmed("11-28 15:00", confirmed="11-22 08:00", purpose=WORDS)
    owe(session, [Owed(people.school.id, "reminder.evening", coming.id, mother, at("11-27 18:00"))], NOW)
    assert record.fields()["talk"] == WORDS


def _chats(people: Cast) -> None:
    session = people.session
    note = Note.write(session, people.school.id, PASSED, WORDS, NOW)
    note.person_id, note.student_id = people.mother.id, people.ming.id
    ReadingRequest.ask(session, people.zhou, people.ming, NAME, WORDS, NOW)
    for binding in session.scalars(sa.select(Binding)).all():
        identity = binding.identity
        talk = Conversation.of(session, identity.id, NOW)
        talk.keep({"draft": {"text": f"去{NAME}家"}}, NOW)
        push = Inbound(account=identity.account, key=f"k{binding.id}", openid=identity.openid, kind="text")
        push.received_at, push.body_sealed = NOW, sealed.seal(talk.data_key, "inbound.body", WORDS)
        tap = Tap(identity_id=identity.id, deed="x", label=NAME, value=MOTHER, expires_at=NOW)
        session.add_all([push, tap])
    session.flush()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("JIAFANG_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    config = load(SANDBOX_FILE)
    sealed.use_master_key(master_key(config))
    return config


@pytest.fixture
def factory(config: Config) -> Sessions:
    factory = make_sessions(make_engine(config.database_url))
    upgrade(factory.kw["bind"])
    with writing(factory) as session:
        furnished(session, next(iter(config.school)))
    return factory


def _found(*paths: Path) -> list[tuple[str, str]]:
    """Every canary in every file, as it is written and as JSON writes it."""
    spelled = [(c, form) for c in CANARIES for form in (c.encode(), json.dumps(c)[1:-1].encode())]
    return [(p.name, c) for p in paths if p.is_file() for c, form in spelled if form in p.read_bytes()]


def _command(*words: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(list(words))
    return int(end.value.code or 0)


@pytest.mark.rule("rel.I23 rel.I20 rel.L7")
def test_not_a_byte_of_the_child_is_left_and_a_copy_does_not_bring_it_back(
    config: Config,
    factory: Sessions,
    tmp_path: Path,
    redis: redis.Redis,
    redis_url: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    back_up(config, tmp_path / "copy.db")
    assert _found(*config.data.rglob("*")), "the search finds nothing at all"
    assert _command("erase", "student", NAME, "--reason", f"{MOTHER}要求", "--yes") == 0
    capfd.readouterr()
    redis.save()
    dumps = [Path(redis.config_get("dir")["dir"]) / redis.config_get("dbfilename")["dbfilename"]]
    assert dumps[0].stat().st_size > 0
    assert _found(*config.data.rglob("*"), *dumps) == []
    with reading(factory) as session:
        _closed(session)
    factory.kw["bind"].dispose()
    held, aside = put_back(config, tmp_path / "copy.db")
    assert held.erased == 1
    assert aside is not None
    assert _found(*config.data.rglob("*")) == []
    # also when the present database is gone, by the list beside it
    (config.data / "jiafang.db").unlink()
    assert put_back(config, tmp_path / "copy.db")[0].erased == 1
    assert _found(erased_file(config), config.data / "jiafang.db") == []


def _closed(session: Session) -> None:
    """What stays is dates and numbers, and opens to nothing."""
    child = session.scalars(sa.select(Student)).one()
    assert (child.address, child.health, child.categories, child.guardianships) == (None, None, [], [])
    assert child.erased_at is not None
    assert {v.state for v in session.scalars(sa.select(Visit))} == {CLOSED, CANCELLED}
    assert [(v.purpose, v.goals, v.reason) for v in session.scalars(sa.select(Visit))] == [("", [], "")] * 2
    assert [r.fields() for r in session.scalars(sa.select(Record))] == [{}]
    assert [p.data() for p in session.scalars(sa.select(Photo))] == [None]
    assert [n.text for n in session.scalars(sa.select(Note))] == [""]
    assert [c.sentences for c in session.scalars(sa.select(Concern))] == [[]]
    assert [s.answers for s in session.scalars(sa.select(Survey))] == [{}]
    assert [f.answer_text for f in session.scalars(sa.select(FollowUp))] == [None]
    rows = session.scalars(sa.select(history.History).where(history.History.student_id == child.id)).all()
    assert len(rows) > 5
    assert [row.change(child) for row in rows if row.at < NOW] == [{}] * len([r for r in rows if r.at < NOW])
    assert [(r.name, r.reason) for r in session.scalars(sa.select(ReadingRequest))] == [("", "")]
    assert session.scalars(sa.select(Erasure.reason)).all() == ["…要求"]
    queued = session.execute(sa.select(Notification.kind, Notification.state, Notification.reason)).all()
    assert ("reminder.evening", DROPPED, "erased") in queued
    assert {kind for kind, state, _ in queued if state == PENDING} == {"erasure.visit"}


@pytest.mark.rule("rel.I23")
def test_no_row_of_any_table_names_the_child(session: Session) -> None:
    """On both databases: every column of every row, as a dump would have it, and what our keys open."""
    people = furnished(session, "main")
    found = extent(session, people.ming)
    found.named = named.look(session, people.school.id, found.names)
    erase(session, found, "家长要求", datetime.now(UTC))
    session.flush()
    for table in METADATA.sorted_tables:
        for row in session.execute(sa.select(table)):
            words = " ".join(v.decode("latin1") if isinstance(v, bytes) else str(v) for v in row)
            assert not [c for c in CANARIES if c in words], table.name
    for talk in session.scalars(sa.select(Conversation)):
        assert NAME not in str(talk.state)
    with pytest.raises(Refused, match="erased_already"):
        extent(session, people.ming)


@pytest.mark.rule("rel.L21")
def test_a_safety_report_holds_it_until_somebody_says_otherwise(session: Session) -> None:
    people = furnished(session, "main")
    Concern.keep(session, people.ming, people.wang, [WORDS], NOW, RAISED)
    found = extent(session, people.ming)
    with pytest.raises(Refused, match="erasure_held"):
        erase(session, found, "家长要求", NOW)
    assert people.ming.name == NAME
    erase(session, found, "家长要求，事情已了结", NOW, despite=True)
    assert people.ming.name == f"#{people.ming.id}"


@pytest.mark.rule("rel.L7")
def test_a_guardian_with_another_child_stays_and_the_visit_goes_on_for_the_sister(session: Session) -> None:
    people = furnished(session, "main")
    sister = Student.new(people.school, people.school_class, "8", "小妹")
    session.add(sister)
    session.flush()
    session.add(Guardianship(student_id=sister.id, person_id=people.mother.id, relation="妈妈", rank=0))
    both = people.visit("12-05 15:00", "11-23 08:00", siblings=(sister,), purpose=WORDS)
    session.flush()
    session.expire_all()
    found = extent(session, people.ming)
    assert ([p.id for p in found.leaving], [p.id for p in found.staying]) == ([people.father.id], [people.mother.id])
    erase(session, found, "家长要求", NOW)
    assert people.mother.name == MOTHER
    assert people.mother.phone == PHONE
    assert session.scalars(sa.select(Binding).where(Binding.person_id == people.father.id)).all() == []
    assert session.scalars(sa.select(Identity).join(Binding).where(Binding.person_id == people.mother.id)).one()
    assert (both.state, both.student.name, both.household, both.purpose) == ("proposed", "小妹", False, "")
    assert [both.ties[0].person_id] == [people.mother.id]
    kinds = session.scalars(sa.select(Notification.kind).where(Notification.subject_id == both.id)).all()
    assert "erasure.one_of" in kinds
    assert session.scalars(sa.select(School.roster_version)).one() == 1
