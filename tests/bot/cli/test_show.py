"""`jiafang show visit` and `show notification`, run as a person runs them (rulings 49)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import config
from bot.cli import cli
from bot.config import SANDBOX_FILE
from bot.keys import master_key
from models import sealed
from models.base import make_engine, sessions
from models.followup import EFFECT, FollowUp
from models.history import ReadLog
from models.record import REQUIRED, Record
from models.student import Guardianship
from models.tables import METADATA
from models.telling import tell_family, tell_teacher
from tests.cast import Cast, at, enter, guardian, pupil

WORDS = "爸爸常年在外"


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The database that the commands look at; commit what they shall see."""
    monkeypatch.setenv("JIAFANG_DATA", str(tmp_path))
    monkeypatch.setenv("JIAFANG_CONFIG", str(SANDBOX_FILE))
    sealed.use_master_key(master_key(config.load()))
    engine = make_engine(f"sqlite:///{tmp_path / 'jiafang.db'}")
    METADATA.create_all(engine)
    return sessions(engine)()


@pytest.fixture
def cast(session: Session) -> Cast:
    return enter(session, "demo")


Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], session: Session) -> Run:
    def go(*words: str) -> str:
        session.commit()
        cli.main(list(words), standalone_mode=False)
        return capsys.readouterr().out

    return go


def shown(run: Run, *words: str) -> Any:
    return json.loads(run("show", *words, "--json"))


def test_an_open_visit_is_shown_before_a_newer_one_that_is_over(cast: Cast, run: Run) -> None:
    kept = cast.confirmed("11-28 15:00")
    cast.visit("11-29 10:00", "09-04 08:00").withdraw(cast.session, cast.by_teacher, at("09-05 08:00"))
    found = shown(run, "visit", "张小明")
    assert " ".join(found) == (
        "id state kind form students teacher companions outline present present_words participants guests starts_at"
        " ends_at purpose goals reason letter asked offer round confirmed_by history record followups wait_until notes records"
    )
    assert (found["id"], found["state"], found["teacher"]) == (kept.id, "confirmed", "王敏")
    assert found["students"] == [{"name": "张小明", "class": "三(2)班"}]
    assert found["starts_at"] == "2026-11-28T15:00:00+08:00"
    assert (found["asked"], found["offer"], found["confirmed_by"]) == (None, [], "张小明妈妈")
    assert [(d["verb"], d["by"], d["state"]) for d in found["history"]] == [
        ("propose", "王敏", "proposed"),
        ("confirm", "张小明妈妈", "confirmed"),
    ]
    assert [v["state"] for v in shown(run, "visit", "张小明", "--all")] == ["cancelled", "confirmed"]


def test_of_two_that_are_over_the_newest_is_shown(cast: Cast, run: Run) -> None:
    for hour in ("10:00", "11:00"):
        cast.visit(f"11-29 {hour}").withdraw(cast.session, cast.by_teacher, at("09-05 08:00"))
    assert shown(run, "visit", "20230207")["starts_at"] == "2026-11-29T11:00:00+08:00"


def test_a_proposal_shows_the_slots_on_the_table(cast: Cast, run: Run) -> None:
    visit = cast.visit("11-28 15:00")
    found = shown(run, "visit", str(visit.id))
    assert (found["state"], found["asked"], found["round"], found["confirmed_by"]) == ("proposed", "guardian", 0, None)
    assert found["offer"] == [{"starts_at": "2026-11-28T15:00:00+08:00", "ends_at": found["ends_at"]}]


def test_while_a_move_is_open_the_old_time_stands_and_the_offer_holds_the_new(cast: Cast, run: Run) -> None:
    cast.confirmed("11-28 15:00").move(cast.session, cast.by_teacher, at("11-29 10:00"), at("11-27 08:00"))
    found = shown(run, "visit", "张小明")
    assert (found["state"], found["starts_at"][:16]) == ("confirmed", "2026-11-28T15:00")
    assert [slot["starts_at"] for slot in found["offer"]] == ["2026-11-29T10:00:00+08:00"]


def test_a_time_that_the_teacher_took_was_confirmed_by_her(cast: Cast, run: Run) -> None:
    visit = cast.visit("11-28 15:00")
    visit.counter(cast.session, cast.by_mother, at("11-29 10:00"), at("09-03 08:00"))
    visit.confirm(cast.session, cast.by_teacher, at("09-03 09:00"))
    assert shown(run, "visit", "张小明")["confirmed_by"] == "王敏"


