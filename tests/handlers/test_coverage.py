"""What is asked about coverage, by whom, and what is answered: teachers, leaders, others."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models.history import ReadLog
from models.identity import Identity
from models.person import GRADE_HEAD, HOMEROOM, MENTOR, SUBJECT, Person, Role
from models.school import SchoolClass
from models.student import Student
from models.survey import SATISFACTION, Survey
from models.visit import Visit
from tests.cast import Cast, at, guardian, pupil, staff
from tests.handlers.talk import Talk

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
ASKED = ("本班进度", "还有谁没家访", "全校进度", "三年级进度", "逾期记录", "满意度", "推荐家访")


@pytest.fixture
def other(people: Cast) -> SchoolClass:
    room = SchoolClass(school_id=people.school.id, name="四(1)班", grade="四年级")
    people.session.add(room)
    people.session.flush()
    return room


def held(people: Cast, student: Student, day: str, form: str = "at_home", state: str = "held") -> Visit:
    row = Visit(school_id=people.school.id, student_id=student.id, teacher_id=people.wang.id, state=state, form=form)
    row.starts_at = at(day)
    row.ends_at = row.held_at = row.starts_at + timedelta(minutes=40)
    people.session.add(row)
    people.session.flush()
    return row


@pytest.mark.rule("P1")
def test_the_homeroom_teacher_reads_figures_and_names(people: Cast, talk: Talk) -> None:
    lei = pupil(people.session, people.school_class, "20230208", "李雷")
    pupil(people.session, people.school_class, "20230209", "韩梅梅")
    guardian(people.session, lei, "妈妈", 0)
    held(people, people.ming, "11-20 15:00")
    said = talk.says(people.chen, "本班进度")
    assert "三(2)班家访进度（2026-2027学年第一学期）" in said
    assert "本学期已家访 1/3 名（33%）" in said
    assert "微信联系不上 1 名" in said
    assert "还没访够的 2 名：李雷、韩梅梅（要打电话）" in said
    assert "您任教" not in said


@pytest.mark.rule("P6")
def test_a_subject_teacher_reads_her_share(people: Cast, talk: Talk) -> None:
    held(people, people.ming, "11-20 15:00")
    assert "您任教 1 名学生，本学期您家访过 1 名，目标 1 名（20%）" in talk.says(people.wang, "家访进度")


@pytest.mark.rule("A7")
def test_classes_stand_in_the_rosters_order_whatever_their_figures(
    people: Cast, other: SchoolClass, talk: Talk
) -> None:
    held(people, pupil(people.session, other, "20220101", "赵小红"), "11-20 15:00")
    said = talk.says(people.zhou, "全校进度")
    assert said.index("三年级：0/1（0%）") < said.index("四年级：1/1（100%）")


@pytest.mark.rule("R5")
def test_a_grade_head_sees_her_grade_and_no_other(people: Cast, other: SchoolClass, talk: Talk) -> None:
    head = staff(people.session, people.school, "郑海燕", Role(name=GRADE_HEAD, grade="四年级"))
    pupil(people.session, other, "20220101", "赵小红")
    assert "四年级家访进度" in talk.says(head, "家访进度")
    assert "只能看" in talk.says(head, "全校进度")
    assert "只能看" in talk.says(head, "三(2)班进度")
    assert "只能看" in talk.says(head, "三年级进度")
    assert "四年级家访进度" in talk.says(head, "4年级进度")
    assert "只能看" in talk.says(head, "三年级满意度")


@pytest.mark.rule("R5")
@pytest.mark.parametrize("deed", ["coverage.class", "coverage.more", "coverage.grade"])
def test_a_tap_on_a_class_of_others_shows_nothing(people: Cast, other: SchoolClass, talk: Talk, deed: str) -> None:
    stranger = staff(people.session, people.school, "徐建平", Role(name=SUBJECT, class_id=other.id))
    for who in (stranger, people.mother):
        tap = talk.offered(who, deed, people.school_class.id, value="三年级" if deed.endswith("grade") else "0")
        assert talk.taps(who, tap).count("张小明") == 0
        assert "家访进度" not in talk.taps(who, tap)


def test_a_mentor_without_a_class_reads_of_the_mentees(people: Cast, talk: Talk) -> None:
    mentor = staff(people.session, people.school, "方文博", Role(name=MENTOR, student_id=people.ming.id))
    assert "包保学生家访进度" in talk.says(mentor, "家访进度")


def test_a_long_list_comes_page_by_page(people: Cast, talk: Talk) -> None:
    for n in range(64):
        pupil(people.session, people.school_class, f"3{n:03}", f"学生{n:02}")
    said = talk.says(people.chen, "本班进度")
    assert ["第1–30名" in said, "学生28（" in said, "学生29（" in said] == [True, True, False]
    assert "第31–60名：学生29" in talk.says(people.chen, "更多")
    assert "第61–65名" in talk.says(people.chen, "更多")


@pytest.mark.rule("P12")
def test_key_students_come_first_and_neighbours_behind_them(people: Cast, talk: Talk) -> None:
    session = people.session
    people.ming.address = "云溪市青禾区杏花路18号3幢201室"
    far, near, key = (pupil(session, people.school_class, f"2023030{n}", name) for n, name in enumerate("远近重"))
    far.address, near.address, key.address = "柳林街5号", "云溪市青禾区杏花路7号", "杏花路9号"
    key.categories = ["单亲"]
    session.flush()
    said = talk.says(people.chen, "下一个该家访谁")
    shown = [line.split("（")[0] for line in said.splitlines() if line.startswith("· ")]
    assert shown == ["· 重", "· 张小明", "· 近", "· 远"]
    assert "和重住得近（杏花路）" in said
    reads = session.scalars(sa.select(ReadLog.student_id).where(ReadLog.person_id == people.chen.id)).all()
    assert sorted(reads) == sorted(s.id for s in (people.ming, far, near, key))


@pytest.mark.rule("P4")
def test_a_key_student_who_was_just_visited_waits_behind_the_others(people: Cast, talk: Talk) -> None:
    key = pupil(people.session, people.school_class, "20230301", "重")
    key.categories = ["单亲"]
    visited = held(people, key, "11-20 15:00")

    def shown() -> list[str]:
        said = talk.says(people.chen, "推荐家访")
        return [line.split("（")[0] for line in said.splitlines() if line.startswith("· ")]

    assert shown() == ["· 张小明", "· 重"]
    visited.starts_at = at("10-10 15:00")
    people.session.flush()
    assert shown() == ["· 重", "· 张小明"]


@pytest.mark.rule("P12")
def test_a_tap_begins_a_booking_and_asks_for_the_time(people: Cast, talk: Talk) -> None:
    talk.says(people.chen, "推荐家访")
    asked = talk.says(people.chen, "1")
    assert "什么时候" in asked or "时间" in asked
    assert "发给家长" in talk.says(people.chen, "周六下午3点")


@pytest.mark.rule("R5")
def test_who_only_leads_opens_no_address(people: Cast, talk: Talk) -> None:
    people.ming.address = "杏花路18号"
    assert "张小明" not in talk.says(people.zhou, "推荐家访")
    assert people.session.scalar(sa.select(sa.func.count()).select_from(ReadLog)) == 0


@pytest.mark.rule("R1")
def test_overdue_records_are_shown_to_who_answers_for_them(people: Cast, other: SchoolClass, talk: Talk) -> None:
    held(people, people.ming, "11-20 15:00")
    stranger = staff(people.session, people.school, "徐建平", Role(name=HOMEROOM, class_id=other.id))
    colleague = staff(people.session, people.school, "李国强", Role(name=SUBJECT, class_id=people.school_class.id))
    for person in (people.wang, people.chen, people.zhou):
        assert "王敏老师：张小明（三(2)班） 11月20日（周五）" in talk.says(person, "逾期记录")
    for person in (stranger, colleague):
        assert "没有逾期未交" in talk.says(person, "逾期记录")


@pytest.mark.rule("S6")
def test_satisfaction_is_for_leaders(people: Cast, talk: Talk) -> None:
    assert "不足5份，不显示" in talk.says(people.zhou, "满意度")
    for person in (people.wang, people.chen):
        assert "满意度由年级组长、德育处和校长查看" in talk.says(person, "满意度")


@pytest.mark.rule("S4")
def test_from_five_answers_on_leaders_read_the_rate_of_the_term(people: Cast, talk: Talk) -> None:
    for n, overall in enumerate((5, 5, 4, 4, 2)):
        survey = Survey.begin(people.session, held(people, people.ming, f"11-1{n} 15:00"), SATISFACTION, people.mother,
                              at("11-20 18:00"))  # fmt: skip
        survey.answer(overall, at("11-20 18:05"))
    people.session.flush()
    assert "三年级：80%（5份）\n三(2)班：80%（5份）" in talk.says(people.zhou, "三年级满意度")
    head = staff(people.session, people.school, "郑海燕", Role(name=GRADE_HEAD, grade="三年级"))
    assert "80%（5份）" in talk.says(head, "满意度")


@pytest.mark.rule("rulings.19")
@pytest.mark.parametrize("text", ASKED)
def test_families_and_strangers_learn_nothing(people: Cast, talk: Talk, text: str) -> None:
    held(people, people.ming, "11-20 15:00")
    stranger: Person | Identity = Identity.reached(people.session, "demo", "openid-of-a-stranger")
    for who in (people.mother, stranger):
        said = talk.says(who, text)
        assert not [word for word in ("0/1", "1/1", "王敏老师：", "· ", "不显示") if word in said], said
