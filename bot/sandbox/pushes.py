"""The XML of what people do, as the platform pushes it (消息推送)."""

import re
from collections.abc import Iterable, Mapping

from bot.sandbox.accounts import Account

#: Text in CDATA, numbers bare, a mapping or a list of mappings as nested elements.
Value = str | int | Mapping[str, "Value"] | Iterable[Mapping[str, "Value"]]
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def push_xml(account: Account, openid: str, moment: int, kind: str, parts: Mapping[str, Value]) -> str:
    """A whole push; `moment` is CreateTime."""
    head: dict[str, Value] = {
        "ToUserName": account.original_id,
        "FromUserName": openid,
        "CreateTime": moment,
        "MsgType": kind,
    }
    return _element("xml", {**head, **parts})


def text(content: str, number: int, menu_id: str = "") -> dict[str, Value]:
    """`menu_id` is the tapped item's, empty for what was typed."""
    parts: dict[str, Value] = {"Content": content, "MsgId": number}
    return parts | {"bizmsgmenuid": int(menu_id)} if menu_id else parts


def image(media_id: str, address: str, number: int) -> dict[str, Value]:
    return {"PicUrl": address, "MediaId": media_id, "MsgId": number}


def voice(media_id: str, number: int) -> dict[str, Value]:
    """Without Recognition, as the platform has sent it since 2023."""
    return {"MediaId": media_id, "Format": "amr", "MediaId16K": media_id, "MsgId": number}


def location(latitude: float, longitude: float, label: str, number: int) -> dict[str, Value]:
    place: dict[str, Value] = {"Location_X": f"{latitude:.6f}", "Location_Y": f"{longitude:.6f}"}
    return place | {"Scale": 16, "Label": label, "MsgId": number}


def event(name: str, key: str | None = None, ticket: str = "", **more: Value) -> dict[str, Value]:
    parts: dict[str, Value] = {"Event": name}
    if key is not None:
        parts["EventKey"] = key
    if ticket:
        parts["Ticket"] = ticket
    return parts | more


def subscription_answered(template_id: str, accept: bool) -> dict[str, Value]:
    """What a person chose when asked, on a web page, whether messages may come."""
    answer = "accept" if accept else "reject"
    chosen = {"TemplateId": template_id, "SubscribeStatusString": answer, "PopupScene": "1"}
    return event("subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": chosen})


def subscription_sent(template_id: str, msgid: int) -> dict[str, Value]:
    """What became of a subscription message."""
    sent: dict[str, Value] = {"TemplateId": template_id, "MsgID": msgid}
    sent |= {"ErrorCode": 0, "ErrorStatus": "success"}
    return event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": sent})


def _element(name: str, value: Value) -> str:
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    if isinstance(value, str):
        clean = _UNWRITABLE.sub("", value).replace("]]>", "]]]]><![CDATA[>")
        return f"<{name}><![CDATA[{clean}]]></{name}>"
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_element(key, part) for key, part in value.items())}</{name}>"
    return "".join(_element(name, part) for part in value)