@pytest.fixture
def recorded(cast: Cast) -> None:
    """A visit with a record and an answered follow-up."""
    visit = cast.held("11-28 15:00", "11-28 15:40", purpose=WORDS)
    Record.add(cast.session, visit, cast.wang.id, dict.fromkeys(REQUIRED, WORDS), at("11-28 18:00"))
    row = FollowUp(school_id=cast.school.id, visit_id=visit.id, person_id=cast.mother.id, asked_at=at("12-28 19:00"))
    row.stage, row.part = EFFECT, "guardian"
    cast.session.add(row)
    cast.session.flush()
    row.answer(cast.session, WORDS, "clear", at("12-28 20:00"))


@pytest.mark.rule("R2")
@pytest.mark.usefixtures("recorded")
def test_what_is_sealed_is_not_shown(run: Run) -> None:
    found = shown(run, "visit", "张小明")
    assert (found["record"]["version"], found["record"]["submitted"]) == (1, False)
    assert [(f["stage"], f["person"], f["state"], f["effect"]) for f in found["followups"]] == [
        ("effect", "张小明妈妈", "answered", "clear")
    ]
    assert WORDS not in json.dumps(found, ensure_ascii=False) + run("show", "visit", "张小明")


@pytest.mark.usefixtures("recorded")
def test_a_reason_unseals_and_is_written_down(cast: Cast, run: Run) -> None:
    found = shown(run, "visit", "张小明", "--unseal", "家长投诉")
    assert found["purpose"] == found["record"]["fields"]["talk"] == found["followups"][0]["answer"] == WORDS
    assert found["history"][1]["change"]["after"] == "confirmed"
    read = cast.session.scalars(sa.select(ReadLog)).one()
    assert (read.reason, read.student_id, read.person_id) == ("家长投诉", cast.ming.id, None)
    assert f"交流内容：{WORDS}" in run("show", "visit", "张小明", "--unseal", "再看一次")


@pytest.mark.usefixtures("recorded")
def test_in_words_it_reads_like_the_office(run: Run) -> None:
    said = run("show", "visit", "张小明")
    assert "张小明（三(2)班） 11月28日（周六）下午3:00 入户家访 王敏老师 已结束" in said
    assert "张小明妈妈 确认" in said


def test_same_names_are_told_apart_by_class_and_unknown_ones_are_guessed(cast: Cast, run: Run) -> None:
    other = type(cast.school_class)(school_id=cast.school.id, name="三(1)班", grade="三年级")
    cast.session.add(other)
    cast.session.flush()
    pupil(cast.session, other, "20230101", "张小明")
    with pytest.raises(click.ClickException, match=r"one of --class 三\(2\)班 .*--class 三\(1\)班"):
        run("show", "visit", "张小明")
    with pytest.raises(click.ClickException, match="no visit yet"):
        run("show", "visit", "张小明@三1班")
    with pytest.raises(click.ClickException, match="did you mean 张小明"):
        run("show", "visit", "张明")


@pytest.fixture
def told(cast: Cast) -> None:
    """The outbox after a proposal that the mother took."""
    visit = cast.visit("11-28 15:00")
    tell_family(cast.session, visit, "visit.offer", at("09-02 08:00"))
    visit.confirm(cast.session, cast.by_mother, at("09-02 09:00"))
    tell_teacher(cast.session, visit, "visit.confirmed", at("09-02 09:00"))


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("name", "owed"),
    [
        ("王敏", [("王敏", "visit.confirmed")]),
        ("张小明爸爸", [("张小明爸爸", "visit.offer")]),
        ("张小明@三(2)班爸爸", [("张小明爸爸", "visit.offer")]),
        ("张小明", [("张小明妈妈", "visit.offer"), ("张小明爸爸", "visit.offer")]),
    ],
)
def test_a_name_means_a_person_or_a_family(run: Run, name: str, owed: list[tuple[str, str]]) -> None:
    rows = shown(run, "notification", name)
    assert [(row["person"], row["kind"]) for row in rows] == owed
    assert {row["state"] for row in rows} == {"pending"}


def test_a_guardian_is_also_found_by_what_she_is_to_the_child(cast: Cast, run: Run) -> None:
    cast.mother.name = "李芳"
    tell_family(cast.session, cast.visit("11-28 15:00"), "visit.offer", at("09-02 08:00"))
    assert [row["person"] for row in shown(run, "notification", "张小明妈妈")] == ["李芳"]
    assert "李芳        visit.offer  待发" in run("show", "notification", "张小明")


def test_two_guardians_of_one_name_are_listed(cast: Cast, run: Run) -> None:
    lei = pupil(cast.session, cast.school_class, "20230299", "李雷")
    for student, name in ((cast.ming, "外婆"), (lei, "奶奶")):
        guardian(cast.session, student, name, 5).name = "王芳"
    assert cast.session.scalar(sa.select(sa.func.count()).select_from(Guardianship)) == 4
    with pytest.raises(click.ClickException, match=r"one of 张小明@三\(2\)班外婆, 李雷@三\(2\)班奶奶"):
        run("show", "notification", "王芳")
