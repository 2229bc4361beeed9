"""The small school whose messages the tables of cases hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from handlers.understanding import Context, Known, OpenVisit, Question, Roster, Teacher

SCHOOL = ZoneInfo("Asia/Shanghai")
CASES = Path(__file__).parent / "cases"
WEDNESDAY = datetime(2026, 9, 9, 10, 0, tzinfo=SCHOOL)
EVENING = datetime(2026, 9, 9, 18, 20, tzinfo=SCHOOL)
SECOND = "张小明 李雷 韩梅梅 王芳 刘洋 陈晨 赵子轩 孙悦 周一鸣 李明 王明 欧阳娜娜 张伟 黄诗涵 吴昊 徐梓涵 朱梓涵 林小雨 何小雨 高天天 马晓东 郭子豪 罗一诺 梁爽 宋佳琪 唐糖 古丽娜尔·买买提"
FIRST = "张伟 李想 王子涵 陈思远 杨帆 许诺"
ROSTER = Roster.of(
    [Known(f"b{at}", name, "三(2)班") for at, name in enumerate(SECOND.split())]
    + [Known(f"a{at}", name, "三(1)班") for at, name in enumerate(FIRST.split())],
    [
        Teacher("t1", "陈静"),
        Teacher("t2", "李国强", "李老师", "数学"),
        Teacher("t3", "王敏", "王老师", "英语"),
        Teacher("t4", "赵立", "赵老师"),
        Teacher("t5", "刘倩", "刘老师", "心理"),
    ],
    ["三(1)班", "三(2)班"],
)


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute)


ASKED = OpenVisit("v1", "张小明", _at(12, 15, 30), "入户", "陈静")
VISITS = (
    OpenVisit("v1", "张小明", _at(11, 19), "入户"),
    OpenVisit("v2", "王芳", _at(12, 10), "入户"),
    OpenVisit("v3", "李雷", _at(10, 19, 30), "电话"),
    OpenVisit("v4", "刘洋", _at(12, 15), "入户"),
    OpenVisit("v5", "韩梅梅", _at(16, 18, 30), "视频"),
)
FORMS = ("入户", "电话", "视频", "来校", "书面")
LABELS = {"1": "非常不满意", "2": "不满意", "3": "一般", "4": "满意", "5": "非常满意"}
QUESTIONS = {
    "rating": Question("rating", "您对本次家访是否满意？请回复1-5分", (1, 5), LABELS),
    "yes_no": Question("yes_no", "老师是否按时到访？"),
    "choice": Question(
        "single_choice", "下次用哪种方式？", options={"A": "入户", "B": "电话", "C": "视频", "D": "来校"}
    ),
    "free": Question("free_text", "您还有什么建议？"),
    "concern": Question(
        "single_choice",
        "您最关心孩子哪方面？",
        options={"A": "学习成绩", "B": "行为习惯", "C": "心理健康", "D": "同学关系"},
    ),
    "often": Question(
        "single_choice",
        "多久家访一次合适？",
        options={"A": "每月一次", "B": "每学期一次", "C": "每学年一次", "D": "有需要再来"},
    ),
    "when": Question(
        "single_choice", "您什么时间方便？", options={"A": "工作日白天", "B": "工作日晚上", "C": "周六", "D": "周日"}
    ),
    "beforehand": Question("yes_no", "老师家访前是否提前与您联系？"),
    "willing": Question("yes_no", "您是否愿意再次接受家访？"),
    "integrity": Question("yes_no", "老师遵守了“六不准”吗（不收礼、不吃请、不提私人要求等）？"),
    "gifts": Question("yes_no", "老师是否收受了礼品或宴请？"),
    "told": Question("yes_no", "老师是否向您说明了家访的目的？"),
    "there": Question("yes_no", "家访时孩子是否在场？"),
    "disturbs": Question("yes_no", "本次家访是否打扰到您的生活？"),
    "progress": Question("yes_no", "家访后孩子是否有进步？"),
    "helps": Question("yes_no", "这次家访对您有帮助吗？"),
    "manner": Question("yes_no", "老师的态度是否耐心？"),
    "checked": Question("yes_no", "老师是否查看了孩子的书桌？"),
}
OFFER = {"1": "2026-09-12T10:00", "2": "2026-09-13T15:00", "3": "都不方便"}
TEACHER = Context("teacher", "陈静", ROSTER, visits=VISITS)


def guardian(pending: str = "confirmation", **more: Any) -> Context:
    visit = None if pending == "none" else more.pop("visit", ASKED)
    return Context("guardian", roster=ROSTER, visit=visit, pending=pending, **more)


def rows(name: str) -> Iterator[list[str]]:
    """The rows of a table of cases; columns that are left out are empty."""
    for line in (CASES / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield [*line.split("\t"), "", "", "", "", ""]


def hour(at: str, usual: datetime) -> datetime:
    """When a row was said, if it says so."""
    return datetime.fromisoformat(at).replace(tzinfo=SCHOOL) if at else usual


def visit_of(written: str) -> OpenVisit:
    """The visit a row is about, `2026-11-23T19:00 电话`, or the usual one."""
    if not written:
        return ASKED
    start, form = written.split()
    return OpenVisit("v1", "张小明", datetime.fromisoformat(start), form, "陈静")


def written(moment: dict[str, Any] | None) -> str:
    """A moment as the tables write it: 2026-09-12 15:30~, a range with ` - `, ? for a question."""
    if not moment or moment.get("none"):
        return "none" if moment else ""
    if "ask" in moment:
        return "?"
    said = moment.get("start", "").replace("T", " ").strip()
    if "end" in moment:
        said += " - " + moment["end"].replace("T", " ")
    if moment.get("daypart"):
        said += " " + moment["daypart"]
    return said + ("~" if moment.get("confirm") else "")


def means(got: str, wanted: str) -> bool:
    """~ is demanded where the table has it, and allowed where it has not."""
    return any(got == each or got.rstrip("~") == each for each in wanted.split(" | "))
