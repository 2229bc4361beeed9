"""Whatever is typed gets a sensible answer, is no bug of ours, and does nothing by itself."""

from __future__ import annotations

import pytest

from models import handover
from models.visit import Visit
from models.visit_life import CONFIRMED, PROPOSED
from tests.cast import Cast
from tests.handlers.talk import Talk

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ODD = {
    "nothing": "",
    "blanks": " \u3000\n\t ",
    "emoji": "🎉🎉🎉",
    "flags and joiners": "👩‍👩‍👧🇨🇳\ufe0f",
    "control characters": "\x00\x07\x1b[31m\u202e\u200b",
    "the end of CDATA": "]]>",
    "markup": '<a href="weixin://bizmsgmenu?msgmenuid=1">可以</a>&amp;<!--',
    "braces": "{student} {0} %s ${x} {{}}",
    "a long word": "长" * 2000,
    "a long sentence": "孩子今天在学校表现怎么样？" * 150,
    "a long number": "9" * 400,
    "full-width": "１２３ＡＢＣ，。！？",
    "brackets": "[[[[((((（（（（【【【【",
    "forwarded": "【转发】家长群 08:01\n张妈妈：老师好\n李爸爸：可以的，周六下午3点\n———————",
    "a sticker in words": "[旺柴][捂脸]",
    "a red packet": "[微信红包]恭喜发财，大吉大利",
    "another language": "What is this about, please? Merci beaucoup. Спасибо",
    "another script": "مرحبا بالعالم שלום",
    "a number of a list": "0",
    "a date that is none": "2月30日25点",
    "a regex": "(((((((((a+)+)+)+)+)+)+)+)+)$" + "a" * 40,
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("who", ["wang", "zhou", "mother"])
@pytest.mark.parametrize("standing", ["nothing", PROPOSED, CONFIRMED])
@pytest.mark.rule("rulings.30")
def test_whatever_is_typed_is_answered(what: str, who: str, standing: str, people: Cast, talk: Talk) -> None:
    if standing == PROPOSED:
        people.visit("11-28 15:00", "11-23 08:00")
    if standing == CONFIRMED:
        people.confirmed("11-28 15:00", "11-23 08:00")
    before = [(v.id, v.state, v.steps) for v in people.session.query(Visit)]
    assert talk.says(getattr(people, who), ODD[what]).strip()
    assert [(v.id, v.state, v.steps) for v in people.session.query(Visit)] == before


@pytest.mark.parametrize("what", ODD)
@pytest.mark.rule("rulings.30")
def test_who_is_asked_by_a_colleague_takes_nothing_by_it(what: str, people: Cast, talk: Talk) -> None:
    visit = people.confirmed("11-28 15:00", "11-23 08:00", companions=(people.chen,))
    request = handover.ask(people.session, people.wang, people.zhou, [visit], talk.now)
    for colleague in (people.chen, people.zhou):
        assert talk.says(colleague, ODD[what]).strip()
    assert (visit.teacher_id, visit.companions[0].answer, request.answer) == (people.wang.id, "asked", "asked")


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize(
    "begun", ["这周六去张小明家家访", "去张小明家家访", "这周六下午3点去张小明家家访", "帮我约个家访"]
)
def test_an_unfinished_command_bears_it(what: str, begun: str, people: Cast, talk: Talk) -> None:
    talk.says(people.wang, begun)
    assert talk.says(people.wang, ODD[what]).strip()
    assert not people.session.query(Visit).all()
