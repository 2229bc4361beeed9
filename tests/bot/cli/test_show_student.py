"""`jiafang show student`: names told apart, sealed things only for a reason (rulings 49)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
import sqlalchemy as sa

from bot import config
from bot.cli.show_student import pick_student, show_student
from bot.config import SANDBOX_FILE
from bot.keys import master_key
from bot.sandbox.cast import bind_everybody
from bot.sandbox.demo import load_demo
from models import sealed
from models.base import Sessions, make_engine, sessions, writing
from models.history import ReadLog
from models.school import School
from models.tables import METADATA

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("school")


@pytest.fixture(scope="module")
def school(place: Path) -> Sessions:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIAFANG_DATA", str(place))
        sealed.use_master_key(master_key(config.load(SANDBOX_FILE)))
    engine = make_engine(f"sqlite:///{place / 'jiafang.db'}")
    METADATA.create_all(engine)
    factory = sessions(engine)
    with writing(factory) as session:
        bind_everybody(session, load_demo(session, NOW), "demo", NOW)
    return factory


@pytest.fixture(autouse=True)
def here(school: Sessions, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIAFANG_DATA", str(place))
    monkeypatch.setenv("JIAFANG_CONFIG", str(SANDBOX_FILE))


def test_a_student_is_shown_with_guardians_and_teachers(capsys: pytest.CaptureFixture[str]) -> None:
    show_student("张小明", None, None, as_json=True, unseal=None)
    shown = json.loads(capsys.readouterr().out)
    assert (shown["class"], shown["grade"], shown["visits"]) == ("三(2)班", "三年级", [])
    assert [(g["relation"], g["main"], g["bound"], g["consents"]) for g in shown["guardians"]] == [
        ("妈妈", True, True, ["surveys", "visits"]),
        ("爸爸", False, True, ["surveys", "visits"]),
    ]
    assert {"name": "陈静", "role": "homeroom", "subject": None} in shown["teachers"]


def test_nothing_sealed_is_shown_without_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    show_student("张小明", None, None, as_json=False, unseal=None)
    out = capsys.readouterr().out
    assert out.startswith("张小明（三(2)班） 学号")
    assert "妈妈（主要联系人、已绑定、已同意）" in out
    assert "杏花路" not in out
    assert "199000" not in out


def test_a_reason_shows_the_address_in_words_too(capsys: pytest.CaptureFixture[str]) -> None:
    show_student("刘洋", None, None, as_json=False, unseal="家长来电核对")
    out = capsys.readouterr().out
    assert "住址：" in out
    assert "重点类别：留守" in out


def test_a_reason_opens_the_seal_and_is_kept(school: Sessions, capsys: pytest.CaptureFixture[str]) -> None:
    show_student("刘洋", None, None, as_json=True, unseal="家长来电核对")
    shown = json.loads(capsys.readouterr().out)
    assert (shown["categories"], "云溪村" in shown["address"]) == (["留守"], True)
    with school() as session:
        assert "家长来电核对" in session.scalars(sa.select(ReadLog.reason)).all()


def test_same_names_are_told_apart_by_class(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.ClickException, match=r"--class 三\(1\)班 .*--class 三\(2\)班"):
        show_student("张伟", None, None, as_json=True, unseal=None)
    show_student("张伟", "三1班", None, as_json=True, unseal=None)
    assert json.loads(capsys.readouterr().out)["class"] == "三(1)班"


def test_who_is_at_the_school_comes_before_who_has_left(school: Sessions) -> None:
    with school() as session:
        demo = session.scalars(sa.select(School)).one()
        pick_student(session, demo, "张伟", "三1班").left_at = NOW
        session.flush()
        assert pick_student(session, demo, "张伟", None).school_class.name == "三(2)班"


def test_a_name_that_nobody_has_is_an_error() -> None:
    with pytest.raises(click.ClickException, match="no such student"):
        show_student("无此人", None, None, as_json=True, unseal=None)
