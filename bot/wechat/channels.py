"""By which way a message reaches a person: the open window, a permit left, a template, at last the telephone."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.config import Account, Template
from bot.wechat import fields, menu_text
from bot.wechat.client import SendError, WeChat
from bot.wechat.errcodes import Then, meaning
from models.identity import Identity

log = logging.getLogger("jiafang.channels")

TEXT, SUBSCRIPTION, TEMPLATE = "text", "subscription", "template"
CHANNELS = (TEXT, SUBSCRIPTION, TEMPLATE)

#: Topic of a message -> the template that may carry it when the account has none of the topic's own name.
STAND_INS: Mapping[str, Sequence[str]] = {
    "visit": ("reminder",),
    "reminder": ("visit",),
    "survey": ("task", "visit"),
    "followup": ("task", "visit"),
    "record": ("task", "brief"),
    "brief": ("reminder", "visit"),
    "task": ("brief", "visit"),
    "alert": ("task", "brief"),
    "safety": ("alert", "task", "brief"),
}


class Speech(Protocol):
    """What is to be said, in words and as facts."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def choices(self) -> Sequence[menu_text.Tappable]: ...
    @property
    def fields(self) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class Letter:
    """One message, addressed and ready to go."""

    account: str
    openid: str
    channel: str
    mark: str  #: the same for every attempt, so that the platform lets a template through once
    text: str = ""
    template: str = ""
    data: Mapping[str, str] | None = None
    window: str = ""  #: which window a text uses up
    also: Letter | None = None  #: the same by another way, for safety


@dataclass(frozen=True)
class Outcome:
    """What came of sending: `then` is None when it was accepted; `unknown` when it may have been."""

    then: Then | None = None
    unknown: bool = False
    reason: str = ""
    receipt: str | None = None
    alarm: bool = False
    answered: bool = True  #: by WeChat itself, whatever it said


def template_of(account: Account, kind: str) -> Template | None:
    """The account's template for a kind of message: its own, its topic's, or one that can stand in."""
    return _carrier(account.templates, kind)


def subscription_of(account: Account, kind: str) -> Template | None:
    """The same among the templates that people subscribe to."""
    return _carrier(account.subscriptions, kind)


def _carrier(templates: Mapping[str, Template], kind: str) -> Template | None:
    topic = kind.partition(".")[0]
    return next((templates[n] for n in (kind, topic, *STAND_INS.get(topic, ())) if n in templates), None)


@dataclass(frozen=True)
class Ways:
    """What is open to a person just now."""

    permits: Collection[str] = ()  #: subscription templates of which she still takes one
    closed: Collection[str] = ()  #: channels that are out of use for today


def choose(account: Account, identity: Identity | None, kind: str, now: datetime, ways: Ways = Ways()) -> str:
    """The channel for a message of that kind, or nothing."""
    if identity is None or not identity.following:
        return ""
    if TEXT not in ways.closed and identity.window(now) is not None:
        return TEXT
    subscribed = subscription_of(account, kind)
    if SUBSCRIPTION not in ways.closed and subscribed is not None and subscribed.id in ways.permits:
        return SUBSCRIPTION
    return TEMPLATE if template_of(account, kind) else ""


def address(account: Account, openid: str, channel: str, speech: Speech, mark: str) -> Letter:
    """The letter as that channel carries it."""
    if channel == TEXT:
        text = menu_text.write(speech.text, speech.choices, account.menus)
        return Letter(account.name, openid, channel, mark, text=text)
    template = (subscription_of if channel == SUBSCRIPTION else template_of)(account, speech.kind)
    if template is None:
        raise ValueError(f"no template for {speech.kind}")
    data = fields.fill(template.fields, speech.fields)
    return Letter(account.name, openid, channel, mark, template=template.id, data=data)


def carry(client: WeChat, letter: Letter) -> Outcome:
    """Sends it; what WeChat says against it becomes what is to be done. Of two ways one is enough."""
    outcome = _carry(client, letter)
    if letter.also is None:
        return outcome
    other = _carry(client, letter.also)
    return other if outcome.then is not None and other.then is None else outcome


def _carry(client: WeChat, letter: Letter) -> Outcome:
    try:
        if letter.channel == TEXT:
            client.send_text(letter.openid, letter.text)
            return Outcome()
        if letter.channel == SUBSCRIPTION:
            receipt = client.send_subscription(letter.openid, letter.template, letter.data or {})
            return Outcome(receipt=receipt or None)
        receipt = client.send_template(letter.openid, letter.template, letter.data or {}, letter.mark)
        return Outcome(receipt=receipt or None)
    except SendError as error:
        return _against(letter, error)


def _against(letter: Letter, error: SendError) -> Outcome:
    said = meaning(error.errcode)
    if said.alarm:
        log.error("account %s: %s was refused: %s", letter.account, letter.channel, error)
    reason = f"{letter.channel} {error.errcode if error.errcode is not None else error}"
    return Outcome(said.then, error.unknown, reason[:60], alarm=said.alarm, answered=error.errcode is not None)
