"""The service accounts (服务号) that the sandbox stands in for, as the configuration names them."""

from collections.abc import Iterable, Mapping
from typing import Protocol

#: Real appids are "wx" and 16 hex digits, so nobody's account can begin like this.
SANDBOX_APPID = "wxsandbox"

#: What a parent reads above and inside a card when the configuration gives no Chinese for it.
TITLES = {
    "visit": "家访预约通知",
    "reminder": "家访提醒",
    "survey": "家访评价邀请",
    "task": "家校任务提醒",
    "record": "家访记录提醒",
    "alert": "安全提醒",
    "brief": "家访日程提醒",
}
LABELS = {
    "student": "学生姓名",
    "students": "学生姓名",
    "time": "时间",
    "when": "时间",
    "starts_at": "时间",
    "deadline": "截止时间",
    "due": "截止时间",
    "teacher": "老师",
    "guardian": "家长",
    "school": "学校",
    "class": "班级",
    "class_name": "班级",
    "place": "地点",
    "address": "地点",
    "form": "方式",
    "purpose": "事由",
    "topic": "事由",
    "subject": "事由",
    "status": "状态",
    "state": "状态",
    "note": "备注",
    "remark": "备注",
    "task": "任务",
    "count": "数量",
    "content": "内容",
    "action": "操作",
}


class Template(Protocol):
    """A message template: its id and which fact of ours stands in which field."""

    @property
    def id(self) -> str: ...
    @property
    def fields(self) -> Mapping[str, str]: ...


class Account(Protocol):
    """What the platform knows of an account."""

    @property
    def name(self) -> str: ...
    @property
    def appid(self) -> str: ...
    @property
    def secret(self) -> str: ...
    @property
    def token(self) -> str: ...
    @property
    def aes_key(self) -> str: ...
    @property
    def original_id(self) -> str: ...
    @property
    def templates(self) -> Mapping[str, Template]: ...


class RealAccount(ValueError):
    """The configuration names an account that is not the sandbox's own."""


def check_accounts(accounts: Iterable[Account]) -> None:
    """Refuse an account that could exist outside the sandbox, and two of one name or appid."""
    seen: set[str] = set()
    for account in accounts:
        if not account.appid.startswith(SANDBOX_APPID):
            raise RealAccount(
                f"the sandbox is for invented accounts only: wechat.{account.name}.appid"
                f" must begin with {SANDBOX_APPID}, not {account.appid[:6]}…"
            )
        for mark in (f"name {account.name}", f"appid {account.appid}"):
            if mark in seen:
                raise ValueError(f"two accounts with the {mark}")
            seen.add(mark)


def title_of(kind: str, template: Template) -> str:
    """What stands above the card."""
    return str(getattr(template, "title", "") or TITLES.get(kind, kind))


def label_of(template: Template, key: str) -> str:
    """What stands before a field's value, as the platform's template library would say it."""
    labels = getattr(template, "labels", None) or {}
    fact = template.fields.get(key, key)
    return str(labels.get(key) or LABELS.get(fact, fact))
