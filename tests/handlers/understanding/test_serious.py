"""What of a record the leaders should know, and what only sounds like it (R6)."""

from __future__ import annotations

import pytest

from handlers.understanding.serious import findings


@pytest.mark.rule("R6")
@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("妈妈说爸爸喝酒后打过他两次", "abuse"),
        ("孩子挨打后不敢回家", "abuse"),
        ("奶奶气急了就用衣架打他", "abuse"),
        ("继父经常打骂孩子", "abuse"),
        ("犯错就不让吃饭", "abuse"),
        ("存在家庭暴力", "abuse"),
        ("手臂上有淤青", "harm"),
        ("发现手腕上有几道划痕", "harm"),
        ("在学校被几个高年级同学欺负", "bullying"),
        ("同桌长期孤立她", "bullying"),
        ("有人向他收保护费", "bullying"),
        ("孩子说过活着没意思", "self_harm"),
        ("写过遗书", "self_harm"),
        ("情绪不好时会用笔划自己", "self_harm"),
        ("孩子不想上学了，想去打工", "drop_out"),
        ("下学期打算辍学", "drop_out"),
        ("已经一周没来上学", "drop_out"),
        ("爸爸断了生活费，家里吃不上饭", "cut_off"),
        ("孩子一个人在家过夜", "cut_off"),
        ("父母都联系不上", "cut_off"),
        ("他被同学打过，现在没有被打", "bullying"),
    ],
)
def test_a_serious_sentence_is_found_with_its_kind(sentence: str, kind: str) -> None:
    assert [f.kind for f in findings(f"家里很整洁。{sentence}。孩子爱看书。")] == [kind]


@pytest.mark.rule("R6")
@pytest.mark.parametrize(
    "sentence",
    [
        "没有被同学欺负",
        "没有家暴、欺凌、辍学等情况",
        "家里没有打骂现象",
        "父母从不打孩子",
        "未发现身上有伤痕",
        "不存在校园欺凌",
        "爸爸在外打工，每周打电话回来",
        "爸爸常打牌，妈妈打扫卫生",
        "爸爸和孩子打篮球",
        "妈妈给他打好基础",
        "担心孩子以后被欺负",
        "看了反欺凌主题班会的视频",
        "写作业时打瞌睡",
        "骑车摔伤过膝盖，已好",
        "笑死人的故事他都记得",
        "孩子不想上补习班",
        "没有读书的习惯",
        "不会打游戏",
        "控辍保学政策已宣传",
        "小名叫打打",
        "数学考得不好，很受打击",
        "和妈妈商量好不打骂，多鼓励",
        "奶奶打算明年回老家",
        "胳膊上有块胎记",
    ],
)
def test_denials_lessons_and_mere_sounds_are_none(sentence: str) -> None:
    assert findings(sentence) == []


@pytest.mark.rule("R6")
def test_each_serious_sentence_stands_once_and_as_it_was_written() -> None:
    text = "挨打过。天气好！挨打过\n身上有伤，没去医院；"
    assert [f.sentence for f in findings(text)] == ["挨打过", "身上有伤，没去医院"]
