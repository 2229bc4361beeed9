"""What is said outright: help, all is well, late, heard on the telephone; and what only looks like it."""

from __future__ import annotations

import pytest

from handlers.understanding.outright import (
    calls_for_help,
    heard_on_the_phone,
    is_safe,
    letter_in,
    minutes_late,
    outline_in,
    puts_survey_off,
    resumes_survey,
    survey_change,
    who_is_there,
)


@pytest.mark.rule("rulings.41")
@pytest.mark.parametrize(
    ("text", "help_me", "safe"),
    [
        ("救命", True, False),
        ("快来人，我有危险", True, False),
        ("帮我报警", True, False),
        ("我被堵在屋里了", True, False),
        ("没有危险，放心", False, False),
        ("需要报警吗？不用报警", False, False),
        ("报警了吗", False, False),
        ("平安", False, True),
        ("我已经平安到家了", False, True),
        ("报平安。", False, True),
        ("孩子平安吗", False, False),
    ],
)
def test_help_and_all_clear_are_told_from_talk_about_them(text, help_me, safe):
    assert (calls_for_help(text), is_safe(text)) == (help_me, safe)


@pytest.mark.rule("rulings.11")
@pytest.mark.parametrize(
    ("part", "text", "minutes"),
    [
        ("teacher", "我晚10分钟到", 10),
        ("teacher", "路上堵车晚到10分钟", 10),
        ("teacher", "不好意思，我可能要晚半个小时", 30),
        ("teacher", "张小明家晚半小时", None),  # another time for a visit
        ("teacher", "晚上8点到", None),
        ("teacher", "我晚点到", None),
        ("family", "老师，我们晚半小时", 30),
        ("family", "老师不好意思，加班，晚20分钟到家", 20),
        ("family", "孩子今天晚10分钟回家", 10),
        ("family", "晚半小时行吗", None),  # a wish, not news
        ("family", "晚上再说", None),
    ],
)
def test_how_late_somebody_will_be(part, text, minutes):
    assert minutes_late(text, part) == minutes


@pytest.mark.rule("Q5")
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("提纲", ""),
        ("看看张小明的提纲", ""),
        ("提纲 学优", "top"),
        ("张小明的访谈提纲用特殊关爱", "care"),
        ("提纲换成潜能生", "middle"),
        ("记录张小明 交流内容：按提纲谈了学习", None),
        ("按提纲谈完了，孩子很配合", None),
        ("提纲在哪里看？", None),
    ],
)
def test_an_outline_that_is_asked_for(text, kind):
    assert outline_in(text) == kind


@pytest.mark.rule("B9")
@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("到时候孩子和奶奶在家", "到时候孩子和奶奶在家"),
        ("可以，我和孩子都在家。", "我和孩子都在家"),
        ("周六我们都在", "周六我们都在"),
        ("那天只有奶奶在家", "那天只有奶奶在家"),
        ("好的老师，家里就我在", "家里就我在"),
        ("孩子不在家，去上课了", "孩子不在家，去上课了"),
        ("孩子在家总玩手机", None),
        ("孩子不在家怎么办？", None),
        ("我们不在家，改天吧", None),  # a wish for another day
        ("孩子在学校表现怎么样", None),
        ("奶奶在医院", None),
        ("可以", None),
        ("孩子", None),
    ],
)
def test_who_will_be_at_home(text, who):
    assert who_is_there(text) == who


@pytest.mark.rule("rulings.12")
@pytest.mark.parametrize(
    ("text", "head", "body"),
    [
        ("给张小明家发一封书面家访信：您好", "给张小明家发一封书面家访信", "您好"),
        ("书面家访张小明，内容：作业有进步", "书面家访张小明", "作业有进步"),
        ("书面家访张小明，内容是作业：都好", "书面家访张小明", "作业：都好"),
        ("给张小明妈妈写信:\n您好：\n周六见", "给张小明妈妈写信", "您好：\n周六见"),
        ("写信给李雷家长\n李雷进步了", "写信给李雷家长", "李雷进步了"),
        ("用书面形式家访张小明", "用书面形式家访张小明", ""),
        ("帮我给李雷家写一封家访信。", "帮我给李雷家写一封家访信", ""),
    ],
)
def test_a_letter_is_cut_off_from_whom_it_is_for(text, head, body):
    assert letter_in(text) == (head, body)


@pytest.mark.parametrize(
    "text",
    [
        "取消给张小明的书面家访",
        "张小明妈妈写信来说孩子病了",
        "记录张小明 交流内容：给家长写信，家长支持",
        "这周六下午3点去张小明家家访",
        "给张小明妈妈打电话",
        "书面作业张小明没交：两次",
    ],
)
def test_what_only_speaks_of_a_letter_is_none(text):
    assert letter_in(text) is None


@pytest.mark.rule("rulings.25")
@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("张小明妈妈电话里同意了", ("yes", "")),
        ("李雷家长说可以", ("yes", "")),
        ("王芳家长不同意", ("no", "")),
        ("王芳爸爸打电话说不方便", ("no", "")),
        ("李雷爸爸说周日上午10点", ("move", "周日上午10点")),
        ("李雷妈妈电话里说改到周日上午10点可以", ("move", "周日上午10点")),
        ("李雷妈妈同意了吗", None),
        ("李雷妈妈说孩子最近很好，同意多读书", None),
        ("明天给李雷妈妈打电话", None),
    ],
)
def test_what_a_family_has_said_on_the_telephone(text, heard):
    assert heard_on_the_phone(text) == heard


@pytest.mark.rule("rulings.13")
@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("第2题改成4", (2, "4")),
        ("第二题改为4分。", (2, "4分")),
        ("不好意思，第1题应该是不满意", (1, "不满意")),
        ("把第5题改成：希望多联系", (5, "希望多联系")),
        ("上一题改成否", (None, "否")),
        ("刚才那题选错了", (None, "")),
        ("第３题改一下", (3, "")),
        ("数学第2题不会做", None),
        ("改成周日上午10点", None),
        ("4", None),
    ],
)
def test_a_correction_names_its_question(text, change):
    assert survey_change(text) == change


@pytest.mark.rule("S7")
@pytest.mark.parametrize(
    ("text", "on", "off"),
    [
        ("继续问卷", True, False),
        ("接着填", True, False),
        ("填问卷", True, False),
        ("晚点再填", False, True),
        ("现在没空，晚上填", False, True),
        ("继续接收", False, False),
        ("作业晚上再写", False, False),
        ("问卷里怎么没有这个问题", False, False),
    ],
)
def test_a_questionnaire_is_gone_on_with_or_put_off(text, on, off):
    assert (resumes_survey(text), puts_survey_off(text)) == (on, off)
