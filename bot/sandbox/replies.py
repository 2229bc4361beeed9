"""Reads the bot's passive reply (被动回复) as the platform would, or finds it malformed."""

from dataclasses import dataclass
from xml.etree import ElementTree

from bot.sandbox.accounts import Account
from bot.sandbox.phones import Kind
from bot.sandbox.sealing import Malformed, read_xml
from bot.sandbox.words import Piece, read_text

#: Longer texts are refused; in bytes, links' markup included.
TEXT_BYTES = 2048
#: Answers after which nothing is shown.
_SILENT = frozenset({"transfer_customer_service"})


@dataclass(frozen=True)
class Said:
    """What the phone shows of a reply; no pieces when there is nothing to show."""

    kind: Kind
    pieces: tuple[Piece, ...]
    raw: str
    media: str = ""


def read_reply(account: Account, openid: str, xml: str) -> Said:
    """Raise Malformed where the platform would show its fault notice."""
    root = read_xml(xml)
    doubled = {part.tag for part in root if sum(other.tag == part.tag for other in root) > 1}
    if root.tag != "xml" or doubled:
        raise Malformed(f"root {root.tag}, doubled {sorted(doubled)}")
    _check_head(account, openid, root)
    kind = root.findtext("MsgType") or ""
    if kind in _SILENT:
        return Said("text", (), xml)
    if kind == "text":
        return Said("text", read_text(_content(root)), xml)
    if kind == "image":
        return Said("image", (Piece("[图片]"),), xml, root.findtext("Image/MediaId") or "")
    if kind == "news":
        return Said("text", _article(root), xml)
    raise Malformed(f"MsgType {kind!r}")


def _check_head(account: Account, openid: str, root: ElementTree.Element) -> None:
    if root.findtext("ToUserName") != openid:
        raise Malformed("ToUserName is not who wrote")
    if root.findtext("FromUserName") != account.original_id:
        raise Malformed("FromUserName is not the account's original id")
    if not (root.findtext("CreateTime") or "").isdecimal():
        raise Malformed("CreateTime is no number")


def _content(root: ElementTree.Element) -> str:
    content = root.findtext("Content") or ""
    if not content.strip():
        raise Malformed("Content is empty")
    if len(content.encode()) > TEXT_BYTES:
        raise Malformed(f"Content has {len(content.encode())} bytes, more than {TEXT_BYTES}")
    return content


def _article(root: ElementTree.Element) -> tuple[Piece, ...]:
    articles = root.findall("Articles/item")
    if len(articles) != 1:
        raise Malformed(f"{len(articles)} articles")
    title, about = articles[0].findtext("Title") or "", articles[0].findtext("Description") or ""
    return (Piece(title, url=articles[0].findtext("Url") or ""), Piece(f"\n{about}" if about else ""))
