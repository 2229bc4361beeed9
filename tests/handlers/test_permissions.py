"""Another family, another class, a stranger: they see nothing of a visit and change nothing, whatever they send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from handlers import topics as topics
from handlers.registry import _taps
from models import handover
from models.action_item import ActionItem
from models.concern import RAISED, Concern
from models.consent import Consent
from models.followup import ASKED, EFFECT, FollowUp
from models.handover import HandedVisit, Handover
from models.hours import HeldHour
from models.identity import Binding, Identity
from models.note import Note
from models.notification import Notification
from models.person import SUBJECT, Person, Role
from models.record import Record
from models.school import SchoolClass
from models.student import Guardianship
from models.survey import SATISFACTION, Survey
from models.visit import Visit
from tests.cast import Cast, at, guardian, pupil, staff
from tests.handlers.talk import Talk

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

SEEN = ("张小明", "王敏", "11月28日", "11月29日", "数学", "杏花路")
#: What a family has that nobody else may touch.
ROWS = (
    Visit,
    Survey,
    FollowUp,
    Record,
    HeldHour,
    Guardianship,
    Notification,
    Note,
    Handover,
    HandedVisit,
    ActionItem,
    Concern,
)
ASKED_FOR = ("visit", "counter", "phone", "record")


@dataclass
class Secret:
    """Everything that hangs on the family of 张小明."""

    offered: Visit
    countered: Visit
    held: Visit
    survey: Survey
    followup: FollowUp
    item: ActionItem
    concern: Concern
    family: tuple[int, ...]
    tie: int
    request: Handover

    def subjects(self, deed: str) -> list[tuple[int, int]]:
        """Row ids that a tap of that deed can name, with the step that makes it look fresh."""
        if deed.startswith("survey."):
            return [(self.survey.id, self.survey.step)]
        if deed.startswith("handover."):
            return [(self.request.id, 0)]
        if deed.startswith("followup."):
            return [(self.followup.id, 0)]
        if deed == "concern.see":
            return [(self.concern.id, 0)]
        if deed.startswith("item."):
            return [(self.item.id, 0)]
        if deed == "erasure.ask":
            return [(self.offered.student_id, 0)]
        if deed.startswith("bind."):
            return [(self.tie, 0)]
        return [(v.id, v.steps) for v in (self.offered, self.countered, self.held)]


@pytest.fixture
def secret(people: Cast) -> Secret:
    session = people.session
    people.ming.address = "云溪市青禾区杏花路18号"
    people.school.account = "demo"
    offered = people.visit("11-28 15:00", "11-23 08:00")
    other = people.visit("11-29 15:00", "11-23 08:00")
    other.counter(session, people.by_mother, at("11-29 10:00"), at("11-23 08:01"))
    held = people.held("11-20 15:00", "11-20 15:40")
    survey = Survey.begin(session, held, SATISFACTION, people.mother, at("11-20 18:00"))
    followup = FollowUp(school_id=held.school_id, visit_id=held.id, person_id=people.mother.id, state=ASKED)
    followup.stage, followup.part, followup.asked_at = EFFECT, "guardian", at("11-22 19:00")
    session.add(followup)
    session.flush()
    tie = session.scalars(sa.select(Guardianship).where(Guardianship.person_id == people.mother.id)).one()
    request = handover.ask(session, people.wang, people.chen, [offered], at("11-23 08:00"))
    concern = Concern.keep(session, people.ming, people.wang, ["数学课上哭了"], at("11-21 08:00"), RAISED)
    item = ActionItem.note(session, people.ming, people.wang.id, "问数学作业", at("11-21 08:00"), at("11-25 16:30"))
    return Secret(
        offered, other, held, survey, followup, item, concern, (people.mother.id, people.father.id), tie.id, request
    )


@pytest.fixture(params=["another family", "another class", "a stranger"])
def outsider(request: pytest.FixtureRequest, people: Cast) -> Person | Identity:
    session = people.session
    if request.param == "a stranger":
        return Identity.reached(session, "demo", "openid-of-a-stranger")
    other = SchoolClass(school_id=people.school.id, name="四(1)班", grade="四年级")
    session.add(other)
    session.flush()
    if request.param == "another class":
        return staff(session, people.school, "徐建平", Role(name=SUBJECT, class_id=other.id))
    return guardian(session, pupil(session, other, "20220101", "赵小红"), "妈妈", 0)


def snapshot(people: Cast, secret: Secret) -> list[Any]:
    session = people.session
    session.flush()
    rows = [
        tuple(r)
        for kind in ROWS
        for r in session.execute(sa.select(kind.__table__).order_by(*kind.__table__.primary_key))
    ]
    for kind in (Binding, Consent):
        table = kind.__table__
        rows += [tuple(r) for r in session.execute(sa.select(table).where(table.c.person_id.in_(secret.family)))]
    return rows


#: 更多 brings examples, which name the very child of this test.
SPEAKING_OF_ROWS = sorted(set(_taps) - {"help.more"})


@pytest.mark.parametrize("deed", SPEAKING_OF_ROWS)
@pytest.mark.rule("rel.I4")
def test_a_tap_about_another_family_changes_and_shows_nothing(
    deed: str, people: Cast, secret: Secret, outsider: Person | Identity, talk: Talk
) -> None:
    before, who = snapshot(people, secret), talk.identity(outsider)
    for subject, step in secret.subjects(deed):
        for value in ("", "1", "phone", "clear"):
            said = talk.taps(who, talk.offered(who, deed, subject, round=step, value=value))
            assert not [word for word in SEEN if word in said], said
    assert snapshot(people, secret) == before


def test_the_tap_of_somebody_else_is_nobodys(
    people: Cast, secret: Secret, outsider: Person | Identity, talk: Talk
) -> None:
    tap = talk.offered(people.mother, "visit.confirm", secret.offered.id, round=secret.offered.steps)
    before = snapshot(people, secret)
    assert not [word for word in SEEN if word in talk.taps(outsider, tap)]
    assert snapshot(people, secret) == before


@pytest.mark.parametrize(
    "text",
    [
        "可以", "不方便", "周日上午10点行吗", "换成电话吧", "取消张小明的家访", "张小明的家访改到周日上午10点", "详情", "我的家访", "简报",
        "签到", "签退", "家里没人", "撤销", "提交", "5", "1", "明显", "退订", "解绑", "发给家长", "好的", "今天", "本周", "也提醒我",
        "张小明的家访请陈静老师代", "接手", "接不了", "王敏老师本周的家访我来代",
        "张小明的家访请陈静老师一起去", "张小明的家访不用陈静老师一起去了", "一起去", "都一起去", "都去不了",
        "三(2)班本周家访全部推迟到下周同一时间", "三(2)班本周家访全部取消", "周六的家访都改到周日", "还是按原时间", "1第二个 2周日那个", "电话清单", "记录张小明 交流内容：谈了作业。发现的问题：无。家长意见：无。后续措施：无。提交", "张小明家长同意了", "张小明的情况",
    ],
)  # fmt: skip
@pytest.mark.rule("R5")
def test_no_words_reach_another_family(
    text: str, people: Cast, secret: Secret, outsider: Person | Identity, talk: Talk
) -> None:
    before = snapshot(people, secret)
    said = talk.says(outsider, text)
    assert not [word for word in SEEN if word in said.replace(text, "") and word not in ("张小明",)], said
    assert snapshot(people, secret) == before


@pytest.mark.rule("R5")
def test_a_teacher_of_another_class_books_nobody_elses_children(people: Cast, talk: Talk) -> None:
    other = SchoolClass(school_id=people.school.id, name="四(1)班", grade="四年级")
    people.session.add(other)
    people.session.flush()
    stranger = staff(people.session, people.school, "徐建平", Role(name=SUBJECT, class_id=other.id))
    assert "发给家长" not in talk.says(stranger, "这周六下午3点去张小明家家访")
    assert people.session.scalar(sa.select(sa.func.count()).select_from(Visit)) == 0


@pytest.mark.rule("rulings.19")
def test_a_stranger_hears_the_hint_whatever_it_is(people: Cast, secret: Secret, talk: Talk) -> None:
    stranger = Identity.reached(people.session, "demo", "openid-of-a-stranger")
    for text in ("你好", "可以", "1", "这周六下午3点去张小明家家访", "详情", "同意"):
        assert "您还没有绑定" in talk.says(stranger, text)
