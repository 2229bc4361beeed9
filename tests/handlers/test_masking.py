"""What tells who or where somebody is gives way; times, the school's words and grammar stay (rulings 43)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.masking import blank, mask
from handlers.understanding.normalise import simplify

NAMES = ("张小明", "李雷", "王敏", "欧阳娜娜", "古丽娜尔·买买提", "周一鸣", "Tom")
GONE = """
这周六下午3点去张小明家家访 | 这周六下午3点去〔名〕家家访
去張小明家 | 去〔名〕家
周三晚上7点半给欧阳娜娜妈妈打电话 | 周三晚上7点半给〔名〕妈妈打电话
周一下午周一鸣爸爸有空 | 周一下午〔名〕爸爸有空
古丽娜尔·买买提那边下周再说 | 〔名〕那边下周再说
张\u200b小明家 | 〔名〕家
ｔｏｍ家 | 〔名〕家
和王大锤妈妈约明天下午四点 | 和〔名〕妈妈约明天下午四点
去不了刘洋家 | 去不了〔名〕家
家访孙悦、何静、唐糖 | 家访〔名〕、〔名〕、〔名〕
我叫赵六一 | 我叫〔名〕
王老师周三有空吗 | 〔名〕老师周三有空吗
电话138 0013 8000，或者0571-88886666 | 电话〔电话〕，或者〔电话〕
打１３８００１３８０００ | 打〔电话〕
打①③⑧⑥⑦⑧⑨ | 打〔数〕
幺三八零零幺三八零零零 | 〔电话〕
身份证33010219900101123X | 身份证〔证件〕
学号20230207请假 | 学号〔数〕请假
卡号6222 0212 3456 7890 | 卡号〔数〕
绑定 A3F7K9 | 绑定 〔码〕
微信号zhang_ming | 微信号〔账号〕
我的微信zm_88k6 | 我的微信〔账号〕
发到zhang.min@example.com吧 | 发到〔账号〕吧
车牌浙A12345 | 车牌〔车牌〕
家住阳光小区3栋2单元501室 | 家住〔地址〕
地址改成杏花路12号，周六下午三点见 | 地址改成〔地址〕，周六下午三点见
搬到杭州市西湖区文三路90号 | 搬到〔地址〕
周六文三路口见 | 周六〔地址〕口见
下午三点半和平路见 | 下午三点半〔地址〕见
12号楼3单元 | 〔地址〕
二十八号上午，三号楼502 | 二十八号上午，〔地址〕
"""
STAYS = """
改到11月28日（周六）下午3:00行吗
2026-11-28 15:00可以吗
明天10-11点，或者后天14-16点
周一三五都可以，8点以后
二十八号下午两点一刻
三（2）班明天几点开家长会
我还在上班路上，晚点回复您
孩子走路上学，马路对面
取消周六的家访
谢谢老师，到时候我在家等您
不方便，换个时间吧
下个星期再约可以吗
"""


@pytest.mark.rule("rulings.43")
@pytest.mark.parametrize("row", GONE.strip().splitlines())
def test_who_and_where_gives_way(row: str) -> None:
    text, masked = row.split(" | ")
    assert mask(text, NAMES) == masked


@pytest.mark.parametrize("text", STAYS.strip().splitlines())
def test_what_is_asked_and_when_stays(text: str) -> None:
    assert mask(text, NAMES) == text


@pytest.mark.parametrize(("text", "nothing"), [("〔名〕", True), ("〔名〕，〔电话〕！", True), ("〔名〕家", False)])
def test_nothing_but_placeholders_teaches_nothing(text: str, nothing: bool) -> None:
    assert blank(text) is nothing


PIECES = [
    *NAMES,
    "12345",
    *"去家周六下午三点半的、，。 -年路号楼1２③四五幺abc",
    "13800138000",
    "\u200b",
    "張",
    "小明",
    "我叫",
    "老师",
]


@pytest.mark.rule("rulings.43")
@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=40))
def test_no_known_name_and_no_long_number_survives(text: str) -> None:
    masked = mask(text, NAMES)
    for written in (masked, simplify(masked).text):
        assert not re.search(r"\d{5,}", written)
        assert not any(name in written for name in (*NAMES, "tom"))
