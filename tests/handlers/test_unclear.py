"""What was asked back or not understood is kept, masked; what families tell is not (rulings 43)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from models.survey import PRE_VISIT, Survey
from models.unclear import NEW, Unclear
from tests.cast import Cast, at
from tests.handlers.talk import Talk


def kept(people: Cast) -> list[tuple[str, ...]]:
    rows = Unclear.of_school(people.session, people.school.id, NEW)
    return [(r.part, r.pending, r.intent, r.asked, r.text) for r in rows]


@pytest.mark.rule("rulings.43")
@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("张小明的事帮我弄一弄", ("unknown", "unknown", "〔名〕的事帮我弄一弄")),
        ("小明家的事帮我弄一弄，打13800138000", ("unknown", "unknown", "〔名〕家的事帮我弄一弄，打〔电话〕")),
        ("张晓明的事帮我弄一弄", ("unknown", "unknown", "〔名〕的事帮我弄一弄")),
        ("下周三8点去张小明家家访", ("book", "time:ampm", "下周三8点去〔名〕家家访")),
        ("这周六下午3点去张晓明家家访", ("book", "student_confirm", "这周六下午3点去〔名〕家家访")),
        ("这周六下午3点去诸葛亮家家访", ("book", "student_unknown", "这周六下午3点去〔名〕家家访")),
    ],
)
def test_a_teachers_words_are_kept_without_names(people: Cast, talk: Talk, text: str, row: tuple[str, ...]) -> None:
    talk.says(people.wang, text)
    assert kept(people) == [("teacher", "none", *row)]


@pytest.mark.parametrize(
    "text",
    [
        "这周六下午3点去张小明家家访",  # understood
        "去张小明家家访",  # a word is merely missing
        "去张小明家家访，周六下午",
        "帮助",
        "记录张晓明 妈妈说他八点才睡，爸爸在外地",  # a record, whoever it is about
        "谈心记录 张晓明 最近心情不好",  # not carried out, a record all the same
        "昨天有人打我，帮我弄一弄",  # danger
        "诸葛亮",  # nothing but a name
        "帮我弄一弄" * 30,  # a story
    ],
)
def test_what_is_clear_private_or_dangerous_is_not_kept(people: Cast, talk: Talk, text: str) -> None:
    talk.says(people.wang, text)
    assert kept(people) == []


def test_a_word_that_answers_nothing_is_kept_with_what_was_asked(people: Cast, talk: Talk) -> None:
    talk.says(people.wang, "去张小明家家访")
    talk.says(people.wang, "随便弄一弄")
    assert kept(people) == [("teacher", "time", "book", "unknown", "随便弄一弄")]


def test_a_tap_says_nothing_to_be_kept(people: Cast, talk: Talk) -> None:
    talk.says(people.wang, "下周三8点去张小明家家访")
    assert "发给家长" in talk.says(people.wang, "1")
    assert len(kept(people)) == 1


@pytest.mark.rule("rulings.43")
@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("小明爸爸那个啥嘞", ("ask", "unknown", "〔名〕爸爸那个啥嘞")),
        ("8点行不行，我是小明他妈妈", ("counter", "time:ampm", "8点行不行，我是〔名〕他妈妈")),
    ],
)
def test_a_familys_answer_to_a_proposal_is_kept_without_names(
    people: Cast, talk: Talk, text: str, row: tuple[str, ...]
) -> None:
    people.visit("11-28 15:00", "11-22 08:00")
    talk.says(people.mother, text)
    assert kept(people) == [("guardian", "confirmation", *row)]


def test_an_answer_to_a_questionnaire_is_not_kept(people: Cast, talk: Talk) -> None:
    visit = people.confirmed("11-28 15:00")
    Survey.begin(people.session, visit, PRE_VISIT, people.mother, at("11-23 08:00"))
    talk.says(people.mother, "那个啥")
    assert kept(people) == []


def test_the_words_are_sealed_and_nobodys(people: Cast, talk: Talk, session: Session) -> None:
    talk.says(people.wang, "张小明的事帮我弄一弄")
    (row,) = session.query(Unclear).all()
    assert "弄".encode() not in row.text_sealed
    assert {c.name for c in Unclear.__table__.columns if c.foreign_keys} == {"school_id"}
