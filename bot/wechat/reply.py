"""The passive reply (被动回复) as XML, as wechatpy renders it."""

from __future__ import annotations

from datetime import datetime

from wechatpy.replies import TextReply

from bot.wechat.envelope import Push


def render(push: Push, text: str, now: datetime) -> str:
    """A text reply to who pushed; CDATA cannot be left by what the text says."""
    split = text.replace("]]>", "]]]]><![CDATA[>")
    reply = TextReply(source=push.to, target=push.openid, time=int(now.timestamp()), content=split)
    xml: str = reply.render()
    return xml
